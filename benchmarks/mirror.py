"""A commit that touched one customer in a hundred, beside writing the whole mirror anew.

A million customers with ten attributes. By turns in one run: a batch says something new about ten thousand
customers picked at random, and its commit is timed; then everything is written anew. `ratio` is the first by the
second, of the medians. `spread` names the same for a batch whose customers lie together, as those of a load of
new customers do. `universe_ms` is the whole-universe query right after such a commit and after a full rewrite.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.place import prepare

CUSTOMERS, TOUCHED = 1_000_000, 10_000
ROUNDS = 5
QUERIES = 9
SEED = 11
TEXTS = {"gender": 3, "age_band": 7, "province": 31, "city": 300, "member_level": 5, "source_shop": 40}


def run() -> dict[str, Any]:
    prepare("mirror")
    ids = world()
    random = np.random.default_rng()
    scattered, together, full, after, clean = [], [], [], [], []
    for _ in range(ROUNDS):
        first = int(random.integers(0, len(ids) - TOUCHED))
        together.append(committed(ids[first : first + TOUCHED], random))
        scattered.append(committed(random.choice(ids, TOUCHED, replace=False), random))
        after.append(universe_ms())
        full.append(rewritten())
        clean.append(universe_ms())
        print(f"scattered {scattered[-1]:.2f} s, together {together[-1]:.2f} s, full {full[-1]:.2f} s", flush=True)
    return {
        "customers": len(ids),
        "touched": TOUCHED,
        "seconds": round(median(scattered), 3),
        "seconds_together": round(median(together), 3),
        "seconds_full": round(median(full), 3),
        "ratio": round(median(scattered) / median(full), 3),
        "ratio_together": round(median(together) / median(full), 3),
        "universe_ms": round(median(after), 1),
        "universe_ms_full": round(median(clean), 1),
    }


def world() -> np.ndarray:
    """The ids of the customers, made on the first run."""
    from cdp.identity.services import identities_link
    from cdp.store.lake import snapshot
    from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

    with snapshot() as lake:
        known = lake.universe()
    if len(known) == CUSTOMERS:
        return np.asarray(known.to_array())
    for slug, kind in {**dict.fromkeys(TEXTS, "text"), "age": "number", "spent": "money", "since": "date"}.items():
        attribute_register(slug=slug, kind=kind)
    batch = batch_open(source="bench")
    rows = pa.array(np.arange(CUSTOMERS), pa.int64())
    numbers = pa.array([f"M{i:08d}" for i in range(CUSTOMERS)])
    ids = identities_link(batch=batch, identifiers=pa.table({"row": rows, "member_no": numbers}))["origin_id"]
    records_add(batch=batch, records=said(ids.to_numpy(), np.random.default_rng(SEED)))
    batch_commit(batch=batch)
    return np.sort(ids.to_numpy())


def said(ids: np.ndarray, random: np.random.Generator) -> pa.Table:
    count = len(ids)
    texts = {
        slug: pa.array(np.array([f"{slug} {n}" for n in range(many)])[random.integers(0, many, count)])
        for slug, many in TEXTS.items()
    }
    days = np.datetime64("2020-01-01", "us") + random.integers(0, 2_000, count).astype("timedelta64[D]")
    money = pa.array(np.round(random.lognormal(5, 1, count), 2)).cast(pa.decimal128(18, 2), safe=False)
    age = random.integers(18, 80, count).astype(float)
    return pa.table({"origin_id": pa.array(ids, pa.int32()), **texts, "age": age, "spent": money, "since": days})


def committed(ids: np.ndarray, random: np.random.Generator) -> float:
    """Seconds of the commit alone."""
    from cdp.store.services import batch_commit, batch_open, records_add

    batch = batch_open(source="bench")
    records_add(batch=batch, records=said(ids, random).select(["origin_id", "city", "spent"]))
    return seconds(lambda: batch_commit(batch=batch))


def rewritten() -> float:
    from cdp.store.services import profiles_refresh

    return seconds(profiles_refresh)


def universe_ms() -> float:
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        everyone = lake.tables.profiles.select("customer_id")
        return 1000 * median(seconds(lambda: lake.ids(everyone)) for _ in range(QUERIES))


def seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
