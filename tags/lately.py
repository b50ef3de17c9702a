"""How many a form's rule would have matched on the last thirty days: as many of those days as there is time for.

The days are taken in an order that keeps the gaps even, so that what was found by the time the page has waited long
enough is spread over the whole month.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.core.cache import cache
from django.utils import timezone

from cdp.engine import asked_still
from cdp.store.lake import Lake, snapshot

from .charts import Level, level
from .live_members import everyone_of, members_of, sees_all
from .moments import end_of_day, moment_of
from .rules.canonical import canonical
from .rules.catalog import Catalog
from .rules.definition import Labels, read_definition
from .rules.nodes import Attribute, MeasureOf, Node, OnList, Sample, Segment, Tag
from .rules.validate import read_rule
from .rules.walk import leaves
from .versions import seal_of
from .workbench import RULE, Work

DAYS = 30
# Seconds after which no further day is begun.
PATIENCE = 0.8
# What counts as it is now, such as the tags in a rule, may be refreshed meanwhile.
KEPT_SECONDS = 600


@dataclass(frozen=True)
class Day:
    """As of its end, or of now for the last one."""

    at: datetime
    ago: int
    count: int


@dataclass(frozen=True)
class Lately:
    """The days that were worked out, the earliest first; none of a rule for which every day is as today. `rest`:
    the value of everyone else, which is left out."""

    days: tuple[Day, ...]
    rest: str = ""

    @property
    def first(self) -> Day:
        return self.days[0]

    @property
    def last(self) -> Day:
        return self.days[-1]

    @property
    def is_whole(self) -> bool:
        return len(self.days) == DAYS + 1

    @property
    def past(self) -> int:
        return len(self.days) - 1

    @property
    def change(self) -> int:
        return self.last.count - self.first.count

    @cached_property
    def line(self) -> Level:
        counts = [float(day.count) for day in self.days]
        return level([day.at for day in self.days], counts, [False] * len(counts))


def lately(work: Work, patience: float = PATIENCE) -> Lately:
    """At least now and thirty days ago. `UserError`; `Cancelled` when nobody wants it any more."""
    if not depends_on_time(work):
        return Lately(())
    until, now = time.monotonic() + patience, timezone.now()
    with snapshot() as lake:
        found = [Day(now, 0, _counted(work, lake, None))]
        for ago in days_in_order(DAYS):
            if len(found) > 1 and time.monotonic() > until:
                break
            asked_still()
            at = end_of_day(moment_of(now).day - timedelta(days=ago))
            found.append(Day(at, ago, _kept(work, lake, at)))
    return Lately(tuple(sorted(found, key=lambda day: day.at)), rest_of(work))


def depends_on_time(work: Work) -> bool:
    """Whether a condition asks for events or dates: what else there is counts as it is now."""
    if work.of == RULE:
        return _moves(read_rule(work.definition, work.catalog), work.catalog)
    parsed = read_definition(work.of, work.definition, work.catalog)
    return not isinstance(parsed, Labels) or any(_moves(layer.when, work.catalog) for layer in parsed.layers)


def _moves(node: Node, known: Catalog) -> bool:
    return not all(_is_of_now(leaf, known) for leaf in leaves(canonical(node)))


def _is_of_now(leaf: Node, known: Catalog) -> bool:
    if isinstance(leaf, Attribute):
        return known.attributes[leaf.slug].kind != "date" and not isinstance(leaf.test.value, MeasureOf)
    return isinstance(leaf, Tag | Segment | OnList | Sample)


def days_in_order(most: int) -> Iterator[int]:
    """The days from `most` ago to yesterday: the first, the one in the middle, those between, and so on."""
    yield most
    gaps = [(0, most)]
    while gaps:
        halves = [(low, (low + high) // 2, high) for low, high in gaps if high - low > 1]
        yield from (middle for _low, middle, _high in halves)
        gaps = [half for low, middle, high in halves for half in ((low, middle), (middle, high))]


def _kept(work: Work, lake: Lake, at: datetime) -> int:
    if not sees_all(work.viewer):
        return _counted(work, lake, at)
    key = f"lately:{lake.version}:{work.of}:{seal_of(work.definition)}:{at.date()}".replace(" ", "_")
    count = cache.get(key)
    if count is None:
        count = _counted(work, lake, at)
        cache.set(key, count, KEPT_SECONDS)
    return count


def _counted(work: Work, lake: Lake, at: datetime | None) -> int:
    rest = rest_of(work)
    values = members_of(work, lake, at)
    return len(everyone_of({value: members for value, members in values.items() if not rest or value != rest}))


def rest_of(work: Work) -> str:
    found = work.definition.get("rest") or "" if work.of != RULE else ""
    return found if isinstance(found, str) else str(found["value"])
