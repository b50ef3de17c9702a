"""Arrivals become customers and events that are known at once, in steps of some seconds' worth.

A step is worked out under the open flush of its source: a batch like a load's, only longer open. What a step writes
to identity and profiles belongs to that batch, and the arrivals are marked as taken in together with their events,
in one transaction. Who dies over a step leaves the flush `is_busy`; then the whole flush is taken back and its
arrivals wait again (`flushing.flush_recover`), so nothing is lost and nothing is there twice.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from cdp.bitmaps import bitmap_of_ids
from cdp.identity.services import identifier_type_register, identities_link
from cdp.sources.event_names import event_names
from cdp.store.bulk import among, rows_insert
from cdp.store.kinds import COLUMNS
from cdp.store.lock import exclusive
from cdp.store.models import Attribute
from cdp.store.services import (
    attribute_register,
    event_type_register,
    property_register,
    records_add,
)

from .aliases import aliases_merge, aliases_spread
from .counting import minute_add, seen_add
from .flushing import LIVE, flush_recover, flush_running
from .models import Arrival, Flush, HotEvent, SeenMessage, Step, Violation
from .reading import Reader, Rows
from .writing import hot_rows, seen_rows

# Of one step: so many messages are read before their customers and events are written.
STEP_MESSAGES = 1_000
STEP_ARRIVALS = 500
# Of events that no sender gave a name to.
OWN_NAMES = {
    "page": {"name_zh_hans": "浏览页面", "name_zh_hant": "瀏覽頁面", "name_en": "Page viewed"},
    "screen": {"name_zh_hans": "浏览 App 页面", "name_zh_hant": "瀏覽 App 頁面", "name_en": "Screen viewed"},
    "group": {"name_zh_hans": "加入团体", "name_zh_hant": "加入團體", "name_en": "Joined a group"},
}


def take_in(most: int = STEP_ARRIVALS, before: int | None = None) -> int:
    """One step: at most so many of the arrivals that wait longest, of those with ids lower than `before`; gives how
    many messages they brought."""
    # Looked at first, because a lock is much to ask for several times a second.
    if not arrivals_waiting().exists():
        return 0
    with exclusive(LIVE):
        flush_recover()
        waiting = _waiting(most, before)
        for slug, arrivals in groupby(waiting, lambda one: one.key.source.slug):
            _take(list(arrivals), slug)
        return sum(one.messages for one in waiting)


def arrivals_waiting() -> QuerySet[Arrival]:
    return Arrival.objects.filter(flush=None, is_aside=False)


def _waiting(most: int, before: int | None) -> list[Arrival]:
    """Of one step, those of a source together, each source's in the order they came."""
    found = arrivals_waiting() if before is None else arrivals_waiting().filter(pk__lt=before)
    rows = found.select_related("key__source").order_by("pk")[:most]
    chosen: list[Arrival] = []
    total = 0
    for arrival in rows:
        if chosen and total + arrival.messages > STEP_MESSAGES:
            break
        chosen.append(arrival)
        total += arrival.messages
    return sorted(chosen, key=lambda one: (one.key.source.slug, one.pk))


def _take(arrivals: list[Arrival], source: str) -> None:
    reader = Reader(source)
    parsed = reader.parse(arrivals)
    rows = reader.rows(parsed, _seen(reader.digests(parsed)))
    flush = flush_running(arrivals[0].key.source)
    Flush.objects.filter(pk=flush.pk).update(is_busy=True)
    _register(reader, rows)
    same = aliases_spread(rows)
    linked = _linked(flush, rows)
    origins = linked.origins
    reader.blocked_refuse(rows, np.flatnonzero(origins == 0).tolist())
    aliases_merge(same, origins)
    _records_add(flush, rows, origins)
    hot, seen = hot_rows(rows, origins), seen_rows(rows)
    fixed = {"flush_id": flush.pk, "source": source, "channel": flush.batch.channel}
    # Nobody else can write meanwhile, so what takes time is done before.
    with transaction.atomic():
        rows_insert(HotEvent, hot, fixed)
        rows_insert(SeenMessage, seen, {"flush_id": flush.pk})
        _step_add(flush, rows, linked)
        _arrivals_mark(flush, arrivals, rows)


def _seen(digests: Collection[UUID]) -> set[UUID]:
    """Messages among these that were taken in before."""
    found: set[UUID] = set()
    for some in batched(digests, 500):
        found |= set(SeenMessage.objects.filter(digest__in=some).values_list("digest", flat=True))
    return found


def batched(items: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _register(reader: Reader, rows: Rows) -> None:
    for slug, kind in reader.properties.new.items():
        property_register(slug=slug, kind=kind)
    for slug, kind in reader.attributes.new.items():
        attribute_register(slug=slug, kind=kind, personal=slug in reader.attributes.private)
    for slug in {slug for one in rows.identifiers for slug in one} - reader.types:
        identifier_type_register(slug=slug)
    for slug in sorted({one.event for one in rows.events} - set(reader.events.registered)):
        names = OWN_NAMES.get(slug) or event_names(reader.events.labels.get(slug, ""), "zh-hans")
        event_type_register(slug=slug, **names)


@dataclass(frozen=True)
class Linked:
    """The origin of each row (0 where all its identifiers are blocked), and the origins of new and merged ones."""

    origins: np.ndarray
    moved: np.ndarray


def _linked(flush: Flush, rows: Rows) -> Linked:
    nobody = np.empty(0, dtype=np.int64)
    if not rows.identifiers:
        return Linked(nobody, nobody)
    slugs = sorted({slug for one in rows.identifiers for slug in one})
    table = {slug: pa.array([one.get(slug) for one in rows.identifiers], pa.string()) for slug in slugs}
    table["row"] = pa.array(np.arange(len(rows.identifiers)), pa.int64())
    last = flush.batch.merges.order_by("pk").values_list("pk", flat=True).last() or 0
    linked = identities_link(batch=flush.batch, identifiers=pa.table(table)).sort_by("row")
    origins = linked["origin_id"].fill_null(0).to_numpy().astype(np.int64)
    merged = flush.batch.merges.filter(pk__gt=last).values_list("winner_id", flat=True)
    new = origins[(origins > 0) & ~linked["known"].to_numpy().astype(bool)]
    return Linked(origins, np.concatenate([new, np.fromiter(merged, dtype=np.int64)]))


def _step_add(flush: Flush, rows: Rows, linked: Linked) -> None:
    told = [place for place, traits in enumerate(rows.traits) if traits]
    told += [row for row, _previous in rows.aliases]
    people = np.concatenate([linked.moved, linked.origins[told]])
    Step.objects.create(
        flush=flush,
        origins=bitmap_of_ids(linked.origins[linked.origins > 0]).serialize(),
        people=bitmap_of_ids(people[people > 0]).serialize(),
        events=sorted({one.event for one in rows.events}),
        made_at=timezone.now(),
    )


def _records_add(flush: Flush, rows: Rows, origins: np.ndarray) -> None:
    told = [place for place, traits in enumerate(rows.traits) if traits and origins[place] > 0]
    slugs = sorted({slug for place in told for slug in rows.traits[place]})
    if not slugs:
        return
    kinds = dict(Attribute.objects.filter(slug__in=slugs).values_list("slug", "kind"))
    table = {slug: pa.array([rows.traits[n].get(slug) for n in told], COLUMNS[kinds[slug]].arrow) for slug in slugs}
    records_add(batch=flush.batch, records=pa.table({"origin_id": pa.array(origins[told], pa.int64()), **table}))


def _arrivals_mark(flush: Flush, arrivals: Sequence[Arrival], rows: Rows) -> None:
    where, value = among("id", [one.pk for one in arrivals])
    Arrival.objects.extra(where=[where], params=[value]).update(flush=flush)
    for one in rows.violations:
        one.flush = flush
    Violation.objects.bulk_create(rows.violations, batch_size=500)
    minute_add(flush, rows, min(one.received_at for one in arrivals))
    seen_add(rows)
    Flush.objects.filter(pk=flush.pk).update(
        is_busy=False,
        messages=F("messages") + rows.messages,
        repeated=F("repeated") + rows.repeated,
        refused=F("refused") + rows.refused,
        events=F("events") + len(rows.events),
    )
