"""Customers and what is known of them, and the registries that give names a type."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job
from cdp.naming import Named

from .themes import Theme


class ValueKind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    MONEY = "money", _("money")
    DATE = "date", _("date")
    BOOLEAN = "boolean", _("yes or no")
    LIST = "list", _("list")
    GEO = "geo", _("place")


class Survivorship(models.TextChoices):
    """Which of the values heard of an attribute is the customer's; among equals the most recent."""

    RECENT = "recent", _("most recent")
    TRUSTED = "trusted", _("most trusted source")
    FREQUENT = "frequent", _("most frequent")
    LONGEST = "longest", _("longest")


class Attribute(Named):
    """A column of the profile. `personal` ones never leave the operational database."""

    kind = models.CharField(_("kind"), max_length=10, choices=ValueKind)
    personal = models.BooleanField(_("personal"), default=False)
    category = models.CharField(_("category"), max_length=40, blank=True)
    theme = models.CharField(_("shown in personas under"), max_length=10, choices=Theme, default=Theme.WHO)
    position = models.PositiveIntegerField(default=1000)
    survivorship = models.CharField(
        _("which value counts"), max_length=8, choices=Survivorship, default=Survivorship.RECENT
    )

    class Meta:
        ordering = ("position", "slug")
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")


class EventType(Named):
    """What customers do. The slug is ASCII: it names a partition of the lake."""

    class Meta:
        ordering = ("slug",)
        verbose_name = _("event")
        verbose_name_plural = _("events")


class Property(Named):
    """A column of the events; one name has one kind everywhere."""

    kind = models.CharField(_("kind"), max_length=10, choices=ValueKind)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("property")
        verbose_name_plural = _("properties")


class BatchState(models.TextChoices):
    OPEN = "open", _("being written")
    DONE = "done", _("in use")
    UNDONE = "undone", _("undone")


class Batch(models.Model):
    """One set of writes that belong together (a load, a flush) and can be undone together."""

    source = models.SlugField(_("source"), max_length=64)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    # The customers it makes have this id or a greater one.
    first_customer = models.BigIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=BatchState, default=BatchState.OPEN)
    # Its customers are seen while it is still being written: they have done something already (cdp.live).
    is_live = models.BooleanField(default=False, editable=False)
    # It took the place of what its source said before; see replacing.py.
    replaces = models.BooleanField(default=False, editable=False)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")


class NameKey(models.Func):
    """A customer's name as it is looked up: in small letters, in the order of its bytes. Written out in full, so
    that a database sees in a query what it has in the index."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="lower(json_extract(%(expressions)s, '$.name'))", **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(lower((%(expressions)s ->> 'name')) COLLATE \"C\")"
        return self.as_sql(compiler, connection, template=template, **context)


class HasName(models.Func):
    """Whether a customer may have a name. Most of a file of orders have none, and need no place in the index."""

    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(instr(%(expressions)s, '\"name\"') > 0)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="jsonb_exists(%(expressions)s, 'name')", **context)


class Customer(models.Model):
    """A customer. Merged-away ones stay as rows and point at the one they became (never a chain).

    Records, identifiers and events keep the id they first came with (their *origin*), so clearing
    `merged_into` restores both sides exactly. `attributes` is the golden profile: attribute slug →
    JSON value (dates ISO, money and numbers as numbers), worked out from the records. `moved` says
    that `merged_into` changed after the row was made, so events already stored may name another
    customer: those are put right by the lake's overrides.
    """

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
        db_index=False,
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    moved = models.BooleanField(default=False, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="customers", db_index=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=("id",), condition=models.Q(moved=True), name="customer_moved"),
            models.Index(
                fields=("merged_into",), condition=models.Q(merged_into__isnull=False), name="customer_merged"
            ),
            models.Index(NameKey("attributes"), condition=models.Q(HasName("attributes")), name="customer_name"),
        ]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Record(models.Model):
    """What one batch said about one customer: attribute slug → clean value. Never changed."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="records")
    origin = models.ForeignKey(Customer, models.PROTECT, related_name="records")
    attributes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")


class SourceTrust(models.Model):
    """How far a source's word on attributes is trusted: 1 the most. One that is not listed comes last."""

    source = models.SlugField(_("source"), max_length=64, unique=True, allow_unicode=True)
    rank = models.PositiveSmallIntegerField(_("rank"))

    class Meta:
        ordering = ("rank", "source")
        verbose_name = _("trust in a source")
        verbose_name_plural = _("trust in sources")


class ValueLock(models.Model):
    """A value a person set by hand; it counts whatever sources say, until it is lifted.

    It goes with the customer row it was set on, so it parts from others as that does. Of several, the last counts.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="locks")
    attribute = models.CharField(max_length=64)
    value = models.JSONField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("value set by hand")
        verbose_name_plural = _("values set by hand")


class GoldenRun(Job):
    """All profiles worked out again, because a rule changed. `customers` are those with more than one record."""

    task_name = "store.golden"

    customers = models.BigIntegerField(_("customers"), default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("working out profiles")
        verbose_name_plural = _("working out profiles")


class ProfileChange(models.Model):
    """A note that these customers (a roaring bitmap of ids) may differ from their mirror; see changes.py."""

    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="+")
    customers = models.BinaryField()


class SightingNote(models.Model):
    """Sightings of a batch that are too few for a file of their own; see sightings.py. `pairs` are group and
    identifier ids by turns, four bytes each."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="+")
    pairs = models.BinaryField()


class UpkeepWork(models.TextChoices):
    COMPACT = "compact", _("joining small files")
    VACUUM = "vacuum", _("deleting files nobody needs")


class Upkeep(Job):
    """One piece of work on the lake's files. `files` were replaced or deleted, which freed `bytes`."""

    task_name = "store.upkeep"

    work = models.CharField(_("work"), max_length=8, choices=UpkeepWork)
    files = models.PositiveIntegerField(_("files"), default=0)
    bytes = models.BigIntegerField(_("bytes"), default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("upkeep")
        verbose_name_plural = _("upkeep")


class LakeVersion(models.Model):
    """A consistent state of the lake: one version of each table, and the batches not to be seen in it.

    The newest row is what everybody reads. It is written together with a batch's change of state, so a
    batch comes into sight, or goes, at one moment and as a whole.
    """

    token = models.CharField(max_length=12)
    events = models.BigIntegerField(default=-1)
    profiles = models.BigIntegerField(default=-1)
    overrides = models.BigIntegerField(default=-1)
    hidden = models.JSONField(default=list)
    personal = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
