"""A million records with a phone (not always), an e-mail and an openid become customers, beside the bare algorithm.

Ours goes from the records to stored customers and identifiers, in sight of everybody. The bare limit, by turns in
the same run on the same table, numbers the identifiers by DuckDB joins and asks SciPy for connected components; it
stores nothing. `ratio` is the first by the second, of the medians. `added_share` is adding ten thousand records
(half of people who are known) to the million, by the whole. Both must come to the same number of customers.
"""

import os
import shutil
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.mirror import seconds
from benchmarks.place import place, prepare

RECORDS = int(1_000_000 * float(os.environ.get("BENCH_SCALE", "1")))
ADDED = RECORDS // 100
ROUNDS = 3
SEED = 17
# Of the records, how many show each identifier; and how many records a person has on average.
SHOWN = {"phone": 0.6, "email": 0.7, "wechat_openid": 0.8}
RECORDS_A_PERSON = 1.6


def run() -> dict[str, Any]:
    for left in place("oneid").glob("*.sqlite3*"):
        left.unlink()
    folder = prepare("oneid")
    random = np.random.default_rng(SEED)
    people = int(RECORDS / RECORDS_A_PERSON)
    whole, more = records(random, people, RECORDS), records(random, 2 * people, ADDED)
    ours, bare, added = [], [], []
    for _ in range(ROUNDS):
        limit, groups = bare_linking(whole)
        bare.append(limit)
        with_nothing(folder)
        taken, customers = linked(whole)
        ours.append(taken)
        if customers != groups:
            raise AssertionError(f"{customers} customers, and {groups} connected components")
        added.append(linked(more)[0])
        print(f"ours {ours[-1]:.2f} s, bare {bare[-1]:.2f} s, added {added[-1]:.3f} s", flush=True)
    return {
        "records": RECORDS,
        "customers": groups,
        "added": ADDED,
        "seconds": round(median(ours), 2),
        "seconds_bare": round(median(bare), 2),
        "seconds_added": round(median(added), 3),
        "ratio": round(median(ours) / median(bare), 2),
        "added_share": round(median(added) / median(ours), 4),
    }


def records(random: np.random.Generator, people: int, count: int) -> pa.Table:
    """Each record is of one person and shows some of theirs, one identifier at least."""
    who = random.integers(0, people, count)
    shown = {slug: random.random(count) < share for slug, share in SHOWN.items()}
    shown["wechat_openid"] |= ~np.any(list(shown.values()), axis=0)
    text = {"phone": ("+86138", ""), "email": ("u", "@mail.cn"), "wechat_openid": ("oW", "x")}
    columns = {}
    for slug, (before, after) in text.items():
        values = np.char.add(np.char.add(before, np.char.zfill(who.astype(str), 8)), after)
        columns[slug] = pa.array(values.tolist(), pa.string(), mask=~shown[slug])
    return pa.table({"row": pa.array(np.arange(count), pa.int64()), **columns})


def with_nothing(folder: Path) -> None:
    """An empty product: the database as it was migrated, and a lake of its own."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    database, empty = Path(connections["default"].settings_dict["NAME"]), folder / "empty.sqlite3"
    if not empty.exists():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        shutil.copy(database, empty)
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    shutil.copy(empty, database)
    shutil.rmtree(folder / "lakes", ignore_errors=True)
    settings.CDP_LAKE = str(folder / "lakes" / os.urandom(4).hex())


def linked(table: pa.Table) -> tuple[float, int]:
    """Seconds from the records to customers everybody sees, and how many of those there are."""
    from cdp.identity.services import identities_link
    from cdp.store.lake import snapshot
    from cdp.store.services import batch_commit, batch_open

    def work() -> None:
        batch = batch_open(source="bench")
        identities_link(batch=batch, identifiers=table)
        batch_commit(batch=batch)

    taken = seconds(work)
    with snapshot() as lake:
        return taken, len(lake.universe())


def bare_linking(table: pa.Table) -> tuple[float, int]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    from cdp.engine import workspace

    found: list[int] = []

    def work() -> None:
        with workspace() as workbench:
            workbench.register("records", table)
            shows = " UNION ALL ".join(
                f"SELECT row, '{slug}' AS type, {slug} AS value FROM records WHERE {slug} IS NOT NULL"
                for slug in SHOWN
            )
            workbench.execute(f"CREATE TABLE shows AS {shows}").fetchall()
            workbench.execute(
                "CREATE TABLE identifiers AS SELECT type, value, row_number() OVER () - 1 AS id"
                " FROM (SELECT DISTINCT type, value FROM shows)"
            ).fetchall()
            pairs = workbench.execute(
                "SELECT s.row, i.id FROM shows s JOIN identifiers i ON (i.type, i.value) = (s.type, s.value)"
            ).fetchnumpy()
        rows, ids = pairs["row"], pairs["id"] + len(table)
        size = int(ids.max()) + 1
        matrix = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, ids)), shape=(size, size))
        found.append(connected_components(matrix, directed=False)[0])

    return seconds(work), found[0]
