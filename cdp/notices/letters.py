"""Letters: mails of their own with sentences, tables and a file, laid down for many readers at once.

A letter is written once for each language, and each reader has a row of their own that says how it went.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from .channels.mail import is_set_up
from .channels.message import Table
from .laying import doorbell, mail_outlet
from .models import Letter, Notice, NoticeKind, Sending
from .preferences import When, due_at, preferences_of, wish_of

LONGEST = 200


@dataclass(frozen=True)
class Told:
    """Ids of people: who gets a mail, and who wants none and finds it in the product alone."""

    mailed: frozenset[int]
    unmailed: frozenset[int]


def letter_write(
    *,
    language: str,
    title: str,
    paragraphs: list[str],
    tables: list[Table],
    press: str,
    file: bytes = b"",
    file_name: str = "",
) -> Letter:
    """`press` is what its link is called. The file is a PDF."""
    body = {"paragraphs": paragraphs, "tables": [[one.title, one.rows] for one in tables], "press": press}
    letter = Letter(language=language, title=title[:LONGEST], body=body, file_name=file_name[-LONGEST:])
    if file:
        letter.file.save("letter.pdf", ContentFile(file), save=False)
    letter.save()
    return letter


@transaction.atomic
def letters_send(
    *,
    letters: Mapping[int, Letter],
    kind: NoticeKind,
    text: str,
    params: dict[str, Any],
    url: str,
    about: str,
) -> Told:
    """By person. Each finds a notice (`text` and `params` as `Notice` has them) and, unless they want no mail of
    this kind or there is no mail server, gets the letter; of what is `about` the same only once."""
    now, preferences = timezone.now(), preferences_of(letters)
    wishes = {pk: wish_of(preferences.get(pk), kind) for pk in letters}
    told: dict[str, Any] = {"kind": kind, "text": text, "params": params, "url": url, "about": about}
    notices = [Notice(person_id=pk, read_at=None if wish.bell else now, **told) for pk, wish in wishes.items()]
    mailed = frozenset(pk for pk, wish in wishes.items() if wish.mail is not When.NEVER and is_set_up())
    Notice.objects.bulk_create(notices)
    outlet = mail_outlet() if mailed else None
    rows = []
    for notice in notices:
        if outlet is not None and notice.person_id in mailed:
            due = due_at(wishes[notice.person_id].mail, now)
            whose = {"person_id": notice.person_id, "letter": letters[notice.person_id], "notice": notice}
            key = f"{about}:{notice.person_id}"
            rows.append(Sending(outlet=outlet, key=key, first_at=due, due_at=due, **whose, **told))
    Sending.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(doorbell, robust=True)
    return Told(mailed, frozenset(letters) - mailed)


def letters_clean(old: datetime) -> None:
    """Remove those whose sendings are gone, with their files."""
    for letter in Letter.objects.filter(made_at__lt=old, sendings=None):
        letter.file.delete(save=False)
        letter.delete()
