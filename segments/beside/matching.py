"""The charts of several renderings laid over each other: the same value of each group in one row. Pure.

All are drawn against everyone, so that values, steps and months are the same in each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from segments.dashboards.behind import BARS, COLUMNS, MONTHS, base_of, row_of
from segments.dashboards.behind import Row as Behind
from segments.personas.apart import CHANCE
from segments.personas.evidence import Interval, corrected, share_interval
from segments.personas.statistics import Base

from .apart import Counted, chance, index_interval, index_of

ROWS = frozenset({BARS, COLUMNS, MONTHS})
MOST_ROWS = 12
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One value in one group. Where it is not told, a `mark` stands in its place, and `share` and what follows from
    it are None; `q` is the chance of the difference, corrected for all that are on the page, None where nothing can
    be said of it."""

    count: int | None
    size: int
    mark: str = ""
    share: float | None = None
    span: Interval | None = None
    index: float | None = None
    between: Interval | None = None
    p: float | None = None
    q: float | None = None

    @property
    def way(self) -> str:
        """over or under what it is compared with, by more than chance; else nothing."""
        sure = self.q is not None and self.q < CHANCE and self.index is not None
        return ("over" if self.index > 100 else "under") if sure and self.index is not None else ""


@dataclass(frozen=True)
class Row:
    """A value of a chart: a cell for each group, None where the chart does not tell it of that group; `beside` is
    those they are compared with."""

    value: str
    label: str
    beside: Counted | None
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matched:
    """A chart of several groups. `sizes`: how many of each it is of; `rows` are empty for what is drawn as one
    small picture a group, whose `figures` are then there."""

    slug: str
    title: str
    section: str
    shape: str
    least: int
    sizes: tuple[int | None, ...]
    rows: tuple[Row, ...] = ()
    figures: tuple[Any, ...] = ()


def matched(contents: Sequence[Content], base: Content | None = None) -> list[Matched]:
    """`contents`: of each group, in order; `base` is another segment's, nothing for everyone."""
    found = [_chart(slug, contents, base) for slug in _slugs(contents)]
    return _judged([chart for chart in found if chart.rows or chart.figures])


def _slugs(contents: Sequence[Content]) -> list[str]:
    """Each chart once, where most groups have it in the same order the first one's comes first."""
    order: dict[tuple[int, str], None] = {}
    titles = list(dict.fromkeys(s["title"] for content in contents for s in content["sections"]))
    for content in contents:
        for section in content["sections"]:
            order.update({(titles.index(section["title"]), chart["slug"]): None for chart in section["charts"]})
    return [slug for _place, slug in sorted(order, key=lambda one: one[0])]


def _find(content: Content | None, slug: str) -> tuple[str, Mapping[str, Any]] | None:
    for section in content["sections"] if content else ():
        for chart in section["charts"]:
            if chart["slug"] == slug and "data" in chart:
                return section["title"], chart
    return None


def _chart(slug: str, contents: Sequence[Content], base: Content | None) -> Matched:
    found = [_find(content, slug) for content in contents]
    known = [one for one in found if one]
    if not known:
        return Matched(slug, "", "", "", 0, ())
    section, first = known[0]
    made = Matched(
        slug=slug,
        title=first["title"],
        section=section,
        shape=first["data"]["shape"],
        least=base_of(first["data"]).least,
        sizes=tuple(base_of(one[1]["data"]).group if one else None for one in found),
    )
    if made.shape not in ROWS:
        return replace(made, figures=tuple(one[1]["figure"] if one else None for one in found))
    beside = _find(base, slug)
    data = [one[1]["data"] if one else None for one in found]
    return replace(made, rows=tuple(_rows(made, data, beside[1]["data"] if beside else None, base is not None)))


def _rows(made: Matched, data: Sequence[Any], beside: Any, other: bool) -> Iterator[Row]:
    held = [{row[0]: row for row in [*one.get("more", []), *one["rows"]]} if one else {} for one in data]
    bases = [base_of(one) if one else None for one in data]
    theirs = {row[0]: row for row in [*beside.get("more", []), *beside["rows"]]} if beside else {}
    for value, label in _values(made, data):
        told = [
            row_of(base, *one[value]) if base and value in one else None
            for one, base in zip(held, bases, strict=True)
        ]
        whom = _beside(value, told, bases, theirs, beside) if beside or not other else None
        cells = [
            _cell(row, base, whom if other or not whom or base is None else _everyone(row, base), part=not other)
            for row, base in zip(told, bases, strict=True)
        ]
        yield Row(value, label, whom, tuple(cells))


def _values(made: Matched, data: Sequence[Any]) -> list[tuple[str, str]]:
    """In the order of the first; where each group has its own top values, those most common among any."""
    seen: dict[str, tuple[str, int, float]] = {}
    for one in data:
        size = base_of(one).group if one else 0
        for place, (value, label, members, _everyone) in enumerate(one["rows"] if one else ()):
            share = members / size if size and isinstance(members, int) else 0.0
            before = seen.get(value)
            seen[value] = (label, place, share) if before is None else (label, before[1], max(before[2], share))
    if made.shape == MONTHS:
        return [(value, seen[value][0]) for value in sorted(seen)]
    same = len({tuple(row[0] for row in one["rows"]) for one in data if one}) < 2
    if same:
        return [(value, label) for value, (label, _place, _share) in seen.items()]
    if made.shape == COLUMNS:
        return [(value, label) for value, (label, _p, _s) in sorted(seen.items(), key=lambda one: one[1][1])]
    ranked = sorted(seen.items(), key=lambda one: (not one[0], -one[1][2], one[0]))
    return [(value, label) for value, (label, _place, _share) in ranked[:MOST_ROWS]]


def _beside(
    value: str, told: Sequence[Behind | None], bases: Sequence[Any], theirs: Any, data: Any
) -> Counted | None:
    """Everyone is told by any group's row, unless it is not told beside one of them; a chosen base by its own,
    unless it is not told there."""
    if data is not None:
        row = row_of(base_of(data), *theirs[value]) if value in theirs else None
        return None if row is None or row.members is None else Counted(row.members, base_of(data).group)
    known = [_everyone(row, base) for row, base in zip(told, bases, strict=True) if row]
    return known[0] if known and all(known) else None


def _everyone(row: Behind | None, base: Base) -> Counted | None:
    return None if row is None or row.everyone is None else Counted(row.everyone, base.everyone)


def _cell(row: Behind | None, base: Any, whom: Counted | None, *, part: bool) -> Cell | None:
    if row is None or not base.group:
        return None
    if row.members is None:
        return Cell(None, base.group, mark=row.members_mark)
    ours = Counted(row.members, base.group)
    return Cell(
        count=ours.count,
        size=ours.size,
        share=ours.share,
        span=share_interval(ours.count, ours.size),
        index=index_of(ours, whom) if whom else None,
        between=index_interval(ours, whom, part=part) if whom else None,
        p=chance(ours, whom, part=part) if whom else None,
    )


def _judged(charts: list[Matched]) -> list[Matched]:
    """With the chances corrected for everything that is compared on the page."""
    cells = [cell for chart in charts for row in chart.rows for cell in row.cells if cell and cell.p is not None]
    sure = dict(zip(map(id, cells), corrected([cell.p or 0.0 for cell in cells]), strict=True)) if cells else {}

    def judged(cell: Cell | None) -> Cell | None:
        return replace(cell, q=float(sure[id(cell)])) if cell and id(cell) in sure else cell

    return [
        replace(chart, rows=tuple(replace(row, cells=tuple(map(judged, row.cells))) for row in chart.rows))
        for chart in charts
    ]
