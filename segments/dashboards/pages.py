"""The page of a group, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.people import person_name
from cdp.access.viewer import Viewer, may
from cdp.errors import N_
from segments.models import Segment
from segments.personas.models import Persona
from segments.selectors import segments

from .behind import has_numbers
from .cities import provinces_in
from .drawing import drawing_of
from .figures.house import EVERYONE, FONT, GROUP, template
from .figures.numerals import percent, whole
from .filter_choices import FilterChoices, filters_text
from .filters import Filters, filters_of
from .models import Render
from .opening import WHOLE
from .sentences import sentence_of
from .suggesting import Suggested, suggested
from .wording import less_often, more_often

FILES = (
    ("pptx", N_("PowerPoint, with charts to edit")),
    ("pdf", N_("PDF, to print and read")),
    ("xlsx", N_("Excel, with all numbers")),
    ("html", N_("Web page (HTML)")),
)


@dataclass(frozen=True)
class Board:
    """A segment's or persona's dashboard. `shown` is drawn already, `pending` is being drawn, `failed` could
    not be; `state` is never (not refreshed), empty (no members) or drawn."""

    title: str
    lead: str
    segment: Segment
    persona: Persona | None
    sentence: str
    state: str
    may_make: bool
    base: Segment | None = None
    bases: tuple[tuple[str, str], ...] = ()
    filters: Filters = WHOLE
    shown: Render | None = None
    pending: Render | None = None
    failed: Render | None = None
    suggestions: tuple[Suggested, ...] = ()

    @property
    def owner(self) -> str:
        return person_name((self.persona and self.persona.owner) or self.segment.owner)

    @property
    def as_of(self) -> datetime | None:
        return self.segment.run.as_of if self.segment.run else None

    @property
    def members(self) -> int:
        return self.segment.count

    @property
    def universe(self) -> int | None:
        """All customers as of the segment's run."""
        return self.segment.run.universe if self.segment.run else None

    @property
    def share(self) -> str:
        return percent(self.members / self.universe) if self.universe else ""

    @property
    def segment_url(self) -> str:
        return segment_url(self.segment)

    @property
    def make_url(self) -> str:
        made = self.persona or not self.may_make or self.state == "never"
        return "" if made else reverse("personas:new", args=[self.segment.slug])

    @property
    def keep_url(self) -> str:
        """Where what is shown is kept as an edition of the persona."""
        if self.filters or not (self.persona and self.shown and self.may_make and self.may_download):
            return ""
        return f"{reverse('editions:new', args=[self.persona.slug])}?{urlencode({'render': self.shown.pk})}"

    @property
    def may_download(self) -> bool:
        """Of a group too small to show there is nothing to take away."""
        return bool(self.shown) and not self.content.get("too_small")

    @property
    def files(self) -> list[tuple[str, str]]:
        """The kinds of file it can be taken away as, and where each is."""
        if not self.shown:
            return []
        asked = f"?{urlencode({'persona': self.persona.slug})}" if self.persona else ""
        named = FILES if has_numbers(self.content) else FILES[-1:]
        return [(_(name), reverse("personas:file", args=[self.shown.pk, form]) + asked) for form, name in named]

    @property
    def again_url(self) -> str:
        url = reverse("personas:again", args=[self.segment.slug])
        asked = ({"base": self.base.slug} if self.base else {}) | self.filters.query
        return f"{url}?{urlencode(asked)}" if asked else url

    @property
    def choices(self) -> FilterChoices:
        return FilterChoices(self.filters)

    @property
    def file_name(self) -> str:
        return "".join(c if c.isalnum() else "-" for c in self.title).strip("-") or self.segment.slug

    @property
    def status(self) -> str:
        """Size, moment and owner in one line, for pictures and files that leave the product."""
        parts = [_("%(members)s members") % {"members": whole(self.members)}]
        if self.share:
            parts.append(_("%(share)s of customers") % {"share": self.share})
        if self.as_of:
            moment = f"{timezone.localtime(self.as_of):%Y-%m-%d %H:%M} ({settings.CDP_TIME_ZONE})"
            parts.append(f"{_('as of')} {moment}")
        parts += [filters_text(self.filters)] if self.filters else []
        return " · ".join([*parts, self.owner] if self.owner else parts)

    @property
    def made(self) -> str:
        finished = self.shown.finished_at if self.shown else None
        moment = f"{timezone.localtime(finished):%Y-%m-%d %H:%M}" if finished else ""
        return _("Quanxi · drawn %(moment)s · figures of groups only, no customer is named") % {"moment": moment}

    @property
    def content(self) -> dict[str, Any]:
        return self.shown.content if self.shown else {}

    @property
    def provinces(self) -> list[tuple[str, str, str]]:
        return provinces_in(self.content)

    @property
    def charts_data(self) -> dict[str, Any]:
        return charts_data(self)


def board_of(
    viewer: Viewer,
    segment: Segment,
    persona: Persona | None = None,
    *,
    base: Segment | None = None,
    filters: Filters = WHOLE,
    again: bool = False,
) -> Board:
    """Asks for the rendering of now, and shows the last one that is ready until that one is. `base` is whom it is
    compared with, everyone by default; `filters` cut what is counted from events."""
    state = "never" if segment.run is None else "drawn" if segment.count else "empty"
    board = replace(
        _board(viewer, segment, persona, state), base=base, bases=_bases(viewer, segment), filters=filters
    )
    if state != "drawn":
        return board
    board = replace(board, **vars(drawing_of(viewer, segment, base, again=again, filters=filters)))
    return replace(board, suggestions=suggested(viewer, segment, board.content))


def board_drawn(viewer: Viewer, shown: Render, persona: Persona | None = None) -> Board:
    """Just what one rendering shows; asks for nothing."""
    board = _board(viewer, shown.segment, persona, "drawn")
    board = replace(board, shown=shown, base=shown.base, filters=filters_of(shown.filters))
    return replace(board, suggestions=suggested(viewer, shown.segment, shown.content))


def _board(viewer: Viewer, segment: Segment, persona: Persona | None, state: str) -> Board:
    named = persona or segment
    return Board(
        title=named.name,
        lead=named.description,
        segment=segment,
        persona=persona,
        sentence=sentence_of(viewer, segment, get_language() or settings.LANGUAGE_CODE),
        state=state,
        may_make=may(viewer, "access.edit_segments"),
    )


def charts_data(board: Board, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the script needs to draw the charts, and to make one picture of everything; of `content` where that is
    not what the board has."""
    content = board.content if content is None else content
    sections = content.get("sections", [])
    charts = [chart for section in sections for chart in section["charts"]]
    return {
        "charts": {chart["slug"]: chart["figure"] for chart in charts},
        "sections": [
            {"title": s["title"], "charts": [{k: c[k] for k in ("slug", "title", "note")} for c in s["charts"]]}
            for s in sections
        ],
        "numbers": content.get("numbers", []),
        "over": content.get("over", []),
        "under": content.get("under", []),
        "templates": templates(),
        "font": FONT,
        "colors": {"group": GROUP, "everyone": EVERYONE},
        "head": {
            "title": board.title,
            "lead": board.lead or board.sentence,
            "status": board.status,
            "made": board.made,
        },
        "words": {
            "everyone": content.get("against") or _("Everyone"),
            "group": _("This group"),
            "standouts": _("What stands out"),
            "over": more_often(content.get("against", "")),
            "under": less_often(content.get("against", "")),
        },
    }


def _bases(viewer: Viewer, segment: Segment) -> tuple[tuple[str, str], ...]:
    """The other segments with members, to be compared with."""
    others = segments(viewer).filter(run__isnull=False, count__gt=0).exclude(pk=segment.pk)
    return tuple((one.slug, one.name) for one in others)


@cache
def templates() -> dict[str, Any]:
    return {"light": template("light").to_plotly_json(), "dark": template("dark").to_plotly_json()}


def segment_url(segment: Segment) -> str:
    return reverse("segments:detail", args=[segment.slug])


def share_of(segment: Segment) -> str:
    """How much of all customers a segment is, as of its run."""
    run = segment.run
    return percent(segment.count / run.universe) if run and run.universe else ""
