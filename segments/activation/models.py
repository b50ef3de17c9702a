"""What has been told of tags and segments, and the webhooks it is told to."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.posting.asking import Trouble


class Topic(models.Model):
    """A tag or segment (`kind` and `slug` as in a `Ref`) that somebody wants to be told about. `run_id` and `as_of`
    are of the run in use that was told last; 0 before the first."""

    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=64)
    run_id = models.BigIntegerField(default=0)
    as_of = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "slug"), name="topic_once")]


class Told(models.Model):
    """The customers of whom it was last told that they entered one value of a tag, or a segment (value "")."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="told", db_index=False)
    value = models.CharField(max_length=120, blank=True)
    bitmap = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("topic", "value"), name="told_once")]


class OffBecause(models.TextChoices):
    PERSON = "person", _("switched off by a colleague")
    GONE = "gone", _("the receiver said that it is gone for good (410)")


class Webhook(models.Model):
    """An address that is told. `about`: `[{"kind", "slug", "value"}]`, "" for every value. `identifiers`: the types
    that are sent along. `secret` lies encrypted (`cdp.access.sealed`).

    Deliveries go one at a time, in order: `claim` and `busy_until` belong to whoever is sending one, `next_at` is
    when the first that waits may be tried again, `failures` how often in a row it did not arrive.
    """

    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    secret = models.TextField(editable=False)
    about = models.JSONField(_("about"), default=list)
    tells_entered = models.BooleanField(_("who entered"), default=True)
    tells_left = models.BooleanField(_("who left"), default=True)
    identifiers = models.JSONField(_("identifiers"), default=list, blank=True)
    is_on = models.BooleanField(_("in use"), default=True)
    off_because = models.CharField(max_length=10, choices=OffBecause, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    next_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("turned down")
    GIVEN_UP = "given up", _("given up")


class Delivery(models.Model):
    """One message of a webhook, and how sending it went. `body` as it is sent, but without identifiers: those are
    added on the way out (`webhooks.messages`). `queued_at`: since when it is tried."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.UUIDField(default=uuid4, unique=True, editable=False)
    body = models.JSONField()
    customers = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("webhook", "id"), name="delivery_by_webhook"),
            models.Index(fields=("webhook", "id"), name="delivery_waiting", condition=models.Q(state="waiting")),
        ]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
