"""One reading of the events for many tallies: each part of the lake is read once, for all that need it."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date, datetime
from itertools import islice, pairwise
from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa

from .compile_columns import property_side, where_holds
from .nodes import ANY_EVENT, Node
from .queries import Tables
from .rows import Rows
from .stretches import BEGINNING, END
from .sums import Sums, sums_of
from .tally import DAY, TIME, Kind, Tallied, Tally
from .windows import INSTANT, Moment, midnight

AHEAD = 3
READERS = 2
MOST_ROWS = 4_000_000


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


def tallied(tallies: Iterable[Tally], lake: Parts, moment: Moment, size: int) -> dict[Tally, Tallied | None]:
    """Every tally over the lake, for the customers 0 to `size` - 1; None for sums too large for 64 bits."""
    wanted = list(dict.fromkeys(tallies))
    reading = Reading(wanted, lake.tables.events, moment)
    found = {tally: sums_of(tally, size) for tally in wanted}
    for (part, using, _), table in _read(lake, reading, _work(lake, reading, wanted, size)):
        rows = Rows(table, size)
        for tally in using:
            _add(found[tally], tally, rows, reading.cut(tally, part), reading.flag(tally))
    return {tally: sums.done() for tally, sums in found.items()}


def _add(sums: Sums, tally: Tally, rows: Rows, cut: tuple[datetime, datetime] | None, flag: str | None) -> None:
    if chosen := rows.chosen(cut, flag):
        sums.add(chosen)


Job = tuple[Part, list[Tally], Range | None]


def _work(lake: Parts, reading: "Reading", wanted: list[Tally], size: int) -> Iterator[Job]:
    """What to read: large parts in ranges of customers, so that memory does not grow with them."""
    events = {event for tally in wanted for event in tally.what.events}
    for part in lake.parts(None if ANY_EVENT in events else events):
        if using := reading.using(part):
            yield from ((part, using, ids) for ids in _ranges(part.rows, size))


def _ranges(rows: int, size: int) -> list[Range] | list[None]:
    if rows <= MOST_ROWS:
        return [None]
    pieces = -(-rows // MOST_ROWS)
    return list(pairwise(size * i // pieces for i in range(pieces + 1)))


def _read(lake: Parts, reading: "Reading", work: Iterator[Job]) -> Iterator[tuple[Job, pa.Table]]:
    """A few jobs are read ahead while the ones before are added up."""

    def read(job: Job) -> tuple[Job, pa.Table]:
        part, using, ids = job
        return job, lake.part(reading.expr, part, reading.columns(part, using), ids)

    with ThreadPoolExecutor(READERS) as pool:
        waiting = deque(pool.submit(copy_context().run, read, job) for job in islice(work, AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(copy_context().run, read, job) for job in islice(work, 1))


class Reading:
    """The columns that all tallies together need, as one expression over the events."""

    def __init__(self, tallies: Sequence[Tally], events: ir.Table, moment: Moment) -> None:
        self.tallies, self.moment = tallies, moment
        wheres = dict.fromkeys(tally.what.where for tally in tallies if tally.what.where is not None)
        self._flags: dict[Node, str] = {where: f"where {i}" for i, where in enumerate(wheres)}
        columns: dict[str, Any] = {name: where_holds(w, events, moment) for w, name in self._flags.items()}
        for slug in {tally.of for tally in tallies} - {"", DAY}:
            side, kind = property_side(events, slug)
            columns[f"of {slug}"] = side if kind == "money" else side.cast("float64")
        self.expr = events.select("customer_id", TIME, DAY, **columns)

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
            needed |= {f"of {tally.of}"} if tally.of not in ("", DAY) else set()
        return sorted(needed)


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
