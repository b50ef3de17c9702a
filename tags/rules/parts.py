"""The parts of a lake, one event in one month each, and which of their columns some tallies need."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa

from .compile_columns import property_side, where_holds
from .nodes import Node
from .queries import Tables
from .stretches import BEGINNING, END
from .tally import DAY, TIME, Kind, Tally
from .windows import INSTANT, Moment, midnight

Range = tuple[int, int]


class Part(Protocol):
    """The rows of one event in one month, "2026-11"; `low` and `high` are of their times, where known."""

    @property
    def event(self) -> str: ...

    @property
    def month(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def bytes(self) -> int: ...

    @property
    def low(self) -> datetime | None: ...

    @property
    def high(self) -> datetime | None: ...


class Parts(Protocol):
    """A lake that can be read part by part."""

    @property
    def tables(self) -> Tables: ...

    def parts(self, events: Collection[str] | None) -> Sequence[Part]:
        """Those of some events, or of all."""

    def part(self, expr: ir.Table, part: Any, columns: Sequence[str], ids: Range | None = None) -> pa.Table:
        """Columns of what an expression gives over one part, for the customers of a half-open range."""


class Reading:
    """The columns that all tallies together need: of a part, by their names."""

    def __init__(self, tallies: Sequence[Tally], events: ir.Table, moment: Moment) -> None:
        self.tallies, self.events, self.moment = tallies, events, moment
        wheres = dict.fromkeys(tally.what.where for tally in tallies if tally.what.where is not None)
        self._flags: dict[Node, str] = {where: f"where {i}" for i, where in enumerate(wheres)}
        self.wheres = {flag: where for where, flag in self._flags.items()}

    @cached_property
    def expr(self) -> ir.Table:
        """All of them as one expression over the events."""
        columns: dict[str, Any] = {
            flag: where_holds(where, self.events, self.moment) for flag, where in self.wheres.items()
        }
        for slug in self.taken_of:
            columns[f"of {slug}"] = number_side(self.events, slug)
        return self.events.select("customer_id", TIME, DAY, **columns)

    @property
    def taken_of(self) -> set[str]:
        """The properties of sums and extremes."""
        return {tally.of for tally in self.tallies if tally.kind is not Kind.DIFFERENT} - {"", DAY}

    @property
    def told_apart(self) -> set[str]:
        """The properties of which there are different values."""
        return {tally.of for tally in self.tallies if tally.kind is Kind.DIFFERENT}

    def using(self, part: Part) -> list[Tally]:
        """The tallies that a part may add to."""
        low, high = span_of(part, self.moment)
        return [t for t in self.tallies if t.meets(part.event) and t.start < high and t.end > low]

    def cut(self, tally: Tally, part: Part) -> tuple[datetime, datetime] | None:
        """The tally's times, where it needs only some of the part's."""
        low, high = span_of(part, self.moment)
        return None if tally.start <= low and tally.end >= high else (tally.start, tally.end)

    def flag(self, tally: Tally) -> str | None:
        return None if tally.what.where is None else self._flags[tally.what.where]

    def columns(self, part: Part, using: Sequence[Tally]) -> list[str]:
        needed = {"customer_id"}
        for tally in using:
            needed |= {TIME} if self.cut(tally, part) else set()
            needed |= {flag} if (flag := self.flag(tally)) else set()
            needed |= {DAY} if tally.kind is Kind.DAYS or tally.of == DAY else set()
            needed |= {name} if (name := _column_of(tally)) else set()
        return sorted(needed)


def _column_of(tally: Tally) -> str:
    """Under which name there is what a tally is taken of, if it is a property."""
    if tally.of in ("", DAY):
        return ""
    return f"different {tally.of}" if tally.kind is Kind.DIFFERENT else f"of {tally.of}"


def number_side(events: ir.Table, slug: str) -> Any:
    """A property as sums and extremes take it: an amount, or a number."""
    side, kind = property_side(events, slug)
    return side if kind == "money" else side.cast("float64")


def span_of(part: Part, moment: Moment) -> tuple[datetime, datetime]:
    """From when to before when a part's times are, in UTC."""
    year, month = map(int, part.month.split("-"))
    low = part.low or moment.utc(midnight(date(year, month, 1)))
    after = date(year + month // 12, month % 12 + 1, 1)
    return low, part.high + INSTANT if part.high else moment.utc(midnight(after))


def clipped(tallies: Sequence[Tally], parts: Sequence[Part]) -> tuple[Tally, ...]:
    """The same tallies over these parts, without what lies before and after all their times; empty ones too."""
    lows, highs = [part.low for part in parts if part.low], [part.high for part in parts if part.high]
    if not parts or len(lows) < len(parts) or len(highs) < len(parts):
        return tuple(tallies)
    low, high = min(lows), max(highs)

    def at(edge: datetime) -> datetime:
        return BEGINNING if edge <= low else END if edge > high else edge

    return tuple(replace(t, start=at(t.start), end=at(t.end)) for t in tallies)
