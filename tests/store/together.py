"""Readers beside writers, each with a connection of its own, on a database in a file as in use.

Called in a process of its own: the tests' database is in memory, where SQLite refuses instead of waiting.
"""

import threading

from django.core.management import call_command
from django.db import connection

from cdp.store.lake import snapshot
from cdp.store.services import batch_commit, batch_open, events_add
from tests.store.world import orders, people

ROUNDS = 4


def main() -> None:
    call_command("migrate", verbosity=0)
    troubles: list[object] = []
    done = threading.Event()
    reader = threading.Thread(target=guarded, args=(read, troubles, done))
    writers = [threading.Thread(target=guarded, args=(write, troubles, source)) for source in ("a", "b")]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert not troubles, troubles
    with snapshot() as lake:
        assert lake.frame(lake.tables.events).num_rows == 2 * 3 * ROUNDS


def guarded(work, troubles, *given):
    try:
        work(troubles, *given)
    except Exception as error:
        troubles.append(error)
    finally:
        connection.close()


def read(troubles, done):
    """Every look must show whole batches, the same twice, and only customers that are there."""
    while not done.is_set():
        with snapshot() as lake:
            events = lake.tables.events.select("batch_id", "customer_id")
            rows, members = lake.frame(events).to_pylist(), lake.universe()
            again = lake.frame(events).num_rows
        if len(rows) % 3 or again != len(rows) or any(row["customer_id"] not in members for row in rows):
            troubles.append(rows)


def write(troubles, source):
    for n in range(ROUNDS):
        batch = batch_open(source=source)
        (anna,) = people(batch, 1)
        rows = [(f"{source}{n}{i}", anna, "browse", f"2025-0{i}-01 10:00:00") for i in (1, 2, 3)]
        events_add(batch=batch, events=orders(*rows))
        batch_commit(batch=batch)
