"""Who looked at whom. The database itself refuses to change a row."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Look(models.Model):
    """`customer_id` is that of the customer shown, `who` how the account was called then; `clear`: personal values
    were seen unmasked. No key to the customer's row, so that a row outlives it."""

    customer_id = models.BigIntegerField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    who = models.CharField(max_length=150)
    clear = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-at", "-pk")
