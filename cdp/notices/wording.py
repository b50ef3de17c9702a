"""What is sent, in the reader's language, without anything of a customer's."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from cdp.access.people import person_name

from .channels.message import Attached, Body, Line, Message, Table
from .models import Letter, Outlet, Sending
from .preferences import language_of, preferences_of
from .redacting import redacted

log = logging.getLogger(__name__)
PDF = "application/pdf"


def message_of(outlet: Outlet, rows: Sequence[Sending], *, most: int) -> Message:
    """At least one row, all of them for the same reader. `most` of them are told, the rest counted."""
    if rows[0].letter is not None:
        return letter_message(rows[0], rows[0].letter)
    person = rows[0].person
    language = language_of(preferences_of([person.pk]).get(person.pk)) if person else outlet.language
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        lines = [Line(redacted(row.said), absolute(row.url)) for row in rows[:most]]
        more = len(rows) - len(lines)
        return Message(
            id=str(rows[0].message),
            title=_title(rows, lines),
            lines=lines,
            more=ngettext("and %(many)s more", "and %(many)s more", more) % {"many": more} if more else "",
            to=person.email if person else "",
            footer=_footer(person_name(person)) if person else "",
            language=language,
        )


def letter_message(row: Sending, letter: Letter) -> Message:
    """A letter as it was written, to one of its readers."""
    with override(letter.language):
        return Message(
            id=str(row.message),
            title=redacted(letter.title),
            to=row.person.email if row.person else "",
            footer=_footer(person_name(row.person)),
            language=letter.language,
            body=body_of(letter, absolute(row.url)),
            attached=attached_of(letter),
        )


def body_of(letter: Letter, url: str) -> Body:
    """Whatever looks like a phone number or an address is masked: values and names come from data and people."""
    told = letter.body
    tables = [Table(title, [[redacted(cell) for cell in row] for row in rows]) for title, rows in told["tables"]]
    return Body([redacted(one) for one in told["paragraphs"]], tables, Line(told["press"], url))


def attached_of(letter: Letter) -> Attached | None:
    """None where it has no file, or the file is gone: the letter still says where it can be had."""
    if not letter.file:
        return None
    try:
        with letter.file.open("rb") as file:
            return Attached(redacted(letter.file_name), file.read(), PDF)
    except OSError:
        log.exception("the file of letter %s cannot be read; it goes without", letter.pk)
        return None


def _title(rows: Sequence[Sending], lines: Sequence[Line]) -> str:
    if len(rows) == 1:
        return gettext("Quanxi: %(said)s") % {"said": lines[0].text[:100]}
    many = {"many": len(rows)}
    if any(row.is_digest for row in rows):
        return ngettext("Quanxi: the day’s %(many)s notice", "Quanxi: the day’s %(many)s notices", len(rows)) % many
    return ngettext("Quanxi: %(many)s notice", "Quanxi: %(many)s notices", len(rows)) % many


def _footer(name: str) -> str:
    return gettext("This went to %(name)s. What comes by mail is chosen in Quanxi under Notifications.") % {
        "name": name
    }


def absolute(path: str) -> str:
    return f"{settings.CDP_URL}{path}" if settings.CDP_URL else ""
