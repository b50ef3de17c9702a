"""The events of some customers, taken out of the lake to be asked in memory.

Customers are numbered 0, 1, 2, … in the order of their ids, so that what is counted for each takes no more room
than there are of them.
"""

import os
from collections.abc import Collection, Sequence, Set
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from cdp.engine import engine

from .kinds import Column, quoted
from .scan import Part
from .views import EVENTS

ALWAYS = ("event", "month", "time", "day")


class SmallLake:
    """Asked as a lake is; `ids_of` its numbers are the customers they stand for. Call `detach` at the end."""

    by_parts = True

    def __init__(
        self, name: str, tables: Any, columns: dict[str, Column], members: BitMap, wanted: Set[str]
    ) -> None:
        self.tables, self.customers = tables, ids_of_bitmap(members)
        self.name = f"{name}_{os.urandom(4).hex()}"
        self.version = self.name
        self._compiled: tuple[Any, str] | None = None
        chosen = [*ALWAYS, *sorted(wanted & columns.keys() - {*ALWAYS, "customer_id"})]
        self._copy(name, chosen, columns)
        self._parts = self._look()

    def _rows(self, chosen: Sequence[str]) -> tuple[str, dict[str, pa.Table]]:
        """The chosen columns of the customers' events, by number, and the tables that this is asked of besides."""
        places = np.arange(len(self.customers), dtype=np.int32)
        numbers = {"customer_id": pa.array(self.customers.astype(np.int32)), "place": pa.array(places)}
        named = ", ".join(f"e.{quoted(column)}" for column in chosen)
        rows = f"SELECT m.place AS customer_id, {named} FROM {EVENTS} AS e JOIN members AS m USING (customer_id)"
        return rows, {"members": pa.table(numbers)}

    def _copy(self, name: str, chosen: Sequence[str], columns: dict[str, Column]) -> None:
        rows, tables = self._rows(chosen)
        engine().keep(name, self.name, "kept", f"{rows} ORDER BY event, customer_id, time", tables)
        every = ", ".join(
            quoted(column) if column in (*chosen, "customer_id") else f"NULL::{kind.sql} AS {quoted(column)}"
            for column, kind in columns.items()
        )
        engine().view(self.name, EVENTS, f"SELECT {every} FROM kept")

    def _look(self) -> tuple[Part, ...]:
        """One part an event: there is no need to tell months apart."""
        each = "event, min(month) m, count(*) n, min(time) low, max(time) high"
        rows = engine().frame(self.name, f"SELECT {each} FROM kept GROUP BY event ORDER BY event").to_pylist()
        return tuple(Part(row["event"], row["m"], 1, row["n"], 0, row["low"], row["high"]) for row in rows)

    def detach(self) -> None:
        engine().detach(self.name)

    def ids_of(self, numbers: np.ndarray) -> np.ndarray:
        return self.customers[numbers]

    def universe(self) -> BitMap:
        return BitMap(range(len(self.customers)))

    def parts(self, events: Collection[str] | None = None) -> tuple[Part, ...]:
        return tuple(part for part in self._parts if events is None or part.event in events)

    def part(
        self, expr: ibis.Expr, part: Part, columns: Sequence[str], ids: tuple[int, int] | None = None
    ) -> pa.Table:
        chosen = ", ".join(quoted(column) for column in columns)
        some = f" WHERE customer_id >= {ids[0]} AND customer_id < {ids[1]}" if ids else ""
        rows = f"SELECT * FROM {quoted(self.name)}.{EVENTS} WHERE event = '{part.event}'"
        sql = f"WITH {EVENTS} AS NOT MATERIALIZED ({rows}) SELECT {chosen} FROM ({self._sql(expr)}){some}"
        return engine().frame(self.name, sql)

    def _sql(self, expr: ibis.Expr) -> str:
        if self._compiled is None or self._compiled[0] is not expr:
            self._compiled = (expr, str(ibis.to_sql(expr, dialect="duckdb", pretty=False)))
        return self._compiled[1]

    def ids(self, expr: ibis.Expr, *, scope: Any = None) -> np.ndarray:
        return engine().ids(self.name, str(ibis.to_sql(expr, dialect="duckdb", pretty=False)))

    def frame(self, expr: ibis.Expr, *, scope: Any = None) -> pa.Table:
        return engine().frame(self.name, str(ibis.to_sql(expr, dialect="duckdb", pretty=False)))
