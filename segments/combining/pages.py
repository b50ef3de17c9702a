"""The picture of how segments overlap, ready to draw: a row an area, after UpSet (Lex and others, 2014)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer

from ..models import Segment
from ..selectors import segments
from .forms import CombineForm
from .selectors import ALL, ANY, NONE, Combined

LETTERS = "ABCDE"
STEP = 28


@dataclass(frozen=True)
class SetRow:
    letter: str
    segment: Segment
    count: int
    bar: float
    role: str
    field: str

    @property
    def as_of(self) -> datetime | None:
        return self.segment.run.as_of if self.segment.run else None


@dataclass(frozen=True)
class Dot:
    x: int
    inside: bool


@dataclass(frozen=True)
class AreaRow:
    area: int
    dots: tuple[Dot, ...]
    inside: str
    outside: str
    count: int
    share: float
    bar: float
    chosen: bool

    @property
    def line(self) -> tuple[int, int]:
        """From the first to the last segment it is in."""
        places = [dot.x for dot in self.dots if dot.inside]
        return places[0], places[-1]


@dataclass(frozen=True)
class CombinePage:
    sets: tuple[SetRow, ...]
    rows: tuple[AreaRow, ...]
    total: int
    roles: tuple[tuple[str, str], ...]
    width: int


def combine_page(form: CombineForm) -> CombinePage | None:
    found = form.combined
    if found is None:
        return None
    most = max(map(len, found.sets)) or 1
    rows = sorted(found.areas.items(), key=lambda one: (-len(one[1]), one[0]))
    largest = len(rows[0][1]) if rows else 1
    total = sum(len(members) for _area, members in rows)
    return CombinePage(
        sets=tuple(
            SetRow(LETTERS[n], segment, len(members), 100 * len(members) / most, _role(form, segment), f"role.{n}")
            for n, (segment, members) in enumerate(zip(found.segments, found.sets, strict=True))
        ),
        rows=tuple(_row(found, area, len(members), total, largest, form.areas) for area, members in rows),
        total=total,
        roles=(("", "—"), (ALL, _("all of")), (ANY, _("any of")), (NONE, _("none of"))),
        width=STEP * len(found.sets),
    )


def _role(form: CombineForm, segment: Segment) -> str:
    return form.roles.get(segment.slug, "")


def _row(found: Combined, area: int, count: int, total: int, largest: int, chosen: set[int]) -> AreaRow:
    names = [(one.name, area >> place & 1) for place, one in enumerate(found.segments)]
    return AreaRow(
        area=area,
        dots=tuple(Dot(STEP // 2 + STEP * place, bool(inside)) for place, (_name, inside) in enumerate(names)),
        inside=" + ".join(name for name, inside in names if inside),
        outside=", ".join(name for name, inside in names if not inside),
        count=count,
        share=count / total,
        bar=100 * count / largest,
        chosen=area in chosen,
    )


def choices(viewer: Viewer, but: list[str]) -> list[Segment]:
    """The segments that may be added: those that have been computed."""
    return list(segments(viewer).filter(run__isnull=False).exclude(slug__in=but))
