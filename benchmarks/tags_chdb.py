"""The peer of `bench tags`: ClickHouse in a process of its own, its table sorted as our lake is.

Reads a JSON list of queries from standard input and then, for every line "go", asks them all, turns
each answer into a bitmap and prints the seconds that took. The bitmaps of the first round are kept in a
file, so that they can be compared.
"""

import json
import pickle
import sys
import time
from pathlib import Path

import pyarrow as pa
from chdb.session import Session
from pyroaring import BitMap

from benchmarks.tags_world import PLAIN_COLUMNS
from cdp.bitmaps import bitmap_of_ids

SETTINGS = "SET max_threads = 2, session_timezone = 'UTC', join_use_nulls = 1"
TABLE = """
CREATE TABLE plain (
    customer_id UInt32, event LowCardinality(String), time DateTime64(6, 'UTC'), day Date, hour UInt8,
    amount Nullable(Decimal(18, 2)), category LowCardinality(String), quantity Float64
) ENGINE = MergeTree ORDER BY (event, customer_id, time)
"""


def main(folder: Path) -> None:
    session = Session(str(folder / "chdb"))
    _build(session, folder)
    queries = json.loads(sys.stdin.readline())
    kept = folder / "chdb-bitmaps"
    kept.unlink(missing_ok=True)
    print("ready", flush=True)
    for _line in sys.stdin:
        started = time.perf_counter()
        found = [_asked(session, query) for query in queries]
        seconds = time.perf_counter() - started
        if not kept.exists():
            kept.write_bytes(pickle.dumps([bitmap.serialize() for bitmap in found]))
        print(seconds, flush=True)


def _build(session: Session, folder: Path) -> None:
    """Once; merged into as few parts as it wants to be."""
    session.query("CREATE DATABASE IF NOT EXISTS bench")
    session.query("USE bench")
    session.query(SETTINGS)
    if "plain" in str(session.query("SHOW TABLES")):
        return
    session.query(TABLE)
    file = folder / "plain.parquet"
    session.query(f"INSERT INTO plain SELECT {PLAIN_COLUMNS} FROM file('{file}', Parquet)")
    session.query("OPTIMIZE TABLE plain FINAL")


def _asked(session: Session, query: str) -> BitMap:
    answer = session.query(query, "ArrowStream").bytes()
    with pa.ipc.open_stream(answer) as reader:
        return bitmap_of_ids(reader.read_all()["customer_id"].to_numpy())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
