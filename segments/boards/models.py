"""A board: which charts, of whom, in which order, cut how, and who may see it."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from segments.models import Segment


class Board(models.Model):
    """`widgets`: in their order, each with `chart` (a slug of a rendering's chart), `width` (half or full), and
    `segment` and `base`, slugs that are empty for the board's own segment and for everyone. `filters` as
    `Filters.text`. `version` grows with every save: who saves from an older one is told."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="boards", verbose_name=_("segment"))
    widgets = models.JSONField(default=list, blank=True)
    filters = models.CharField(max_length=120, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="boards",
        verbose_name=_("owner"),
    )
    everybody = models.BooleanField(_("everybody"), default=False)
    groups = models.ManyToManyField(Group, blank=True, related_name="boards", verbose_name=_("groups"))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("board")
        verbose_name_plural = _("boards")

    def __str__(self) -> str:
        return self.name
