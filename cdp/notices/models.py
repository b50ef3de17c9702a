"""Notices: one row a person and thing told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, gettext


class NoticeKind(models.TextChoices):
    RUN = "run"
    APPROVAL = "approval"
    COMMENT = "comment"
    MENTION = "mention"
    EXPORT = "export"
    LOAD = "load"


ICONS = {
    NoticeKind.RUN: "sync_problem",
    NoticeKind.APPROVAL: "approval",
    NoticeKind.COMMENT: "chat",
    NoticeKind.MENTION: "alternate_email",
    NoticeKind.EXPORT: "download",
    NoticeKind.LOAD: "upload_file",
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
        return gettext(self.text) % {key: _named(value) for key, value in self.params.items()}

    @property
    def icon(self) -> str:
        return ICONS[NoticeKind(self.kind)]


def _named(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value.get(get_language() or "") or next(iter(value.values()), "")
