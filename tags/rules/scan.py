"""One reading of the events for many tallies: each part of the lake is read once, for all that need it."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice, pairwise

import pyarrow as pa

from .held_columns import HeldColumns
from .nodes import ANY_EVENT
from .parts import Part, Parts, Range, Reading
from .rows import Rows
from .sums import Added, added
from .tally import Kind, Tallied, Tally
from .windows import Moment

AHEAD = 3
READERS = 2
MOST_ROWS = 4_000_000


def tallied(
    tallies: Iterable[Tally], lake: Parts, moment: Moment, size: int, held: HeldColumns | None = None
) -> dict[Tally, Tallied | None]:
    """Every tally over the lake, for the customers 0 to `size` - 1; None for sums too large for 64 bits, and for
    different values that are too many, or of columns that are not held."""
    wanted = list(dict.fromkeys(tallies))
    reading = Reading(wanted, lake.tables.events, moment)
    events = {event for tally in wanted for event in tally.what.events}
    parts = [(part, reading.using(part)) for part in lake.parts(None if ANY_EVENT in events else events)]
    work = [(part, using) for part, using in parts if using]
    if held is not None and held.room(work):
        return held.tallied(work, reading, size)
    told_apart = {tally for tally in wanted if tally.kind is Kind.DIFFERENT}
    work = [(part, [tally for tally in using if tally not in told_apart]) for part, using in work]
    jobs = ((part, using, ids) for part, using in work if using for ids in _ranges(part.rows, size))
    found = added(wanted, _read(lake, reading, jobs, size), reading, size)
    return found | dict.fromkeys(told_apart)


Job = tuple[Part, list[Tally], Range | None]


def _ranges(rows: int, size: int) -> list[Range] | list[None]:
    if rows <= MOST_ROWS:
        return [None]
    pieces = -(-rows // MOST_ROWS)
    return list(pairwise(size * i // pieces for i in range(pieces + 1)))


def _read(lake: Parts, reading: Reading, work: Iterator[Job], size: int) -> Iterator[Added]:
    """Large parts in ranges of customers, so that memory does not grow with them; a few jobs are read ahead while
    the ones before are added up."""

    def read(job: Job) -> tuple[Job, pa.Table]:
        part, using, ids = job
        return job, lake.part(reading.expr, part, reading.columns(part, using), ids)

    with ThreadPoolExecutor(READERS) as pool:
        waiting = deque(pool.submit(copy_context().run, read, job) for job in islice(work, AHEAD))
        while waiting:
            (part, using, _), table = waiting.popleft().result()
            yield part, using, Rows(table, size)
            waiting.extend(pool.submit(copy_context().run, read, job) for job in islice(work, 1))
