"""A persona: a segment people have given a face, a purpose and an owner."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.naming import Named
from segments.models import Segment


class Persona(Named):
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="personas", verbose_name=_("segment"))
    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
