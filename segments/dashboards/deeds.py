"""Who did what, when and where: sets of customers, from one reading of all events.

Events lie in files by event and month, sorted by customer, texts as dictionaries; going through them this way takes
a tenth of the time that asking for distinct customers takes.
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_mask, ids_of_bitmap

KINDS = ("event", "month", "channel", "hour")
WEEK = 7 * 24
# 1 January 1970, day 0, was a Thursday; Monday is 0.
FIRST_WEEKDAY = 3
NEVER = np.iinfo(np.int32).min
COLUMNS = ("customer_id", "day", "hour", "channel")
# So many customers at a time: a bit for each and everything they may have done, as bytes while it is collected.
RANGE = 2_000_000
READERS = 2


class EventLake(Protocol):
    def parts(self, events: Collection[str] | None = None) -> Sequence[Any]: ...

    def rows_of(self, part: Any, columns: Sequence[str]) -> pa.Table: ...

    def universe(self) -> BitMap: ...


@dataclass(frozen=True)
class Done:
    """Those who did anything, each once: their last day, from 1 January 1970 on, and how many events."""

    customers: npt.NDArray[np.uint32]
    last: npt.NDArray[np.int32]
    events: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Deeds:
    """Customers by event, by month ("2026-11"), by channel, and by hour of the week (0: Monday, from 0:00 on)."""

    events: Mapping[str, BitMap]
    months: Mapping[str, BitMap]
    channels: Mapping[str, BitMap]
    hours: Sequence[BitMap]
    done: Done


def deeds_read(lake: EventLake) -> Deeds:
    """Of all live customers."""
    universe, parts = lake.universe(), lake.parts()
    found: dict[tuple[str, Any], BitMap] = {}
    done = []
    for low in range(0, universe.max() + 1 if universe else 0, RANGE):
        seen = _Seen(low, min(low + RANGE, universe.max() + 1), parts, lake)
        for key, some in seen.sets():
            found[key] = found.get(key, BitMap()) | (some & universe)
        done.append(seen.done(universe))
    of = {kind: {name: who for (one, name), who in found.items() if one == kind} for kind in KINDS}
    return Deeds(
        _by_name(of["event"]),
        _by_name(of["month"]),
        _by_name(of["channel"]),
        [of["hour"].get(slot, BitMap()) for slot in range(WEEK)],
        _together(done),
    )


def _by_name(found: Mapping[str, BitMap]) -> dict[str, BitMap]:
    return {name: found[name] for name in sorted(found) if found[name]}


def _together(done: Sequence[Done]) -> Done:
    if not done:
        return Done(np.zeros(0, np.uint32), np.zeros(0, np.int32), np.zeros(0, np.int32))
    columns = ([getattr(one, name) for one in done] for name in ("customers", "last", "events"))
    return Done(*map(np.concatenate, columns))


def doers_by_month(lake: EventLake, event: str) -> dict[str, BitMap]:
    """Month → the live customers who did it then."""
    universe, found = lake.universe(), dict[str, BitMap]()
    size = universe.max() + 1 if universe else 0
    for part in lake.parts((event,)):
        who = np.zeros(size, dtype=bool)
        ids = lake.rows_of(part, ("customer_id",))["customer_id"].to_numpy()
        who[ids[ids < size]] = True
        found[part.month] = bitmap_of_mask(who) & universe
    return _by_name(found)


class _Tally:
    """How many events each of a range has, and the day of the last one."""

    def __init__(self, size: int) -> None:
        self.counts, self.last = np.zeros(size, np.int32), np.full(size, NEVER, np.int32)

    def add(self, places: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Who is among them. A customer's events lie together, in each file they came with."""
        first = np.flatnonzero(np.diff(places, prepend=-1))
        who = places[first]
        np.add.at(self.counts, who, np.diff(first, append=len(places)).astype(np.int32))
        np.maximum.at(self.last, who, np.maximum.reduceat(days, first))
        return who


class _Seen:
    """One byte for each customer of a range and each thing they may have done.

    The parts are gone through by two at a time: both write nothing but ones into what they share, and NumPy lets
    the other go on meanwhile.
    """

    def __init__(self, low: int, high: int, parts: Sequence[Any], lake: EventLake) -> None:
        self.low, self.high, self.lake = low, high, lake
        self.events = {part.event: self._nobody() for part in parts}
        self.months = {part.month: self._nobody() for part in parts}
        self.channels: dict[str, np.ndarray] = {}
        self.hours = np.zeros(WEEK * (high - low), dtype=bool)
        with ThreadPoolExecutor(READERS, thread_name_prefix="deeds") as readers:
            tallies = list(readers.map(self._parts, (parts[start::READERS] for start in range(READERS))))
        self.counts = np.sum([one.counts for one in tallies], axis=0)
        self.last = np.max([one.last for one in tallies], axis=0)

    def _nobody(self) -> np.ndarray:
        return np.zeros(self.high - self.low, dtype=bool)

    def _parts(self, parts: Sequence[Any]) -> _Tally:
        tally = _Tally(self.high - self.low)
        for part in parts:
            rows = self.lake.rows_of(part, COLUMNS)
            ids = rows["customer_id"].to_numpy()
            if self.low or int(ids.max(initial=0)) >= self.high:
                rows = rows.filter(pa.array((ids >= self.low) & (ids < self.high)))
                ids = rows["customer_id"].to_numpy()
            if len(ids):
                self._part(part, rows, ids - self.low, tally)
        return tally

    def _part(self, part: Any, rows: pa.Table, places: np.ndarray, tally: _Tally) -> None:
        days = rows["day"].cast(pa.int32()).to_numpy()
        who = tally.add(places, days)
        self.events[part.event][who] = True
        self.months[part.month][who] = True
        # By one number, in half the time of two.
        cells = _slots(days, rows["hour"].to_numpy())
        cells *= self.high - self.low
        cells += places
        self.hours[cells] = True
        for name, met in _by_channel(rows["channel"], places):
            self.channels.setdefault(name, self._nobody())[met] = True

    def sets(self) -> list[tuple[tuple[str, Any], BitMap]]:
        named: list[tuple[tuple[str, Any], np.ndarray]] = [
            *((("event", name), who) for name, who in self.events.items()),
            *((("month", name), who) for name, who in self.months.items()),
            *((("channel", name), who) for name, who in self.channels.items()),
            *((("hour", slot), who) for slot, who in enumerate(self.hours.reshape(WEEK, -1))),
        ]
        return [(key, bitmap_of_mask(who).shift(self.low)) for key, who in named]

    def done(self, universe: BitMap) -> Done:
        """Of live customers."""
        alive = ids_of_bitmap(universe & bitmap_of_mask(self.counts > 0).shift(self.low))
        places = alive - self.low
        return Done(alive, self.last[places], self.counts[places])


def _slots(days: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """The hour of the week of each row, by looking the few days up."""
    first = int(days.min())
    weekdays = (np.arange(first, int(days.max()) + 1) + FIRST_WEEKDAY) % 7
    return (24 * weekdays)[days - first] + hours


def _by_channel(channels: pa.ChunkedArray, places: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Channel → the places of those with an event on it; an event without one is nowhere."""
    coded = channels.combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    names = coded.dictionary.to_pylist()
    if not coded.null_count and len(names) == 1:
        return [(names[0], places)] if names[0] else []
    codes = coded.indices.fill_null(-1).to_numpy()
    return [(name, places[codes == code]) for code, name in enumerate(names) if name]
