"""The form of a board: what it has, what it may have, and what was sent."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import Problem, UserError
from segments.dashboards.filter_choices import FilterChoices
from segments.dashboards.filters import filters_of, filters_read
from segments.dashboards.selectors import render_ready
from segments.models import Segment
from segments.selectors import segments

from .models import Board
from .services import board_save
from .widgets import APART, FULL, HALF, NUMBERS, Widget, widgets_of, widgets_posted

CUT = ("last", "since", "until", "channel")


@dataclass
class BoardForm:
    """What is in the form now, be it saved or just sent."""

    viewer: Viewer
    board: Board
    name: str
    description: str
    segment: str
    widgets: list[Widget]
    choices: FilterChoices
    everybody: bool
    groups: set[int]
    version: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def segments(self) -> list[tuple[str, str]]:
        return [(one.slug, one.name) for one in segments(self.viewer)]

    @property
    def all_groups(self) -> list[tuple[int, str, bool]]:
        """Groups one may share with: one's own, and for administrators all."""
        viewer = self.viewer
        found = Group.objects.order_by("name")
        if isinstance(viewer, User) and not viewer.is_superuser:
            found = found.filter(pk__in=viewer.groups.all()) | found.filter(boards=self.board)
        return [(one.pk, one.name, one.pk in self.groups) for one in found.distinct()]

    @property
    def gallery(self) -> list[dict[str, str]]:
        """Charts the board's segment has, by section; those on the board keep their titles."""
        own = [{"section": "", "chart": slug, "title": title} for slug, title in special_titles().items()]
        return own + charts_known(self.viewer, self.board.segment)

    @property
    def state(self) -> dict[str, Any]:
        """What the page's script starts from."""
        titles = {one["chart"]: one["title"] for one in self.gallery}
        return {
            "widgets": [one.plain | {"title": titles.get(one.chart, one.chart)} for one in self.widgets],
            "gallery": self.gallery,
            "segments": [{"slug": slug, "name": name} for slug, name in self.segments],
            "words": {"moved": _("%(title)s is now number %(place)s"), "removed": _("%(title)s was taken off")},
        }


def special_titles() -> dict[str, str]:
    return {NUMBERS: _("Key numbers"), APART: _("What sets them apart")}


def charts_known(viewer: Viewer, segment: Segment) -> list[dict[str, str]]:
    """Of the last picture of it; nothing before there is one."""
    language = get_language() or settings.LANGUAGE_CODE
    drawn = render_ready(viewer, segment, None, language)
    sections = drawn.content.get("sections", []) if drawn else []
    return [
        {"section": section["title"], "chart": chart["slug"], "title": chart["title"]}
        for section in sections
        for chart in section["charts"]
    ]


def first_widgets(viewer: Viewer, segment: Segment) -> list[Widget]:
    """To begin with: the numbers, what sets them apart, and the first charts."""
    charts = [Widget(one["chart"], HALF) for one in charts_known(viewer, segment)[:4]]
    return [Widget(NUMBERS, FULL), Widget(APART, FULL), *charts]


def form_of(viewer: Viewer, board: Board) -> BoardForm:
    return BoardForm(
        viewer=viewer,
        board=board,
        name=board.name,
        description=board.description,
        segment=board.segment.slug,
        widgets=widgets_of(board.widgets),
        choices=FilterChoices(filters_of(board.filters)),
        everybody=board.everybody,
        groups=set(board.groups.values_list("pk", flat=True)),
        version=board.version,
    )


def form_posted(viewer: Viewer, board: Board, sent: QueryDict) -> BoardForm:
    version = sent.get("version", "")
    return BoardForm(
        viewer=viewer,
        board=board,
        name=sent.get("name", ""),
        description=sent.get("description", ""),
        segment=sent.get("segment", "") or board.segment.slug,
        widgets=widgets_posted(sent.get("widgets", "")),
        choices=FilterChoices(filters_read({name: sent.get(name, "") for name in CUT})),
        everybody=sent.get("shared") == "everybody",
        groups={int(one) for one in sent.getlist("groups") if one.isdecimal()},
        version=int(version) if version.isdecimal() else 0,
    )


def form_saved(form: BoardForm) -> bool:
    """Whether it could be; else `problems` says why not. Whoever saves again after a conflict saves over it."""
    segment = segments(form.viewer).filter(slug=form.segment).first() or form.board.segment
    allowed = {pk for pk, _name, _chosen in form.all_groups}
    try:
        board_save(
            board=form.board,
            version=form.version,
            name=form.name,
            description=form.description,
            segment=segment,
            widgets=form.widgets,
            filters=form.choices.filters,
            everybody=form.everybody,
            groups=Group.objects.filter(pk__in=form.groups & allowed),
            actor=form.viewer,
        )
    except UserError as error:
        form.problems = list(error.problems)
        form.version = Board.objects.values_list("version", flat=True).get(pk=form.board.pk)
        return False
    return True
