"""A refresh of three hundred tags after one customer in a hundred has new events, beside the full refresh.

`reading_s` of each is what was spent in asking about events; the rest is reading definitions, writing results
and keeping the ledger. The answers of the second are compared with those of a process that kept nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.memory import watched
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import prepare_copy
from benchmarks.tags_many import tags_make
from benchmarks.tags_world import CATEGORIES, CUSTOMERS, EVENTS, SEED

TAGS = 300
SHARE = 0.01
EVENTS_EACH = 3


def run() -> dict[str, Any]:
    prepare_copy("refresh")
    tags_make(TAGS)
    with watched() as peak:
        full, full_reading = _refreshed(MOMENT.as_of)
        added = _events_add()
        again, again_reading = _refreshed(MOMENT.as_of + timedelta(hours=1))
    _check()
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "tags": TAGS,
        "events_added": added,
        "full_s": round(full, 2),
        "full_reading_s": round(full_reading, 2),
        "again_s": round(again, 2),
        "again_reading_s": round(again_reading, 2),
        "ratio": round(again / full, 3),
        "rest_ms_a_tag": round(1000 * (again - again_reading) / TAGS, 1),
        "peak_mib": round(peak.mib),
    }


class Spent:
    """Seconds spent in something that may call itself."""

    seconds: float = 0.0
    depth: int = 0


@contextmanager
def _reading() -> Iterator[Spent]:
    """What evaluations spend in preparing and measuring: all that asks about events."""
    from tags.rules.evaluate import Evaluation

    spent, kept = Spent(), {name: getattr(Evaluation, name) for name in ("prepare", "measure", "of")}

    def timed(work: Any) -> Any:
        def run(*args: Any, **more: Any) -> Any:
            started, spent.depth = time.perf_counter(), spent.depth + 1
            try:
                return work(*args, **more)
            finally:
                spent.depth -= 1
                spent.seconds += 0 if spent.depth else time.perf_counter() - started

        return run

    for name, work in kept.items():
        setattr(Evaluation, name, timed(work))
    try:
        yield spent
    finally:
        for name, work in kept.items():
            setattr(Evaluation, name, work)


def _refreshed(as_of: datetime) -> tuple[float, float]:
    """Seconds of a whole refresh, and those of them that were spent in reading events."""
    from cdp.ledger.services import job_run
    from segments.models import Refresh
    from segments.refresh import refresh_create, refresh_run

    started = time.perf_counter()
    with _reading() as reading:
        refresh = refresh_create(as_of=as_of)
        job_run(Refresh, refresh.pk, refresh_run)
    seconds = time.perf_counter() - started
    refresh.refresh_from_db()
    if refresh.state != "done":
        raise AssertionError(refresh.problems)
    print(f"refreshed in {seconds:.2f} s, {reading.seconds:.2f} s of them reading", flush=True)
    return seconds, reading.seconds


def _events_add() -> int:
    """A few purchases and looks of one customer in a hundred, within the hour before the second refresh."""
    from cdp.store.models import Customer
    from cdp.store.services import batch_commit, batch_open, events_add

    random = np.random.default_rng(SEED + 3)
    ids = np.array(Customer.objects.values_list("pk", flat=True), dtype=np.int32)
    who = np.repeat(random.choice(ids, int(len(ids) * SHARE), replace=False), EVENTS_EACH)
    start = np.datetime64(MOMENT.as_of.astimezone(UTC).replace(tzinfo=None), "us") - np.timedelta64(1, "D")
    times = start + random.integers(0, 86_400 + 1800, len(who)) * np.timedelta64(1, "s")
    cents = np.clip(random.lognormal(8.5, 1.1, len(who)), 1, 10**8).astype(np.int64)
    batch = batch_open(source="bench", channel="app")
    events_add(batch=batch, events=_table(random, who, times, cents))
    batch_commit(batch=batch)
    return len(who)


def _table(random: np.random.Generator, who: np.ndarray, times: np.ndarray, cents: np.ndarray) -> pa.Table:
    count = len(who)
    return pa.table(
        {
            "event_id": pa.array([random.bytes(16) for _ in range(count)], pa.binary()),
            "origin_id": pa.array(who),
            "event": pa.array(random.choice(["purchase", "browse", "add_to_cart"], count)),
            "time": pa.array(times),
            "amount": pa.array(cents / 100).cast(pa.decimal128(18, 2), safe=False),
            "category": pa.array(random.choice(CATEGORIES, count)),
            "quantity": pa.array(random.integers(1, 6, count).astype(float)),
        }
    )


def _check() -> None:
    """What is in use is what comes out when everything is asked anew."""
    from cdp.access.viewer import SYSTEM
    from cdp.store.lake import snapshot
    from tags import membership
    from tags.kinds import KINDS, World
    from tags.models import TagVersion
    from tags.moments import moment_of
    from tags.rules.definition import read_definition
    from tags.rules.evaluate import Evaluation
    from tags.selectors import catalog

    names, moment = catalog(SYSTEM), moment_of(MOMENT.as_of + timedelta(hours=1))
    in_use = membership.current()
    with snapshot() as lake:
        evaluation = Evaluation(lake=lake, moment=moment, members=membership.CurrentMembers())
        for version in TagVersion.objects.filter(state="published").select_related("tag"):
            kind, slug = version.tag.kind, version.tag.slug
            world = World(evaluation, lake.universe(), slug)
            result = KINDS[kind].evaluate(read_definition(kind, version.definition, names), world)
            if result.values != in_use[slug].values:
                raise AssertionError(f"{slug} is not what its rule says: {version.definition}")
