"""A world's tables on the engine that `CDP_ENGINE` names, where that is another than DuckDB: as files it reads."""

import tempfile
import uuid
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from cdp.engine import FileTable, RuleEngine, State

_folder = tempfile.TemporaryDirectory(prefix="quanxi-worlds-")


class Elsewhere:
    """Holds the world asked last: tests ask many things of one before they turn to another."""

    def __init__(self) -> None:
        self.arrow: dict[str, pa.Table] = {}
        self.name = ""

    def frame(self, engine: RuleEngine, arrow: dict[str, pa.Table], expr: ir.Table) -> pa.Table:
        if self.arrow != arrow:
            self._attach(engine, arrow)
        return engine.frame(self.name, expr)

    def _attach(self, engine: RuleEngine, arrow: dict[str, pa.Table]) -> None:
        if self.name:
            engine.detach(self.name)
        self.name, self.arrow = f"world_{uuid.uuid4().hex}", arrow
        tables = {f"stored_{name}": self._stored(name, table) for name, table in arrow.items()}
        views = {name: ibis.table(tables[f"stored_{name}"].schema, name=f"stored_{name}") for name in arrow}
        engine.attach(self.name, State(tables, views))

    def _stored(self, name: str, table: pa.Table) -> FileTable:
        root = Path(_folder.name, self.name, name)
        root.mkdir(parents=True)
        pq.write_table(table, root / "all.parquet")
        return FileTable(f"file://{root}", ("all.parquet",), ibis.Schema.from_pyarrow(table.schema))


elsewhere = Elsewhere()
