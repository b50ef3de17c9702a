"""The numbers behind a chart, as plain JSON beside its figure, for files that draw it once more.

Kept are labels and counts; shares, indices and intervals follow from them. A number that is too small to show, and
one from which such a one would follow, is not in the JSON at all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from segments.personas.evidence import tgi_interval
from segments.personas.statistics import Base, Distribution, Share

from .figures.bars import comparison_bars, ordered_columns
from .figures.cohort import cohort_heat
from .figures.curve import concentration_curve
from .figures.flow import flow_bands
from .figures.funnel import funnel_bars
from .figures.heat import Week, week_heat
from .figures.house import Words
from .figures.marks import UNTOLD, ours_mark, theirs_mark
from .figures.pairs import Sampled, items_columns, pair_bars
from .figures.rfm import rfm_heat
from .figures.stages import stage_bands
from .figures.tiles import province_tiles
from .figures.trend import Months, trend_lines
from .pair_tables import pair_tables
from .tables import Table, cohort_tables, curve_tables, flow_tables, funnel_tables
from .worth_tables import rfm_tables, stage_tables

# A count as it is kept: None for a few, `UNTOLD` where those of a few would follow.
Kept: TypeAlias = int | str | None
MOST_MORE = 60
BARS, COLUMNS, TILES, WEEK, MONTHS = "bars", "columns", "tiles", "week", "months"
CURVE, COHORTS, FUNNEL, FLOWS = "curve", "cohorts", "funnel", "flows"
RFM, STAGES, ITEMS, PAIRS = "rfm", "stages", "items", "pairs"
SHAPES: Mapping[Callable[..., Any], str] = {
    comparison_bars: BARS,
    ordered_columns: COLUMNS,
    province_tiles: TILES,
    week_heat: WEEK,
    trend_lines: MONTHS,
    concentration_curve: CURVE,
    cohort_heat: COHORTS,
    funnel_bars: FUNNEL,
    flow_bands: FLOWS,
    rfm_heat: RFM,
    stage_bands: STAGES,
    items_columns: ITEMS,
    pair_bars: PAIRS,
}
# Of what is more than shares of values.
TABLES: Mapping[str, Callable[[Any, Words], Iterator[Table]]] = {
    CURVE: curve_tables,
    COHORTS: cohort_tables,
    FUNNEL: funnel_tables,
    FLOWS: flow_tables,
    RFM: rfm_tables,
    STAGES: stage_tables,
    PAIRS: pair_tables,
}


@dataclass(frozen=True)
class Row:
    """One value of a chart. `members`, `everyone` and what follows from them are None where they are not told; then
    `members_mark` and `everyone_mark` stand in their place (`figures.marks`). Shares are 0 to 1, `low` and `high`
    the 95 % interval of the index."""

    value: str
    label: str
    members: int | None
    share: float | None
    everyone: int | None
    everyone_share: float | None
    tgi: float | None
    low: float | None
    high: float | None
    members_mark: str = ""
    everyone_mark: str = ""


def numbers_behind(
    figure: Callable[..., Any], data: Any, used: Words, every: Distribution | None = None
) -> dict[str, Any]:
    """`base`: members and customers asked (None where that tells of a few who are not members), and the smallest
    number that is shown. `rows`: value, label, members, everyone, the two of them None for a few and `UNTOLD` where
    those of a few would follow; of a week 168 of them from Monday at 0 on, of months one each. `more`: common
    values of `every` that are left out of a chart of the group's own top ones, for charts of several groups. What
    is more than shares of values has `tables`."""
    base: Base = data.base
    shape = SHAPES[figure]
    found: dict[str, Any] = {
        "shape": shape,
        "base": [base.group, None if base.too_alike else base.everyone, base.least],
        "rows": [_shown(share, base) for share in _shares(data)],
    }
    if every is not None and every.base == base and not any(row[0] == "" for row in found["rows"]):
        found["more"] = [_shown(share, base) for share in _common(every, {row[0] for row in found["rows"]})]
    if shape in TABLES:
        found["tables"] = [table.plain for table in TABLES[shape](data, used)]
    return found


def _common(every: Distribution, told: set[str]) -> list[Share]:
    left = [one for one in every.shares if one.value not in told and one.everyone >= every.base.least]
    return sorted(left, key=lambda one: (-one.everyone, one.value))[:MOST_MORE]


def _shares(data: Any) -> Iterator[Share]:
    if isinstance(data, Sampled):
        yield from data.distribution.shares
    elif isinstance(data, Distribution):
        yield from data.shares
    elif isinstance(data, Months):
        for month, ours, theirs in zip(data.months, data.group, data.everyone, strict=True):
            yield Share(month, ours, theirs)
    elif isinstance(data, Week):
        for day in range(7):
            for hour, (ours, theirs) in enumerate(zip(data.group[day], data.everyone[day], strict=True)):
                yield Share(f"{hour:02}", ours, theirs)


def _shown(share: Share, base: Base) -> list[Any]:
    marks = ours_mark(share, base), theirs_mark(share, base)
    told = zip(marks, (share.group, share.everyone), strict=True)
    return [share.value, share.label or share.value, *(_kept(mark, count) for mark, count in told)]


def _kept(mark: str, count: int) -> Kept:
    if not mark:
        return count
    return UNTOLD if mark == UNTOLD else None


def base_of(data: Mapping[str, Any]) -> Base:
    group, everyone, least = data["base"]
    return Base(group, everyone or 0, least)


def has_untold(data: Mapping[str, Any]) -> bool:
    """Whether a number is not told that is no small one."""
    cells = (cell for table in data.get("tables", []) for row in table["rows"] for cell in row[1:])
    return any(UNTOLD in row[2:] for row in data["rows"]) or UNTOLD in cells


def rows_of(data: Mapping[str, Any]) -> list[Row]:
    """What `numbers_behind` kept, with what follows from it."""
    base = base_of(data)
    return [row_of(base, value, label, ours, theirs) for value, label, ours, theirs in data["rows"]]


def share_of(base: Base, value: str, label: str, members: Kept, everyone: Kept) -> Share:
    """What was kept of a value. A number that was not told is not told again: 0 stands for a few, and for one that
    is no small one any that is none and tells of nobody besides."""
    known = [count for count in (members, everyone) if isinstance(count, int)]
    more = max([base.least, *known])
    told = (count if isinstance(count, int) else more if count == UNTOLD else 0 for count in (members, everyone))
    ours, theirs = told
    untold = (not isinstance(count, int) for count in (members, everyone))
    return Share(value, ours, theirs, label, *untold)


def row_of(base: Base, value: str, label: str, members: Kept, everyone: Kept) -> Row:
    share = share_of(base, value, label, members, everyone)
    found = tgi_interval(share, base) if base.group else None
    ours, theirs = ours_mark(share, base), theirs_mark(share, base)
    return Row(
        value,
        label,
        None if ours else share.group,
        share.group_share(base),
        None if theirs else share.everyone,
        share.everyone_share(base),
        share.tgi(base),
        found.low if found else None,
        found.high if found else None,
        ours,
        theirs,
    )


def days_of(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """A week's rows day by day."""
    return [rows[24 * day : 24 * day + 24] for day in range(7)]


def has_numbers(content: Mapping[str, Any]) -> bool:
    """Whether the numbers were kept; of pictures from before they were, they are not there."""
    return all("data" in chart for section in content.get("sections", []) for chart in section["charts"])
