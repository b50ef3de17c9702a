"""What is different between the contents of two editions, chart by chart. Pure.

Rows are matched by chart and value. The shares of members in both are compared by the z-test of two proportions,
and the chances of all of them together are corrected after Benjamini–Hochberg, so that of what is called a change
at most one in a hundred is chance.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from segments.dashboards.behind import WEEK, Row, base_of, rows_of
from segments.personas.apart import CHANCE
from segments.personas.evidence import corrected, difference_chance
from segments.personas.statistics import Base

Content = Mapping[str, Any]


@dataclass(frozen=True)
class RowChange:
    """One value of a chart; what was not there, is None. `q` is the corrected chance, None where shares cannot be
    compared: one is missing, or of too few members to be shown. `day` is 0 (Monday) to 6 in a chart of the week."""

    value: str
    label: str
    before: Row | None
    after: Row | None
    q: float | None = None
    day: int | None = None

    @property
    def points(self) -> float | None:
        """The change of the share, −1 to 1."""
        ours, theirs = (row.share if row else None for row in (self.after, self.before))
        return None if ours is None or theirs is None else ours - theirs

    @property
    def is_sure(self) -> bool:
        return self.q is not None and self.q < CHANCE


@dataclass(frozen=True)
class ChartChange:
    """A chart of both editions, or of one: `before` or `after` is None then. Rows in the order of the later one."""

    slug: str
    title: str
    section: str
    before: Base | None
    after: Base | None
    rows: tuple[RowChange, ...] = ()

    @property
    def sure(self) -> tuple[RowChange, ...]:
        """The rows chance does not explain, the largest change first."""
        return tuple(sorted((row for row in self.rows if row.is_sure), key=lambda row: -abs(row.points or 0.0)))


@dataclass(frozen=True)
class NumberChange:
    """A key number as it was written, and as a number where it is shown; `q` for shares alone."""

    slug: str
    label: str
    unit: str
    before: str | None
    after: str | None
    value_before: float | None
    value_after: float | None
    q: float | None = None

    @property
    def difference(self) -> float | None:
        known = self.value_before is not None and self.value_after is not None
        return self.value_after - self.value_before if known else None  # type: ignore[operator]

    @property
    def is_sure(self) -> bool:
        return self.q is not None and self.q < CHANCE


@dataclass(frozen=True)
class Finding:
    """What sets the group apart in one edition and not in the other; index and share as that one wrote them."""

    subject: str
    value: str
    over: bool
    tgi: str
    share: str


@dataclass(frozen=True)
class Differences:
    """`members` and `against` (whom it is compared with, "" for everyone) of the earlier and of the later one."""

    members: tuple[int, int]
    against: tuple[str, str]
    numbers: tuple[NumberChange, ...] = ()
    charts: tuple[ChartChange, ...] = ()
    appeared: tuple[Finding, ...] = ()
    vanished: tuple[Finding, ...] = ()
    turned: tuple[Finding, ...] = field(default=())

    @property
    def changed(self) -> tuple[ChartChange, ...]:
        """Charts with changes that chance does not explain, the largest first; then those that are new or gone."""
        known = [chart for chart in self.charts if chart.sure]
        return tuple(sorted(known, key=lambda chart: -abs(chart.sure[0].points or 0.0)))

    @property
    def one_sided(self) -> tuple[ChartChange, ...]:
        return tuple(chart for chart in self.charts if chart.before is None or chart.after is None)

    @property
    def steady(self) -> tuple[ChartChange, ...]:
        return tuple(chart for chart in self.charts if chart.before and chart.after and not chart.sure)


def differences(before: Content, after: Content) -> Differences:
    """Of two contents as `content_of` makes them, the earlier one first."""
    numbers, charts = list(_numbers(before, after)), list(_charts(before, after))
    asked = [number.q for number in numbers] + [row.q for chart in charts for row in chart.rows]
    sure = iter(_corrected(asked))
    numbers = [replace(number, q=next(sure)) for number in numbers]
    charts = [replace(chart, rows=tuple(replace(row, q=next(sure)) for row in chart.rows)) for chart in charts]
    had, has = dict(_findings(before)), dict(_findings(after))
    return Differences(
        members=(before["members"], after["members"]),
        against=(before.get("against", ""), after.get("against", "")),
        numbers=tuple(numbers),
        charts=tuple(charts),
        appeared=tuple(found for key, found in has.items() if key not in had),
        vanished=tuple(found for key, found in had.items() if key not in has),
        turned=tuple(found for key, found in has.items() if key in had and had[key].over is not found.over),
    )


def _corrected(asked: list[float | None]) -> list[float | None]:
    known = iter(corrected([p for p in asked if p is not None]))
    return [None if p is None else float(next(known)) for p in asked]


def _numbers(before: Content, after: Content) -> Iterator[NumberChange]:
    had = {number["slug"]: number for number in before.get("numbers", [])}
    has = {number["slug"]: number for number in after.get("numbers", [])}
    for slug in [*has, *(slug for slug in had if slug not in has)]:
        old, new = had.get(slug), has.get(slug)
        yield NumberChange(
            slug=slug,
            label=(new or old or {})["label"],
            unit=(new or old or {}).get("unit", "whole"),
            before=old and old["text"],
            after=new and new["text"],
            value_before=old and old.get("value"),
            value_after=new and new.get("value"),
            q=_number_chance(old, new, before["members"], after["members"]),
        )


def _number_chance(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, old_size: int, new_size: int
) -> float | None:
    if not (old and new and old.get("unit") == new.get("unit") == "share" and old_size and new_size):
        return None
    if old.get("value") is None or new.get("value") is None:
        return None
    return difference_chance(round(old["value"] * old_size), old_size, round(new["value"] * new_size), new_size)


def _charts(before: Content, after: Content) -> Iterator[ChartChange]:
    had, has = dict(_drawn(before)), dict(_drawn(after))
    for slug in [*has, *(slug for slug in had if slug not in has)]:
        old, new = had.get(slug), has.get(slug)
        section, chart = new or old or ("", {})
        yield ChartChange(
            slug=slug,
            title=chart["title"],
            section=section,
            before=base_of(old[1]["data"]) if old else None,
            after=base_of(new[1]["data"]) if new else None,
            rows=tuple(_rows(old[1]["data"], new[1]["data"])) if old and new else (),
        )


def _drawn(content: Content) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    """Charts with the numbers behind them, by slug, each with its section's title."""
    for section in content.get("sections", []):
        for chart in section["charts"]:
            if "data" in chart:
                yield chart["slug"], (section["title"], chart)


def _rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[RowChange]:
    if old["shape"] != new["shape"]:
        return
    had, has = _keyed(old), _keyed(new)
    sizes = base_of(old).group, base_of(new).group
    for key in [*has, *(key for key in had if key not in has)]:
        before, after = had.get(key), has.get(key)
        named = after or before
        assert named is not None
        yield RowChange(key[1], named.label, before, after, _row_chance(before, after, *sizes), key[0])


def _keyed(data: Mapping[str, Any]) -> dict[tuple[int | None, str], Row]:
    is_week = data["shape"] == WEEK
    return {(place // 24 if is_week else None, row.value): row for place, row in enumerate(rows_of(data))}


def _row_chance(before: Row | None, after: Row | None, old_size: int, new_size: int) -> float | None:
    if before is None or after is None or before.members is None or after.members is None:
        return None
    if not (old_size and new_size):
        return None
    return difference_chance(before.members, old_size, after.members, new_size)


def _findings(content: Content) -> Iterator[tuple[str, Finding]]:
    """By their rule, which stays the same when a name changes; by their names where there is none."""
    for way in ("over", "under"):
        for one in content.get(way, []):
            key = json.dumps(one["rule"] or [one["subject"], one["value"]], sort_keys=True)
            yield key, Finding(one["subject"], one["value"], way == "over", one["tgi"], one["share"])
