"""The world `bench tags` asks about: a million customers and twenty million events in our own lake.

Built once through the store's own writer, seeded, and kept; beside it an unsorted Parquet copy of the
same events, as a warehouse without our layout would have it. Run as a module so that building leaves
nothing behind in the memory of what is measured.
"""

import os
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.place import prepare

SCALE = float(os.environ.get("BENCH_SCALE") or 1)
# The same customers with so many times fewer events, for `bench growth`.
FEWER = int(os.environ.get("BENCH_FEWER") or 1)
CUSTOMERS, EVENTS = int(1_000_000 * SCALE), int(20_000_000 * SCALE) // FEWER
MONTHS = 24
FIRST_MONTH = np.datetime64("2024-12", "M")
SEED = 7
KINDS = ("browse", "add_to_cart", "favourite", "login", "purchase", "refund")
SHARES = (0.55, 0.15, 0.08, 0.11, 0.10, 0.01)
CATEGORIES = ("零食", "美妆", "数码", "家居", "服饰", "图书", "母婴", "运动")
PLACE = f"tags-{SCALE:g}" if FEWER == 1 else f"tags-{SCALE:g}-fewer-{FEWER}"
PLAIN_COLUMNS = "customer_id, event, time, day, hour, amount, category, quantity"


def plain_file(folder: Path) -> Path:
    return folder / "plain.parquet"


def main() -> None:
    folder = prepare(PLACE)
    done = folder / "built"
    if done.exists():
        return
    started = time.perf_counter()
    write_lake()
    write_plain(plain_file(folder))
    done.touch()
    print(f"built in {time.perf_counter() - started:.0f} s", flush=True)


def kinds_register() -> None:
    from cdp.store.services import event_type_register, property_register

    for slug in KINDS:
        event_type_register(slug=slug)
    for slug, kind in (("amount", "money"), ("category", "text"), ("quantity", "number")):
        property_register(slug=slug, kind=kind)


def write_lake() -> None:
    from cdp.identity.services import identities_link
    from cdp.store.services import batch_commit, batch_open, events_add

    kinds_register()
    batch = batch_open(source="bench", channel="app")
    rows = pa.array(np.arange(CUSTOMERS), pa.int64())
    numbers = pa.array([f"M{i:08d}" for i in range(CUSTOMERS)])
    origins = identities_link(batch=batch, identifiers=pa.table({"row": rows, "member_no": numbers}))
    ids = origins["origin_id"].to_numpy().astype(np.int32)
    random = np.random.default_rng(SEED)
    random.shuffle(ids)
    for month in range(MONTHS):
        events_add(batch=batch, events=month_of_events(random, ids, FIRST_MONTH + month))
        print(f"month {month + 1} of {MONTHS}", flush=True)
    batch_commit(batch=batch)


def month_of_events(random: np.random.Generator, ids: np.ndarray, month: np.datetime64) -> pa.Table:
    """A few customers do much and many do little; evenings are busier than nights."""
    count = EVENTS // MONTHS
    start, end = month.astype("datetime64[us]"), (month + 1).astype("datetime64[us]")
    days = int((end - start) / np.timedelta64(1, "D"))
    day = random.integers(0, days, count) * np.timedelta64(1, "D")
    hour = np.clip(random.normal(16, 5, count), 0, 23.99)
    # Shanghai's clock, kept in UTC.
    times = start + day + (hour * 3_600_000_000).astype("timedelta64[us]") - np.timedelta64(8, "h")
    kind = random.choice(len(KINDS), count, p=SHARES)
    who = (random.random(count) ** 2.5 * len(ids)).astype(np.int64)
    cents = np.clip(random.lognormal(8.5, 1.1, count), 1, 10**8).astype(np.int64)
    amounts = pa.array(cents / 100).cast(pa.decimal128(18, 2), safe=False)
    paid = pa.array(np.isin(kind, (4, 5)))
    nothing = pa.scalar(None, pa.decimal128(18, 2))
    return pa.table(
        {
            "event_id": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(16), count, [None, pa.py_buffer(random.bytes(16 * count))]
            ).cast(pa.binary()),
            "origin_id": pa.array(ids[who]),
            "event": pa.array(np.array(KINDS)[kind]),
            "time": pa.array(times),
            "amount": pc.if_else(paid, amounts, nothing),
            "category": pa.array(np.array(CATEGORIES)[random.integers(0, len(CATEGORIES), count)]),
            "quantity": pa.array(random.integers(1, 6, count).astype(float)),
        }
    )


def write_plain(file: Path) -> None:
    """The same events in no order at all, in one file, written as the engine does by default."""
    from cdp.engine import engine
    from cdp.store.lake import snapshot

    with snapshot() as lake, engine().cursor() as cursor:
        cursor.execute(f"SET schema = '{lake.name}'").fetchall()
        cursor.execute(
            f"COPY (SELECT {PLAIN_COLUMNS} FROM events ORDER BY hash(event_id)) TO '{file}' (FORMAT parquet)"
        ).fetchall()


if __name__ == "__main__":
    main()
