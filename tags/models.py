"""Tag definitions, their versions and runs, and who has which value."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job, JobState
from cdp.naming import Named
from cdp.store.models import Customer
from cdp.store.themes import Theme

from .dependencies import TAG, Ref
from .telling import run_failed_tell


class Category(Named):
    """`theme`: the part of personas its tags are shown in; empty for that of all tags."""

    theme = models.CharField(
        _("shown in personas under"), max_length=10, choices=[("", _("Their tags")), *Theme.choices], blank=True
    )
    position = models.PositiveIntegerField(default=100)

    class Meta:
        ordering = ("position", "slug")
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class TagKind(models.TextChoices):
    LABELS = "labels", _("labels")
    MEASURE = "measure", _("measure")
    PREFERENCE = "preference", _("preference")
    RFM = "rfm", _("RFM")
    LIFECYCLE = "lifecycle", _("life cycle")
    LIST = "list", _("given by hand")
    FORMULA = "formula", _("formula")


class Schedule(models.TextChoices):
    HOURLY = "hourly", _("every hour")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    MANUAL = "manual", _("by hand")


class EmptyPolicy(models.TextChoices):
    BLANK = "blank", _("leave blank")
    KEEP = "keep", _("keep the last value")


class Sensitivity(models.TextChoices):
    NORMAL = "normal", _("normal")
    SENSITIVE = "sensitive", _("sensitive")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Tag(Named):
    """What people call a tag. `run` is the evaluation whose result is in use; memberships belong to it."""

    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, verbose_name=_("category"))
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
    kind = models.CharField(_("kind"), max_length=12, choices=TagKind, default=TagKind.LABELS)
    schedule = models.CharField(_("refreshed"), max_length=8, choices=Schedule, default=Schedule.DAILY)
    empty_policy = models.CharField(_("when empty"), max_length=8, choices=EmptyPolicy, default=EmptyPolicy.BLANK)
    valid_days = models.PositiveIntegerField(_("valid for days"), null=True, blank=True)
    sensitivity = models.CharField(_("sensitivity"), max_length=10, choices=Sensitivity, default=Sensitivity.NORMAL)
    run = models.ForeignKey(
        "TagRun", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("run in use")
    )
    stale_since = models.DateTimeField(_("stale since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("category__position", "slug")
        verbose_name = _("tag")
        verbose_name_plural = _("tags")


class TagVersion(models.Model):
    """`definition`: JSON, of each kind as its module in `tags.rules.definitions` reads it (docs/rules.md shows
    them all). A published one never changes (`tags.guards`)."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="versions", verbose_name=_("tag"))
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    # As the form has it, where something in it is switched off (`tags.builder.definitions`): no part of the rule.
    form = models.JSONField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        ordering = ("tag", "-number")
        constraints = [
            models.UniqueConstraint(fields=("tag", "number"), name="tag_version_once"),
            models.UniqueConstraint(
                fields=("tag",), condition=models.Q(state="published"), name="one_published_version"
            ),
        ]
        verbose_name = _("tag version")
        verbose_name_plural = _("tag versions")

    def __str__(self) -> str:
        return f"{self.tag.slug} v{self.number}"


class Edge(models.Model):
    """One thing a definition names: a tag, a segment or a list (`tags.dependencies`), by its slug."""

    needed_kind = models.CharField(max_length=8)
    needed_slug = models.CharField(max_length=64)

    class Meta:
        abstract = True


class TagEdge(Edge):
    """What one version of a tag is built from."""

    version = models.ForeignKey(TagVersion, models.CASCADE, related_name="edges")


class TagRun(Job):
    """One evaluation of a version at an `as_of`; what it replaced and how it differed.

    `counts`: customers by value; `quartiles` of the numbers, empty without any; `drift`: how coverage jumped
    (`tags.drift.Drift`), None when it did not; `facts`: what it worked out beside the customers, such as where
    it cut bins (`tags.kinds.Facts`). `past`: worked out afterwards, never in use.
    """

    task_name = "tags.run"

    version = models.ForeignKey(TagVersion, models.CASCADE, related_name="runs", verbose_name=_("tag version"))
    as_of = models.DateTimeField(_("as of"))
    data_version = models.CharField(max_length=80, blank=True)
    universe = models.PositiveIntegerField(_("customers"), default=0)
    matched = models.PositiveIntegerField(_("matched"), default=0)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    counts = models.JSONField(default=dict, blank=True)
    quartiles = models.JSONField(default=list, blank=True)
    drift = models.JSONField(null=True, blank=True)
    facts = models.JSONField(_("worked out"), default=dict, blank=True)
    past = models.BooleanField(default=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("tag run")
        verbose_name_plural = _("tag runs")

    def given_up(self) -> None:
        """The tag is stale, unless a later run is in use."""
        tag = Tag.objects.filter(pk=self.version.tag_id, stale_since=None).exclude(run__gt=self.pk)
        tag.update(stale_since=timezone.now())

    def ended(self) -> None:
        if self.state == JobState.FAILED and not self.past:
            tag = self.version.tag
            run_failed_tell(Ref(TAG, tag.slug), tag, tag.owner_id)


class Membership(models.Model):
    """The customers who have one value of a tag now: a serialized 32-bit roaring bitmap of customer ids."""

    version = models.ForeignKey(TagVersion, models.CASCADE, related_name="memberships")
    run = models.ForeignKey(TagRun, models.CASCADE, related_name="memberships")
    value = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    bitmap = models.BinaryField()
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("version", "value"), name="membership_once")]


class MembershipChange(models.Model):
    """Who entered and left one value in one run: history as deltas."""

    run = models.ForeignKey(TagRun, models.CASCADE, related_name="changes")
    value = models.CharField(max_length=120)
    entered = models.BinaryField()
    left = models.BinaryField()


class LiveTag(models.Model):
    """Which values one customer has of a tag since the run in use, because of what they did or became meanwhile
    (`tags.following`). It counts in the place of that run's word while its `as_of` is later than the run's."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="live", db_index=False)
    customer_id = models.BigIntegerField(db_index=True)
    values = models.JSONField(default=list)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("tag", "customer_id"), name="live_tag_once")]


class LiveNumbers(models.Model):
    """The numbers of one customer since the runs in use: tag id → number (null: none any more) and the moment it is
    of (seconds since 1970), which tells whether it counts. In one row, because whoever does something has other
    numbers of many tags; `as_of` is the latest of them."""

    customer_id = models.BigIntegerField(primary_key=True)
    numbers = models.JSONField(default=dict)
    as_of = models.DateTimeField(db_index=True)


class LiveChange(models.Model):
    """A customer entered or left a value of a tag, or a segment ("" for its value), between refreshes. `kind` and
    `slug` as in a `Ref`. Kept until it is told to whom it concerns."""

    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=64)
    value = models.CharField(max_length=120, blank=True)
    customer_id = models.BigIntegerField()
    has_entered = models.BooleanField()
    at = models.DateTimeField()


class GivenMembers(models.Model):
    """Whom a run itself gave a value, of a tag that keeps the last value of the others (`tags.validity`)."""

    run = models.OneToOneField(TagRun, models.CASCADE, related_name="given")
    bitmap = models.BinaryField()


class PastMembership(models.Model):
    """The customers who had one value as of a run that was worked out afterwards (`TagRun.past`)."""

    run = models.ForeignKey(TagRun, models.CASCADE, related_name="past_memberships")
    value = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    bitmap = models.BinaryField()

    class Meta:
        ordering = ("position",)


class Measurement(models.Model):
    """The numbers of a tag now: those of its `base`, and on top of them the rows of `patch` (null: as they are),
    an Arrow IPC table of what became other since (`tags.tables.difference`)."""

    version = models.OneToOneField(TagVersion, models.CASCADE, related_name="measurement")
    run = models.ForeignKey(TagRun, models.CASCADE, related_name="+")
    patch = models.BinaryField(null=True)


class MeasurementBase(models.Model):
    """The numbers (`tags.packed`) and how they are spread (`tags.spread`; null: not known). `details` is an Arrow
    IPC table of customer_id and further columns, as the kind has them (RFM's scores, a state's day of entry). In
    a row apart, because a database writes a row as a whole."""

    measurement = models.OneToOneField(Measurement, models.CASCADE, related_name="base")
    table = models.BinaryField()
    spread = models.BinaryField(null=True)
    details = models.BinaryField(null=True)


class PublishPreview(Job):
    """What publishing a draft would do, worked out for one person: `kind` and `slug` say of what, `seal` of which
    definition. `found`: the effects (`tags.effects_kept`), None until they are known."""

    task_name = "tags.preview"

    kind = models.CharField(max_length=8)
    slug = models.CharField(_("short name"), max_length=64)
    definition = models.JSONField(_("definition"))
    seal = models.CharField(max_length=64)
    data_version = models.CharField(max_length=80, blank=True)
    found = models.JSONField(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("preview of publishing")
        verbose_name_plural = _("previews of publishing")


class SheetMark(models.Model):
    """Left by the database at every change of what `tags.sheet` is made from (`tags.marks`)."""

    mark = models.CharField(max_length=32, primary_key=True)


class AnswerBase(models.Model):
    """A moment, and a state of the data (`cdp.store.seen.Seen` as JSON), that answers were found of."""

    token = models.CharField(max_length=80)
    as_of = models.DateTimeField()
    seen = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("token", "as_of"), name="answer_base_once")]


class LeafAnswer(models.Model):
    """The customers one condition about events was true for when it was last asked in a refresh; `key` is its
    fingerprint. Kept so that the next refresh asks only about customers to whom something happened since."""

    key = models.CharField(max_length=80, unique=True)
    base = models.ForeignKey(AnswerBase, models.CASCADE, related_name="answers")
    bitmap = models.BinaryField()


class MeasureAnswer(models.Model):
    """The numbers (`tags.packed`) by which customers were ranked in a refresh, of those alone who have one; kept as
    conditions are."""

    key = models.CharField(max_length=80, unique=True)
    base = models.ForeignKey(AnswerBase, models.CASCADE, related_name="measured")
    numbers = models.BinaryField()


class TagEntry(models.Model):
    """One value of a list tag that somebody gave a customer (the origin it was known by then): by whom, when,
    why and until when. Taken away it stays as a row."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="entries", verbose_name=_("tag"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    value = models.CharField(_("value"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("tag", "added_at"), name="tag_entry_by_time")]
        verbose_name = _("tag entry")
        verbose_name_plural = _("tag entries")
