"""The peer of `bench tags`: ClickHouse in a process of its own, its table sorted as our lake is.

Reads the columns to take over and a list of queries as JSON from standard input and then, for every line
"go", asks them all, turns each answer into a bitmap and prints the seconds that took. The bitmaps of the
first round are kept in a file, so that they can be compared. It knows nothing of the product's own engine.
"""

import json
import pickle
import sys
import time
from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa
from chdb.session import Session
from pyroaring import BitMap

SETTINGS = "SET max_threads = 2, session_timezone = 'UTC', join_use_nulls = 1"
TABLE = """
CREATE TABLE plain (
    customer_id UInt32, event LowCardinality(String), time DateTime64(6, 'UTC'), day Date, hour UInt8,
    amount Nullable(Decimal(18, 2)), category LowCardinality(String), quantity Float64
) ENGINE = MergeTree ORDER BY (event, customer_id, time)
"""


def main(folder: Path) -> None:
    asked = json.loads(sys.stdin.readline())
    session, queries = Session(str(folder / "chdb")), asked["queries"]
    _build(session, folder / "plain.parquet", asked["columns"])
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


def _build(session: Session, file: Path, columns: str) -> None:
    """Once; merged into as few parts as it wants to be."""
    session.query("CREATE DATABASE IF NOT EXISTS bench")
    session.query("USE bench")
    session.query(SETTINGS)
    if "plain" in str(session.query("SHOW TABLES")):
        return
    session.query(TABLE)
    session.query(f"INSERT INTO plain SELECT {columns} FROM file('{file}', Parquet)")
    session.query("OPTIMIZE TABLE plain FINAL")


def _asked(session: Session, query: str) -> BitMap:
    answer = session.query(query, "ArrowStream").bytes()
    with pa.ipc.open_stream(answer) as reader:
        ids = reader.read_all()["customer_id"].to_numpy()
    # The quickest way there is, so that the peer is not slowed down by ours.
    held = array("I")
    held.frombytes(np.sort(ids.astype(np.uint32)).tobytes())
    return BitMap(held)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
