"""What everybody did in a time or on a channel: the lake with those events only, and what is kept of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from .answers import Numbers, Values
from .everyone import Everyone
from .filters import Filters
from .states import Changed, State


class CutLake:
    """A state of the lake as if nothing else had happened than what a filter lets through."""

    def __init__(self, lake: Any, filters: Filters, day: date) -> None:
        self._lake, self.filters = lake, filters
        self.since, self.until = filters.days(day)
        self.tables = replace(lake.tables, events=self._cut(lake.tables.events))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lake, name)

    def _cut(self, events: ir.Table) -> ir.Table:
        if self.since:
            events = events.filter(events.day >= self.since)
        if self.until:
            events = events.filter(events.day <= self.until)
        return events.filter(events.channel == self.filters.channel) if self.filters.channel else events

    def parts(self, events: Collection[str] | None = None) -> Sequence[Any]:
        """Months that lie outside are not read at all."""
        first = f"{self.since:%Y-%m}" if self.since else ""
        last = f"{self.until:%Y-%m}" if self.until else "~"
        return tuple(part for part in self._lake.parts(events) if first <= part.month <= last)

    def rows_of(self, part: Any, columns: Sequence[str]) -> pa.Table:
        needed = list(dict.fromkeys([*columns, "day", "channel"]))
        rows = self._lake.rows_of(part, needed)
        if self.since:
            rows = rows.filter(pc.greater_equal(rows["day"], pa.scalar(self.since)))
        if self.until:
            rows = rows.filter(pc.less_equal(rows["day"], pa.scalar(self.until)))
        if self.filters.channel:
            met = pc.equal(rows["channel"].cast(pa.string()), self.filters.channel)
            rows = rows.filter(pc.fill_null(met, False))
        return rows.select(list(columns))


class EveryoneCut(Everyone):
    """Everybody's deeds within a filter. What they are is that of the whole state."""

    def __init__(self, lake: Any, filters: Filters, day: date, properties: Collection[str] = ()) -> None:
        super().__init__(lake, properties)
        self._filters, self._day = filters, day
        self.whole = Everyone(lake, properties)
        self._lake = CutLake(lake, filters, day)
        self._answers = self._answers_of(self._state)

    def _answers_of(self, state: State) -> dict[Any, Any]:
        return state.cut(f"{self._filters.text} {self._day if self._filters.last else ''}")

    def _some(self, changed: Changed) -> Any:
        return CutLake(super()._some(changed), self._filters, self._day)

    def attribute(self, slug: str, kind: str) -> Values:
        return self.whole.attribute(slug, kind)

    def numbers(self, slug: str) -> Numbers:
        return self.whole.numbers(slug)


def everyone_of(lake: Any, filters: Filters, day: date, properties: Collection[str] = ()) -> Everyone:
    return EveryoneCut(lake, filters, day, properties) if filters else Everyone(lake, properties)
