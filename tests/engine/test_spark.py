"""A driver whose cluster, JVM or question fails says so, and is there again for the next question."""

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cdp.engine import FileTable, State, rule_engine
from cdp.errors import UserError

SCHEMA = ibis.schema({"customer_id": "int32"})
EVENTS = ibis.table(SCHEMA, name="events")


@pytest.fixture
def some(tmp_path):
    """The engine with a state of three events, one of nobody."""
    pq.write_table(pa.table({"customer_id": pa.array([3, None, 1], pa.int32())}), tmp_path / "a.parquet")
    stored = FileTable(f"file://{tmp_path}", ("a.parquet",), SCHEMA)
    engine = rule_engine()
    engine.attach("some", State({"stored": stored}, {"events": ibis.table(SCHEMA, name="stored")}))
    yield engine
    engine.detach("some")


def found(engine) -> list[int]:
    ids = engine.ids("some", EVENTS)
    assert ids.dtype == np.uint32
    return sorted(ids.tolist())


def test_ids_leave_out_the_missing(some):
    assert found(some) == [1, 3]


def test_a_lake_without_files_is_empty(some):
    nothing = FileTable("file:///nowhere", (), SCHEMA)
    some.attach("empty", State({"stored": nothing}, {"events": ibis.table(SCHEMA, name="stored")}))
    assert some.ids("empty", EVENTS).tolist() == []
    some.detach("empty")


def test_a_question_it_cannot_answer_is_a_problem_in_words(some):
    with pytest.raises(UserError, match="could not answer"):
        some.ids("some", ibis.table(SCHEMA, name="nowhere"))
    assert found(some) == [1, 3]


def test_a_detached_state_leaves_nothing_behind(some):
    found(some)
    some.detach("some")
    assert not [table for table in some.session.catalog.listTables() if table.name.startswith("some")]
    with pytest.raises(KeyError):
        some.ids("some", EVENTS)
    some.attach("some", State({}, {}))


def test_a_stopped_session_is_replaced(some):
    assert found(some) == [1, 3]
    some.session.stop()
    assert found(some) == [1, 3]


def test_a_killed_jvm_is_replaced(some):
    assert found(some) == [1, 3]
    jvm = some.session.sparkContext._gateway.proc
    jvm.kill()
    jvm.wait()
    assert found(some) == [1, 3]


def test_a_cluster_without_a_free_worker_is_said(some, settings, monkeypatch):
    assert found(some) == [1, 3]
    settings.CDP_SPARK_MEMORY = "900g"
    monkeypatch.setattr("cdp.engine.spark.WORKERS_SECONDS", 2)
    some.session.stop()
    with pytest.raises(UserError, match="no free worker"):
        found(some)
