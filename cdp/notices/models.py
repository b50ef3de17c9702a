"""Notices: one row a person and thing told; and what of them leaves the product, by which way out."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    RUN = "run"
    APPROVAL = "approval"
    COMMENT = "comment"
    MENTION = "mention"
    EXPORT = "export"
    LOAD = "load"
    REVIEW = "review"
    REPORT = "report"


ICONS = {
    NoticeKind.RUN: "sync_problem",
    NoticeKind.APPROVAL: "approval",
    NoticeKind.COMMENT: "chat",
    NoticeKind.MENTION: "alternate_email",
    NoticeKind.EXPORT: "download",
    NoticeKind.LOAD: "upload_file",
    NoticeKind.REVIEW: "rate_review",
    NoticeKind.REPORT: "schedule_send",
}

LABELS = {
    NoticeKind.APPROVAL: _("An approval waits for me, or was decided"),
    NoticeKind.REVIEW: _("A review of a persona waits for me, was decided, answered or sealed"),
    NoticeKind.MENTION: _("Somebody names me with @"),
    NoticeKind.COMMENT: _("A comment on what is mine"),
    NoticeKind.REPORT: _("A persona or a board that is sent regularly"),
    NoticeKind.RUN: _("A refresh failed"),
    NoticeKind.LOAD: _("A load failed or left rows behind"),
    NoticeKind.EXPORT: _("A file is ready or failed"),
}
# What a group may hear, and how that is called there. Everything else is for one person alone.
GROUP_LABELS = {
    NoticeKind.APPROVAL: _("An approval is asked for, given or refused"),
    NoticeKind.REVIEW: _("A review begins, is sealed or withdrawn"),
    NoticeKind.RUN: _("A refresh failed"),
}


class Notice(models.Model):
    """`text` is a message id with `%(name)s` places that `params` fills, so that each reads it in their language; a
    param may be names by language code. `about`: what it is of, so that it can be settled or told anew."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=NoticeKind)
    text = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=400)
    about = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [models.Index(fields=("person", "read_at"), name="notice_unread")]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        return said(self.text, self.params)

    @property
    def icon(self) -> str:
        return ICONS[NoticeKind(self.kind)]


def said(text: str, params: dict[str, Any]) -> str:
    """In the language that is active."""
    return gettext(text) % {key: _named(value) for key, value in params.items()}


def _named(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value.get(get_language() or "") or next(iter(value.values()), "")


class Preference(models.Model):
    """What one person wants to be told how. `chosen`: by kind `{"bell": bool, "mail": When}`; what it does not
    name is as `cdp.notices.preferences` has it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    chosen = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()


class Outlet(models.Model):
    """A way out: the mail server (one row, without a name), or a group's chat. `channel` is a slug of the registry;
    `address` and `secret` lie encrypted, since who knows a chat's address may write there.

    Messages go one at a time: `claim` and `busy_until` belong to whoever is sending, `next_at` is when the next may
    go, `failures` how often in a row the way out itself did not work, `trouble` why, the last time.
    """

    channel = models.CharField(max_length=10)
    name = models.CharField(_("name"), max_length=80, blank=True)
    address = models.TextField(editable=False, blank=True)
    secret = models.TextField(editable=False, blank=True)
    kinds = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True)
    is_on = models.BooleanField(_("in use"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    next_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    trouble = models.CharField(max_length=12, blank=True, editable=False)

    class Meta:
        ordering = ("name", "pk")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=("channel",), condition=models.Q(channel="mail"), name="outlet_mail_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """A mail of its own, written in one language for all who read that: `body` as `cdp.notices.letters.Body` has
    it, and a file that goes with it, relative to the files folder."""

    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    body = models.JSONField(default=dict)
    file = models.FileField(upload_to="letters/%Y/%m/", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()


class SendingState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("turned down")
    GIVEN_UP = "given up", _("given up")
    DROPPED = "dropped", _("not needed any more")


class Sending(models.Model):
    """One thing told by one way out. What waits for the same reader goes in one message, whose id is `message`;
    what has a `letter` is a message of its own.
    `key` makes sure that it is laid down once; `due_at` is when it may go, `first_at` when it first might."""

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="sendings", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="+")
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="sendings")
    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=NoticeKind)
    text = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=400)
    about = models.CharField(max_length=100, blank=True)
    is_digest = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=SendingState, default=SendingState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=12, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    message = models.UUIDField(default=uuid4)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)
    first_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [
            models.Index(fields=("outlet", "id"), name="sending_by_outlet"),
            models.Index(fields=("outlet", "due_at"), name="sending_waits", condition=models.Q(state="waiting")),
        ]

    @property
    def said(self) -> str:
        return said(self.text, self.params)
