"""Groups of customers, by rule or by list, with their size over time."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job, JobState
from cdp.naming import Named
from tags.dependencies import SEGMENT, Ref
from tags.models import Edge, Schedule, VersionState
from tags.telling import run_failed_tell


class SegmentKind(models.TextChoices):
    RULE = "rule", _("by rule")
    LIST = "list", _("by list")
    SPLIT = "split", _("group of a split")


# Those with a rule; that of a split's group is written by the split alone.
BY_RULE = (SegmentKind.RULE, SegmentKind.SPLIT)


class Segment(Named):
    """`definition`: for a rule the rule itself; for a list `{"list": …}` how it came about.

    What is in force is here, under the number `version`; `versions` keeps it with those before and a draft
    of the next. `bitmap` is the current member set (serialized
    roaring bitmap of customer ids) and `run` the evaluation it came from.
    """

    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    department = models.CharField(_("department"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=SegmentKind, default=SegmentKind.RULE)
    definition = models.JSONField(_("definition"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=1)
    schedule = models.CharField(_("refreshed"), max_length=8, choices=Schedule, default=Schedule.DAILY)
    run = models.ForeignKey("SegmentRun", models.SET_NULL, null=True, blank=True, related_name="+")
    bitmap = models.BinaryField(null=True, editable=False)
    count = models.PositiveIntegerField(_("members"), default=0)
    stale_since = models.DateTimeField(_("stale since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("segment")
        verbose_name_plural = _("segments")


class SegmentVersion(models.Model):
    """A segment's rule as it was, is or may become. A published one never changes (`tags.guards`); a list,
    being replaced as a whole, has none."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="versions", verbose_name=_("segment"))
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    # As the form has it, where something in it is switched off (`tags.builder.definitions`): no part of the rule.
    form = models.JSONField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        ordering = ("segment", "-number")
        constraints = [
            models.UniqueConstraint(fields=("segment", "number"), name="segment_version_once"),
            models.UniqueConstraint(
                fields=("segment",), condition=models.Q(state="published"), name="one_published_segment_version"
            ),
        ]
        verbose_name = _("segment version")
        verbose_name_plural = _("segment versions")

    def __str__(self) -> str:
        return f"{self.segment.slug} v{self.number}"


class SegmentEdge(Edge):
    """What a segment's rule is built from."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="edges")


class SegmentList(models.Model):
    """Whom a list named: a roaring bitmap of *origin* ids, so that merges and their undoing keep it right."""

    segment = models.OneToOneField(Segment, models.CASCADE, related_name="list", primary_key=True)
    origins = models.BinaryField()


class Split(models.Model):
    """A segment divided into groups by a salt and each customer's id. `strata`: what it is balanced by, as
    `{"tag": slug}` or `{"attribute": slug}`, empty for nothing; where each is cut stands in the groups' rules."""

    parent = models.ForeignKey(Segment, models.CASCADE, related_name="splits", verbose_name=_("segment"))
    name = models.CharField(_("name"), max_length=80)
    salt = models.CharField(max_length=64)
    strata = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("split")
        verbose_name_plural = _("splits")

    def __str__(self) -> str:
        return self.name


class SplitGroup(models.Model):
    """One group of a split: a segment of its own, and the share it was to have, in percent."""

    split = models.ForeignKey(Split, models.CASCADE, related_name="groups")
    segment = models.OneToOneField(Segment, models.CASCADE, related_name="split_group")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40)
    share = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ("split", "position")


class Lookalike(Job):
    """A search for the customers who are most like the members of `seed`, as of its run then.

    `weights`: `segments.lookalike.score.Weight` as JSON, the heaviest first; `sizes`: `holdout.Size` as JSON,
    rising; `excluded`: the tags left out; `ranking`: customer ids (uint32), the most similar first, without
    members.
    """

    task_name = "segments.lookalike"
    permission = "access.edit_segments"

    seed = models.ForeignKey(Segment, models.CASCADE, related_name="lookalikes", verbose_name=_("segment"))
    seed_version = models.PositiveIntegerField(default=1)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    size = models.PositiveIntegerField(_("members"), default=0)
    universe = models.PositiveIntegerField(_("customers"), default=0)
    excluded = models.JSONField(default=list, blank=True)
    weights = models.JSONField(default=list, blank=True)
    sizes = models.JSONField(default=list, blank=True)
    ranking = models.BinaryField(null=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("search for similar customers")
        verbose_name_plural = _("searches for similar customers")


class SegmentRun(Job):
    """One evaluation of a segment at an `as_of`; together they are its size over time. `drift` and
    `past` as of a tag run."""

    task_name = "segments.run"

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="runs", verbose_name=_("segment"))
    segment_version = models.PositiveIntegerField(default=1)
    as_of = models.DateTimeField(_("as of"))
    data_version = models.CharField(max_length=80, blank=True)
    universe = models.PositiveIntegerField(_("customers"), default=0)
    matched = models.PositiveIntegerField(_("members"), default=0)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    drift = models.JSONField(null=True, blank=True)
    past = models.BooleanField(default=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("segment run")
        verbose_name_plural = _("segment runs")

    def given_up(self) -> None:
        """The segment is stale, unless a later run is in use."""
        segment = Segment.objects.filter(pk=self.segment_id, stale_since=None).exclude(run__gt=self.pk)
        segment.update(stale_since=timezone.now())

    def ended(self) -> None:
        if self.state == JobState.FAILED and not self.past:
            segment = self.segment
            run_failed_tell(Ref(SEGMENT, segment.slug), segment, segment.owner_id)


class SegmentChange(models.Model):
    """Who entered and left in one run: history as deltas, from the first run that has one."""

    run = models.OneToOneField(SegmentRun, models.CASCADE, related_name="change")
    entered = models.BinaryField()
    left = models.BinaryField()


class SheetMark(models.Model):
    """Left by the database at every change of what `segments.sheet` is made from (`tags.marks`)."""

    mark = models.CharField(max_length=32, primary_key=True)


class LiveMember(models.Model):
    """Whether one customer belongs to a segment since the run in use; as `tags.models.LiveTag` is of tags."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="live", db_index=False)
    customer_id = models.BigIntegerField(db_index=True)
    is_member = models.BooleanField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("segment", "customer_id"), name="live_member_once")]


class PastMembers(models.Model):
    """Who belonged to a segment as of a run that was worked out afterwards (`SegmentRun.past`)."""

    run = models.OneToOneField(SegmentRun, models.CASCADE, related_name="past_members")
    bitmap = models.BinaryField()


class Every(models.TextChoices):
    DAY = "day", _("every day")
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class Backfill(Job):
    """Tags and segments worked out as of the end of days gone by. `targets` as in a refresh."""

    task_name = "segments.backfill"

    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    every = models.CharField(max_length=8, choices=Every, default=Every.DAY)
    targets = models.JSONField(default=list)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("backfill")
        verbose_name_plural = _("backfills")


class Refresh(Job):
    """Tags and segments recomputed one after the other, each after what it is built from.

    `targets` is the order, `[["tag", slug], ["segment", slug], …]`; `runs` the run of each that was
    started, in the same order, so that work taken up again goes on where it stopped.
    """

    task_name = "segments.refresh"

    as_of = models.DateTimeField(_("as of"))
    schedule = models.CharField(_("schedule"), max_length=8, choices=Schedule, blank=True)
    targets = models.JSONField(default=list)
    runs = models.JSONField(default=list)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("refresh")
        verbose_name_plural = _("refreshes")


class InstalledPack(models.Model):
    """A pack of `segments.packs` that somebody installed. `parts`: what it made, `{"kind", "slug", "pk", "seal"}`;
    `left_out`: what it did not, `{"kind", "slug", "why"}`."""

    slug = models.SlugField(max_length=64, unique=True)
    parts = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    category_made = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug
