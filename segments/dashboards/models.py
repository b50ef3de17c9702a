"""Rendered dashboards: one row a rendering, kept by the fingerprint of what it shows."""

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
