"""Typed identifiers, and the ledger of who was merged with whom and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.naming import Named
from cdp.store.models import Batch, Customer


class IdentifierKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    TEXT = "text", _("number or name")


class IdentifierType(Named):
    """`kind` says how values are cleaned. Sources that use the same type are linked by it."""

    kind = models.CharField(_("kind"), max_length=8, choices=IdentifierKind, default=IdentifierKind.TEXT)
    personal = models.BooleanField(_("personal"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)

    class Meta:
        ordering = ("priority", "slug")
        verbose_name = _("identifier type")
        verbose_name_plural = _("identifier types")


class Identifier(models.Model):
    """One clean value of one type belongs to one customer: `origin`, or whom that was merged into.

    Each origin has one `primary` identifier, and whatever came with that origin (rows, events) was
    shown together with it. So when a batch is undone, what is left still says whose it is.
    """

    type = models.SlugField(_("type"), max_length=64, db_index=False)
    value = models.CharField(_("value"), max_length=255)
    origin = models.ForeignKey(Customer, models.PROTECT, related_name="identifiers")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="identifiers", db_index=False)
    primary = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("type", "value"), name="identifier_once")]
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")


class Merge(models.Model):
    """`loser` was found to be `winner`; both are roots at the time. Undone by clearing, never deleted."""

    winner = models.ForeignKey(Customer, models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Customer, models.PROTECT, related_name="merges_lost")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="merges")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
