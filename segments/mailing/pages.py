"""The pages of plans, ready for their templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.accounts import colleagues
from cdp.access.models import Department
from cdp.access.people import person_name
from cdp.access.viewer import SYSTEM, Viewer
from cdp.notices.channels.mail import is_set_up
from cdp.notices.channels.message import trouble_said
from cdp.notices.models import Sending
from segments.boards.models import Board
from segments.dashboards.wording import words
from segments.models import Segment
from segments.personas.models import Persona

from . import comparing
from .models import Every, Mailing, MailingRun
from .selectors import last_runs, mailings, may_change, may_keep, runs_of, sendings_of

LATELY = 12


def of_url(of: Persona | Board) -> str:
    return reverse("personas:persona" if isinstance(of, Persona) else "boards:board", args=[of.slug])


def when_said(mailing: Mailing) -> str:
    given: dict[str, Any] = {"at": f"{mailing.at:%H:%M}", "day": mailing.day}
    if mailing.every == Every.WEEK:
        return _("every %(day)s at %(at)s") % {**given, "day": words().weekdays[mailing.day]}
    return _("on day %(day)s of each month at %(at)s") % given


def readers_said(mailing: Mailing) -> str:
    named = [one.name for one in mailing.departments.all()] + [person_name(one) for one in mailing.people.all()]
    return _(", ").join(named)


@dataclass(frozen=True)
class Row:
    mailing: Mailing
    last: MailingRun | None

    @property
    def of_url(self) -> str:
        return of_url(self.mailing.of)

    @property
    def when(self) -> str:
        return when_said(self.mailing)

    @property
    def readers(self) -> str:
        return readers_said(self.mailing)

    @property
    def is_persona(self) -> bool:
        return self.mailing.persona_id is not None


def mailing_rows(found: Iterable[Mailing]) -> list[Row]:
    found = list(found)
    newest = last_runs(found)
    return [Row(one, newest.get(one.pk)) for one in found]


@dataclass(frozen=True)
class ListPage:
    """`of` where it is about one persona or board only."""

    rows: list[Row]
    has_mail: bool
    of: Persona | Board | None = None


def list_page(viewer: Viewer) -> ListPage:
    return ListPage(mailing_rows(mailings(viewer)), is_set_up())


@dataclass(frozen=True)
class Gone:
    """How the mail to one reader went."""

    row: Sending

    @property
    def name(self) -> str:
        return person_name(self.row.person)

    @property
    def trouble(self) -> str:
        return trouble_said(self.row.trouble)


@dataclass(frozen=True)
class MailingPage:
    row: Row
    runs: Sequence[MailingRun]
    may_change: bool
    is_kept_up: bool
    has_mail: bool

    @property
    def mailing(self) -> Mailing:
        return self.row.mailing

    @property
    def language(self) -> str:
        return dict(settings.LANGUAGES).get(self.mailing.language, self.mailing.language)

    @property
    def compared(self) -> str:
        return comparing.bases_said(SYSTEM, self.mailing.bases)

    @cached_property
    def pending(self) -> MailingRun | None:
        return next((run for run in self.runs if run.is_open), None)

    @cached_property
    def gone(self) -> list[Gone]:
        """Of the newest run that sent something."""
        sent = next((run for run in self.runs if run.outcome), None)
        return [Gone(row) for row in sendings_of(sent)] if sent else []


def mailing_page(viewer: Viewer, mailing: Mailing) -> MailingPage:
    runs = list(runs_of(mailing)[:LATELY])
    row = Row(mailing, runs[0] if runs else None)
    return MailingPage(row, runs, may_change(viewer, mailing), may_keep(mailing), is_set_up())


@dataclass(frozen=True)
class FormPage:
    """`typed`: what was sent or is in force."""

    of: Persona | Board
    typed: Mapping[str, Any]
    mailing: Mailing | None = None

    @property
    def is_persona(self) -> bool:
        return isinstance(self.of, Persona)

    @property
    def of_url(self) -> str:
        return of_url(self.of)

    @property
    def weekdays(self) -> list[tuple[int, str]]:
        return list(enumerate(words().weekdays))

    @property
    def month_days(self) -> list[int]:
        return list(range(1, 32))

    @cached_property
    def segments(self) -> list[Segment]:
        """Whom it can be compared with, and whom it is, so that none is left out unseen."""
        own = [self.of.segment_id] if self.is_persona else []
        known = list(comparing.bases_known(SYSTEM).exclude(pk__in=own).order_by("slug"))
        gone = {*self.typed.get("bases", [])} - {one.slug for one in known}
        return [*known, *Segment.objects.filter(slug__in=gone).order_by("slug")]

    @property
    def bases(self) -> list[str]:
        """One after the other, with room for those that are not chosen."""
        chosen = [slug for slug in self.typed.get("bases", []) if slug]
        return [*chosen, *[""] * comparing.MOST][: comparing.MOST]

    @property
    def people(self) -> list[User]:
        return list(colleagues())

    @property
    def departments(self) -> list[Department]:
        return list(Department.objects.all())

    @property
    def languages(self) -> Sequence[tuple[str, str]]:
        return settings.LANGUAGES


def form_begun(of: Persona | Board) -> FormPage:
    begun = {"every": Every.WEEK, "weekday": 0, "month_day": 1, "at": "08:00", "language": get_language()}
    return FormPage(of, begun)


def form_of(mailing: Mailing) -> FormPage:
    weekly = mailing.every == Every.WEEK
    typed = {
        "every": mailing.every,
        "weekday": mailing.day if weekly else 0,
        "month_day": 1 if weekly else mailing.day,
        "at": f"{mailing.at or time(8):%H:%M}",
        "language": mailing.language,
        "bases": mailing.bases,
        "people": [one.username for one in mailing.people.all()],
        "departments": [one.slug for one in mailing.departments.all()],
    }
    return FormPage(mailing.of, typed, mailing)
