"""Events that arrive one by one: who may send them, what came, what it became, and why some of it did not count."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.errors import Problem
from cdp.sources.models import Source
from cdp.store.models import Batch, EventType, Property


class WriteKey(models.Model):
    """What a site, an app or a server shows to send events to a source. It allows sending and nothing else, so it
    may lie in the open in a page."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="write_keys", verbose_name=_("source"))
    key = models.CharField(_("write key"), max_length=64, unique=True)
    name = models.CharField(_("what it is for"), max_length=80, blank=True)
    is_on = models.BooleanField(_("in use"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("source", "pk")
        verbose_name = _("write key")
        verbose_name_plural = _("write keys")

    def __str__(self) -> str:
        return self.name or self.key


class Flush(models.Model):
    """A stretch of arrivals that goes into the lake as one batch. The newest may still be open: what was taken in
    is known to profiles and tags already, and comes into everybody's sight when it is finished."""

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="flush")
    # Set while arrivals are being taken in: whoever finds it set knows that the one before died over them.
    is_busy = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    messages = models.BigIntegerField(_("messages"), default=0)
    repeated = models.BigIntegerField(_("repeated"), default=0)
    refused = models.BigIntegerField(_("refused"), default=0)
    events = models.BigIntegerField(_("events"), default=0)

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("id",), condition=models.Q(finished_at=None), name="flush_open")]
        verbose_name = _("flush")
        verbose_name_plural = _("flushes")


class Arrival(models.Model):
    """One request, as it came: durable before it is answered. `body` is its JSON, not compressed; `kind` the last
    part of its path ("batch", "track", …). Those with no `flush` wait to be taken in."""

    key = models.ForeignKey(WriteKey, models.PROTECT, related_name="arrivals", db_index=False)
    kind = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    messages = models.PositiveIntegerField(default=1)
    body = models.BinaryField()
    # It could not be taken in by itself either, and waits for somebody to look at it.
    is_aside = models.BooleanField(default=False)
    flush = models.ForeignKey(
        Flush, models.SET_NULL, null=True, blank=True, related_name="arrivals", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=("id",), condition=models.Q(flush=None, is_aside=False), name="arrival_waiting"),
            models.Index(fields=("flush",), condition=models.Q(flush__isnull=False), name="arrival_of_flush"),
            models.Index(fields=("id",), condition=models.Q(is_aside=True), name="arrival_aside"),
        ]
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")


class SeenMessage(models.Model):
    """A message that was taken in, so that it is not again. `digest` is made of source and messageId."""

    digest = models.UUIDField(primary_key=True)
    seen_at = models.DateTimeField(db_index=True)
    flush = models.ForeignKey(Flush, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("message that was taken in")
        verbose_name_plural = _("messages that were taken in")


class HotEvent(models.Model):
    """An event that was taken in and is not in the lake yet. `properties` are clean values by registered property,
    written as a profile's are (`cdp.store.kinds`); `extra` is what is not registered."""

    flush = models.ForeignKey(Flush, models.CASCADE, related_name="hot")
    event_id = models.CharField(max_length=64)
    origin_id = models.BigIntegerField(db_index=True)
    event = models.SlugField(max_length=64, db_index=False)
    time = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=64)
    channel = models.CharField(max_length=40, blank=True)
    properties = models.JSONField(default=dict)
    extra = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event on its way")
        verbose_name_plural = _("events on their way")


class Step(models.Model):
    """What a step of taking in was about: rows of customers, as roaring bitmaps of origin ids. Those of `origins`
    did some of the `events`; of `people` anything may be other than before: they are new, were merged or told of
    themselves. Those who follow see to each step, and once more when a refresh that began before has put its
    results in use; then it is forgotten."""

    flush = models.ForeignKey(Flush, models.CASCADE, related_name="steps")
    origins = models.BinaryField()
    events = models.JSONField(default=list)
    people = models.BinaryField()
    made_at = models.DateTimeField()
    is_followed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=("id",), condition=models.Q(is_followed=False), name="step_waiting"),
            models.Index(fields=("made_at",), name="step_made"),
        ]
        verbose_name = _("step of taking in")
        verbose_name_plural = _("steps of taking in")


class Violation(models.Model):
    """What was wrong with a message. One that `is_refused` was left out; of another, a part was set aside, or it is
    not as planned.

    `message` and `params` are the text for people (`cdp.errors`), `path` the place in the message. Only the latest
    of each key are kept.
    """

    key = models.ForeignKey(WriteKey, models.CASCADE, related_name="violations")
    flush = models.ForeignKey(Flush, models.CASCADE, null=True, related_name="+")
    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=200, blank=True)
    event = models.CharField(max_length=200, blank=True)
    # The event type that `event` means; "" for what is no event of a known name.
    event_type = models.SlugField(max_length=64, blank=True, db_index=False)
    is_refused = models.BooleanField()
    # It was kept as it came; only the plan of its event wants it otherwise.
    is_of_plan = models.BooleanField(default=False)
    path = models.CharField(max_length=300, blank=True)
    message = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=("key", "-id"), name="violation_latest"),
            models.Index(fields=("event_type", "-id"), name="violation_of_event"),
        ]
        verbose_name = _("violation")
        verbose_name_plural = _("violations")

    @property
    def problem(self) -> Problem:
        return Problem((self.path,) if self.path else (), self.message, self.hint, self.params)


class Minute(models.Model):
    """How much was taken in during a minute, of one key and event type ("" for what is no event), under one flush:
    whoever takes a flush back takes these back, too. Kept for two days, for the live page."""

    flush = models.ForeignKey(Flush, models.CASCADE, related_name="minutes", db_index=False)
    key = models.ForeignKey(WriteKey, models.CASCADE, related_name="+", db_index=False)
    event_type = models.SlugField(max_length=64, blank=True, db_index=False)
    minute = models.DateTimeField()
    messages = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    repeated = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    # Parts of messages that were set aside, or are not as planned.
    set_aside = models.PositiveBigIntegerField(default=0)
    # The longest that one of its requests had waited, in seconds.
    waited = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("flush", "key", "event_type", "minute"), name="minute_once"),
        ]
        indexes = [models.Index(fields=("minute",), name="minute_latest")]
        verbose_name = _("minute of live events")
        verbose_name_plural = _("minutes of live events")


class Trace(models.Model):
    """A request whose events are in everybody's sight, kept for its key's debugger: the latest of each key only."""

    key = models.ForeignKey(WriteKey, models.CASCADE, related_name="traces", db_index=False)
    flush = models.ForeignKey(Flush, models.CASCADE, related_name="+", db_index=False)
    arrival_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=("key", "-arrival_id"), name="trace_latest")]
        verbose_name = _("request that was taken in")
        verbose_name_plural = _("requests that were taken in")


class Sign(models.Model):
    """The sign of life of the program that takes in: one row, written every few seconds."""

    seen_at = models.DateTimeField()
    # How often in a row it has failed until now.
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")


class PlannedEvent(models.Model):
    """An event that somebody has said how it should come; which properties it has are its `properties`."""

    event = models.OneToOneField(EventType, models.CASCADE, related_name="plan", verbose_name=_("event"))
    description = models.CharField(_("what it tells"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        verbose_name = _("planned event")
        verbose_name_plural = _("planned events")


class PlannedProperty(models.Model):
    """A property that a planned event has. Its kind is that of the property, which is the same everywhere."""

    plan = models.ForeignKey(PlannedEvent, models.CASCADE, related_name="properties")
    property = models.ForeignKey(Property, models.PROTECT, related_name="+", verbose_name=_("property"))
    is_required = models.BooleanField(_("always there"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("-is_required", "property__slug")
        constraints = [models.UniqueConstraint(fields=("plan", "property"), name="planned_once")]
        verbose_name = _("planned property")
        verbose_name_plural = _("planned properties")


class SeenProperty(models.Model):
    """How often an event came with a property; with `property` "", how often it came at all. Only names of the
    registry are counted. Counts stay when a flush is taken back: they say what is sent, not what is there."""

    event_type = models.SlugField(max_length=64)
    property = models.CharField(max_length=64, blank=True)
    times = models.PositiveBigIntegerField(default=0)
    # Of these, with a value that is not of the property's kind.
    wrong = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("event_type", "property"), name="seen_once")]
        verbose_name = _("property that was seen")
        verbose_name_plural = _("properties that were seen")
