"""How each person wants to be told of what, and what counts where they said nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import NoticeKind, Preference


class When(models.TextChoices):
    NOW = "now", _("at once")
    DAILY = "daily", _("in a daily digest")
    NEVER = "", _("not by mail")


BY_MAIL = {
    NoticeKind.APPROVAL: When.NOW,
    NoticeKind.REVIEW: When.NOW,
    NoticeKind.MENTION: When.NOW,
    NoticeKind.REPORT: When.NOW,
    NoticeKind.COMMENT: When.DAILY,
    NoticeKind.RUN: When.DAILY,
}


@dataclass(frozen=True)
class Wish:
    """Of one person and one kind."""

    bell: bool
    mail: When


def wish_of(preference: Preference | None, kind: str) -> Wish:
    chosen: dict[str, Any] = (preference.chosen if preference else {}).get(kind, {})
    mail = chosen.get("mail", BY_MAIL.get(NoticeKind(kind), When.NEVER))
    return Wish(bool(chosen.get("bell", True)), When(mail if mail in When.values else ""))


def preferences_of(people: Iterable[int]) -> dict[int, Preference]:
    return Preference.objects.in_bulk(list(people))


def language_of(preference: Preference | None) -> str:
    chosen = preference.language if preference else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def preference_save(*, person: User, language: str, wishes: dict[str, Wish]) -> None:
    chosen = {kind: {"bell": wish.bell, "mail": str(wish.mail)} for kind, wish in wishes.items()}
    Preference.objects.update_or_create(person=person, defaults={"language": language, "chosen": chosen})


def due_at(when: When, now: datetime) -> datetime:
    """At once, or the next time digests go out."""
    if when is not When.DAILY:
        return now
    local = now.astimezone(ZoneInfo(settings.CDP_TIME_ZONE))
    today = local.replace(hour=settings.CDP_DIGEST_HOUR % 24, minute=0, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)
