"""What the engine cannot do is said; nothing is answered by leaving something out."""

import threading

import pyarrow as pa
import pytest

from cdp.engine import engine, workspace
from cdp.errors import UserError


def test_a_query_that_cannot_run_becomes_a_problem():
    engine().attach("broken", {"events": "SELECT 1 AS customer_id"})
    with pytest.raises(UserError, match="could not answer"):
        engine().ids("broken", "SELECT customer_id FROM nowhere")
    engine().detach("broken")
    with pytest.raises(UserError):
        engine().ids("broken", "SELECT customer_id FROM events")


def test_ids_come_without_the_missing_ones():
    engine().attach("some", {"events": "SELECT unnest([3, NULL, 1]) AS customer_id"})
    ids = engine().ids("some", "SELECT customer_id FROM events ORDER BY 1")
    assert (ids.tolist(), ids.dtype) == ([1, 3], "uint32")
    engine().detach("some")


def test_a_workspace_is_empty_and_leaves_nothing():
    for _ in range(2):
        with workspace() as workbench:
            workbench.register("given", pa.table({"n": [1, 2]}))
            workbench.execute("CREATE TABLE kept AS FROM given").fetchall()
            assert workbench.execute("SELECT count(*) FROM kept").fetchall() == [(2,)]


def test_threads_ask_at_the_same_time():
    engine().attach("shared", {"events": "SELECT range AS customer_id FROM range(50000)"})
    counts = []

    def ask(n):
        counts.append(len(engine().ids("shared", f"SELECT customer_id FROM events WHERE customer_id % {n} = 0")))

    threads = [threading.Thread(target=ask, args=(n,)) for n in (1, 2, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine().detach("shared")
    assert sorted(counts) == [10000, 12500, 25000, 50000]
