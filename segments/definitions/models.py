"""A workbook of definitions that somebody brought, until they have confirmed what it changes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BroughtWorkbook(models.Model):
    """`given`: its rows (`reading.Given` as JSON), emptied once they are written; `done`: what came of it then,
    `{"changes": n, "drafts": [{"kind", "slug", "name"}]}`."""

    name = models.CharField(_("file name"), max_length=255)
    given = models.JSONField(default=dict)
    done = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("workbook of definitions")
        verbose_name_plural = _("workbooks of definitions")

    def __str__(self) -> str:
        return self.name
