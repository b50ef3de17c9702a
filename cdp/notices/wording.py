"""What is sent, in the reader's language, without anything of a customer's."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from cdp.access.people import person_name

from .channels.message import Line, Message
from .models import Outlet, Sending
from .preferences import language_of, preferences_of
from .redacting import redacted


def message_of(outlet: Outlet, rows: Sequence[Sending], *, most: int) -> Message:
    """At least one row, all of them for the same reader. `most` of them are told, the rest counted."""
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
