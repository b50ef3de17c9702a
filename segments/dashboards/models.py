"""Rendered dashboards: one row a rendering, kept by the fingerprint of what it shows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job
from segments.models import Segment


class Render(Job):
    """`base` is the segment it is compared with, nothing for everyone; `filters` what its events
    are cut by (`Filters.text`). `fingerprint`: what segment run, data
    version, language and code version it was made from. `content`: figures as Plotly JSON, in sections. `spread`:
    how its members are spread over the measures single customers are placed by, edges by measure."""

    task_name = "dashboards.render"

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="renders", verbose_name=_("segment"))
    base = models.ForeignKey(
        Segment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("compared with")
    )
    language = models.CharField(max_length=10)
    filters = models.CharField(max_length=120, blank=True, default="")
    fingerprint = models.CharField(max_length=64, db_index=True)
    as_of = models.DateTimeField(_("as of"))
    content = models.JSONField(default=dict, blank=True)
    spread = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("dashboard")
        verbose_name_plural = _("dashboards")


class MapState(models.TextChoices):
    WAITING = "waiting", _("waits for approval")
    IN_USE = "in_use", _("in use")
    RETURNED = "returned", _("returned")
    RETIRED = "retired", _("no longer in use")


class OwnMap(models.Model):
    """Outlines of provinces an organisation draws its personas in, once somebody else than `uploaded_by` approved
    them. `source`: whose map it is, with its approval number; it stands beneath each picture. `outlines`,
    `unmatched`, `missing`: as `maps.reading` has them."""

    source = models.CharField(_("source and approval number"), max_length=120)
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    outlines = models.JSONField()
    unmatched = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=MapState, default=MapState.WAITING)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("map")
        verbose_name_plural = _("maps")
        constraints = [
            models.UniqueConstraint(fields=("state",), condition=models.Q(state="in_use"), name="one_map_in_use")
        ]
