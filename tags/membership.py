"""Who has which value now: roaring bitmaps of customer ids, loaded once a process and kept by run.

Bitmaps handed out here are shared by the whole process: work with copies or results, never change one
in place. Segments and lists are reached through `providers`, which their own app fills in, because
tags know nothing above themselves.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa
from django.conf import settings
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import Viewer, customer_scope
from cdp.errors import N_, user_error
from cdp.store.models import Customer

from .dependencies import LIST, SEGMENT, Ref
from .measurements import (
    OneByOne,
    measurement_details,
    measurement_one_by_one,
    measurement_table,
    measurements_with_base,
)
from .models import Measurement, Membership, Tag
from .states import Standing, is_expired
from .tables import NUMBERS

CACHE_BYTES = 256 * 1024 * 1024
# Between reading which run is in use and reading its rows a newer run may take its place.
ATTEMPTS = 5


# The value of everyone who has a number, where a measure has no bins.
ANY = ""
# A run and the claim it was worked under: ids alone come again after a rolled-back transaction.
RunKey = tuple[int, str]


@dataclass(frozen=True)
class Held:
    """The result of one run: value → customers, in the order of the definition. An `expired` one has its
    values but nobody who has them."""

    key: RunKey
    values: dict[str, BitMap]
    bytes: int
    expired: bool = False


@dataclass(frozen=True)
class Numbers:
    """A tag's numbers in one run: customer_id (uint32, rising) and value (float64); `details` beside them."""

    key: RunKey
    table: pa.Table
    bytes: int
    details: pa.Table | None = None


class Provider(Protocol):
    """What another app tells rules about its customer sets."""

    def standings(self, data: str) -> dict[str, Standing]:
        """Slug → how current it is, measured by a data version."""

    def names(self) -> dict[str, dict[str, str]]:
        """Slug → names by language."""

    def references(self) -> dict[str, frozenset[Ref]]:
        """Slug → what it is built from."""

    def rules(self) -> dict[str, tuple[dict[str, str], int, Any]]:
        """Slug → names by language, number of the version in force and its rule; of those that have a rule."""

    def members(self, slug: str) -> BitMap:
        """Who is in it now. `UserError` when it has never been computed."""

    def computed(self, slug: str) -> BitMap | None:
        """Who is in it now; None when it has never been computed."""


providers: dict[str, Provider] = {}


R = TypeVar("R", Held, Numbers, OneByOne)


class _Cache(Generic[R]):
    """Results by run, the least used forgotten first. A run's result never changes."""

    def __init__(self, limit: int):
        self._limit = limit
        self._held: OrderedDict[RunKey, R] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, keys: Iterable[RunKey]) -> dict[RunKey, R]:
        with self._lock:
            found = {key: self._held[key] for key in keys if key in self._held}
            for key in found:
                self._held.move_to_end(key)
        return found

    def put(self, results: Iterable[R]) -> None:
        with self._lock:
            for held in results:
                self._held[held.key] = held
            size = sum(held.bytes for held in self._held.values())
            while size > self._limit and len(self._held) > 1:
                size -= self._held.popitem(last=False)[1].bytes


_values: _Cache[Held] = _Cache(CACHE_BYTES)
_numbers: _Cache[Numbers] = _Cache(CACHE_BYTES)
# A customer's profile asks for all of them: where they do not fit, each is read anew for every customer.
_one_by_one: _Cache[OneByOne] = _Cache(settings.CDP_NUMBERS_MB * 1024 * 1024)


def current(slugs: Iterable[str] | None = None, at: datetime | None = None) -> dict[str, Held]:
    """Tag slug → result in use, of the tags that have one; `at` a moment, now by default, by which it may have
    expired. At most three queries, however many tags."""
    for _attempt in range(ATTEMPTS):
        expired: set[str] = set()
        runs = dict(_in_use(slugs, at or timezone.now(), expired))
        held = results(set(runs.values()))
        if len(held) == len(set(runs.values())):
            return {slug: _emptied(held[key]) if slug in expired else held[key] for slug, key in runs.items()}
    raise RuntimeError("the results in use were replaced faster than they could be read")


def results(keys: set[RunKey]) -> dict[RunKey, Held]:
    """What these runs gave, of those whose result is still in use. At most two queries."""
    held = _values.get(keys)
    return held | _load(keys - held.keys())


def in_use(slugs: Iterable[str]) -> dict[str, Held]:
    """Tag slug → result in use, expired or not, of those whose result is not replaced at this very moment."""
    rows = Tag.objects.filter(slug__in=list(slugs), run__isnull=False).order_by()
    runs = {slug: (run, claim) for slug, run, claim in rows.values_list("slug", "run_id", "run__claim")}
    held = results(set(runs.values()))
    return {slug: held[key] for slug, key in runs.items() if key in held}


def _in_use(slugs: Iterable[str] | None, at: datetime, expired: set[str]) -> Iterator[tuple[str, RunKey]]:
    """The runs in use; those that have expired are also put into `expired`."""
    tags = Tag.objects.filter(run__isnull=False)
    if slugs is not None:
        tags = tags.filter(slug__in=list(slugs))
    rows = tags.order_by().values_list("slug", "run_id", "run__claim", "run__as_of", "valid_days")
    for slug, run_id, claim, as_of, valid_days in rows:
        if is_expired(as_of, valid_days, at):
            expired.add(slug)
        yield slug, (run_id, claim)


def _emptied(held: Held) -> Held:
    return Held(held.key, {value: BitMap() for value in held.values}, 0, expired=True)


def _load(keys: set[RunKey]) -> dict[RunKey, Held]:
    if not keys:
        return {}
    values: dict[int, dict[str, BitMap]] = {}
    sizes: dict[int, int] = {}
    rows = Membership.objects.filter(run__in=[run_id for run_id, _claim in keys]).order_by("run_id", "position")
    for run_id, value, blob in rows.values_list("run_id", "value", "bitmap"):
        values.setdefault(run_id, {})[value] = bitmap_read(blob)
        sizes[run_id] = sizes.get(run_id, 0) + len(blob)
    bare = {run_id for run_id, _claim in keys} - values.keys()
    if bare:  # Nobody has any value, as long as the run is still in use.
        values |= {run_id: {} for run_id in Tag.objects.filter(run__in=bare).values_list("run_id", flat=True)}
    found = {key: Held(key, values[key[0]], sizes.get(key[0], 0)) for key in keys if key[0] in values}
    _values.put(found.values())
    return found


def bitmap_read(blob: bytes | memoryview) -> BitMap:
    return BitMap.deserialize(bytes(blob))


def bitmap_write(members: BitMap) -> bytes:
    # Run containers make long stretches of ids (everyone, everyone but a few) almost free to keep.
    compact = members.copy()
    compact.run_optimize()
    return compact.serialize()


def _computed(slug: str, at: datetime | None) -> Held:
    """`UserError` for a tag that has never been computed: no rule may take that for "nobody"."""
    found = current([slug], at).get(slug)
    if found is None:
        raise user_error(
            N_('The tag "%(tag)s" has not been computed yet.'),
            N_("Refresh it first, then use it."),
            tag=slug,
        )
    return found


def numbers_of(slug: str) -> pa.Table:
    """A measure tag's numbers now: customer_id (uint32) and value (float64). Empty when it has none."""
    found = numbers(current([slug]).values())
    return next(iter(found.values())).table if found else NUMBERS.empty_table()


def numbers(results: Iterable[Held]) -> dict[RunKey, Numbers]:
    """The numbers of those results that are measures'. At most one query."""
    found_in = list(results)
    found = numbers_read({held.key for held in found_in})
    gone = [held.key for held in found_in if held.expired and held.key in found]
    return found | {key: replace(found[key], table=found[key].table.slice(0, 0), details=None) for key in gone}


def numbers_read(keys: set[RunKey]) -> dict[RunKey, Numbers]:
    """The numbers of those runs that have some. At most one query."""
    found = _numbers.get(keys)
    if wanted := keys - found.keys():
        rows = measurements_with_base().filter(run__in=[run_id for run_id, _claim in wanted])
        stored = {row.run_id: row for row in rows}
        read = [_numbers_of(key, stored[key[0]]) for key in wanted if key[0] in stored]
        _numbers.put(read)
        found |= {entry.key: entry for entry in read}
    return found


def numbers_one_by_one(keys: set[RunKey]) -> dict[RunKey, OneByOne]:
    """The same, to be asked about one customer after the other."""
    found = _one_by_one.get(keys)
    if wanted := keys - found.keys():
        rows = measurements_with_base().filter(run__in=[run_id for run_id, _claim in wanted])
        claims = dict(wanted)
        read = [measurement_one_by_one((row.run_id, claims[row.run_id]), row) for row in rows]
        _one_by_one.put(read)
        found |= {entry.key: entry for entry in read}
    return found


def _numbers_of(key: RunKey, row: Measurement) -> Numbers:
    table, details = measurement_table(row), measurement_details(row)
    return Numbers(key, table, table.nbytes + (0 if details is None else details.nbytes), details)


class CurrentMembers:
    """What rules need to know of tags, segments and lists while they are evaluated; `at` what they are asked
    as of, now by default."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        """The labels of a tag; a measure without bins has none."""
        return {value: members for value, members in _computed(slug, self.at).values.items() if value != ANY}

    def tag_numbers(self, slug: str) -> pa.Table | None:
        held = _computed(slug, self.at)
        found = numbers([held]).get(held.key)
        return found.table if found else None

    def segment(self, slug: str) -> BitMap:
        return providers[SEGMENT].members(slug)

    def list(self, slug: str) -> BitMap:
        return providers[LIST].members(slug)


def scope(viewer: Viewer) -> BitMap | None:
    """The customers a viewer may see, or None when that is everyone."""
    allowed = customer_scope(viewer)
    if not allowed:
        return None
    return BitMap(Customer.objects.filter(allowed).values_list("pk", flat=True))


def visible(viewer: Viewer, members: BitMap) -> BitMap:
    """A copy of `members` cut to what the viewer may see."""
    allowed = scope(viewer)
    return members.copy() if allowed is None else members & allowed
