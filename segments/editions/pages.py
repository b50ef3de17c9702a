"""The pages of editions, ready for their templates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer, may
from cdp.notices.redacting import redacted
from segments.dashboards.behind import has_numbers
from segments.dashboards.pages import FILES, Board

from .beside import BESIDE
from .models import Edition
from .outcome import Outcome, outcome_read
from .selectors import editions_listed


@dataclass(frozen=True)
class EditionBoard(Board):
    """A dashboard out of an edition: everything on it is as it was kept, in the language it was kept in."""

    edition: Edition = None  # type: ignore[assignment]

    @property
    def owner(self) -> str:
        return self.edition.head["owner"]

    @property
    def as_of(self) -> datetime:
        return self.edition.as_of

    @property
    def members(self) -> int:
        return self.edition.members

    @property
    def universe(self) -> int | None:
        return self.edition.head["universe"]

    @property
    def may_download(self) -> bool:
        return True

    @property
    def files(self) -> list[tuple[str, str]]:
        at = self.edition.persona.slug, self.edition.number
        named = FILES if has_numbers(self.content) else FILES[-1:]
        return [(_(name), reverse("editions:file", args=[*at, form])) for form, name in named]

    @property
    def file_name(self) -> str:
        return f"{super().file_name}-{self.edition.number}"

    @property
    def status(self) -> str:
        return f"{_('Edition %(number)s') % {'number': self.edition.number}} · {super().status}"

    @property
    def made(self) -> str:
        drawn = parse_datetime(self.edition.head["drawn_at"])
        moment = f"{timezone.localtime(drawn):%Y-%m-%d %H:%M}" if drawn else ""
        return _("Quanxi · drawn %(moment)s · figures of groups only, no customer is named") % {"moment": moment}

    @property
    def content(self) -> dict[str, Any]:
        return self.edition.content


def edition_board(viewer: Viewer, edition: Edition) -> EditionBoard:
    return EditionBoard(
        title=edition.title,
        lead=edition.head["lead"],
        segment=edition.persona.segment,
        persona=edition.persona,
        sentence=edition.head["sentence"],
        state="drawn",
        may_make=may(viewer, "access.edit_segments"),
        edition=edition,
    )


def outside(edition: Edition) -> dict[str, Any]:
    """What a board for people outside is made of. The rule in words stays at home: rules may name customers."""
    return {
        "title": redacted(edition.title),
        "lead": redacted(edition.head["lead"]),
        "segment": edition.persona.segment,
        "persona": edition.persona,
        "sentence": "",
        "state": "drawn",
        "may_make": False,
        "edition": edition,
    }


@dataclass(frozen=True)
class EditionPage:
    """One edition, beside the numbers of the others of its persona. `reviews`: where its review is or is begun,
    and its state, "" before there is one."""

    edition: Edition
    board: EditionBoard
    earlier: int | None
    later: int | None
    reviews: tuple[tuple[str, str], ...] = ()

    @cached_property
    def is_intact(self) -> bool:
        return self.edition.is_intact

    @property
    def outcome(self) -> Outcome | None:
        return outcome_read(self.edition.outcome) if self.edition.outcome else None

    @property
    def url(self) -> Callable[[str], str]:
        return lambda name: reverse(f"editions:{name}", args=[self.edition.persona.slug, self.edition.number])

    @property
    def changes_url(self) -> str:
        return self.url("changes") if self.earlier else ""


def edition_page(viewer: Viewer, edition: Edition) -> EditionPage:
    numbers = list(editions_listed(viewer).filter(persona=edition.persona_id).values_list("number", flat=True))
    earlier = max((number for number in numbers if number < edition.number), default=None)
    later = min((number for number in numbers if number > edition.number), default=None)
    reviews = tuple(found for one in BESIDE if (found := one.review_url(viewer, edition))[0])
    return EditionPage(edition, edition_board(viewer, edition), earlier, later, reviews)
