"""The lake with nobody in it but one customer, so that rules mean the same there as everywhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Protocol

import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from .. import evaluate
from ..compile_columns import where_holds
from ..nodes import ANY_EVENT, Node, Occurrence
from ..parts import Part
from ..queries import Scope
from ..stretches import END
from ..windows import Bounds, Moment


class Lake(evaluate.Lake, Protocol):
    def over(self, expr: ir.Table, tables: Mapping[str, pa.Table]) -> pa.Table:
        """What an expression gives over these tables, by their names, in place of the lake's own."""


@dataclass(frozen=True)
class OnePart:
    """Of whatever months: its times say which."""

    event: str
    rows: int
    low: datetime
    high: datetime
    month: str = "1970-01"
    bytes: int = 0


@dataclass(frozen=True)
class OneTables:
    events: ir.Table
    profiles: ir.Table


class CustomerLake:
    """The customer's rows are read once, those of an event when something first asks about it, and everything
    is asked of them. That stays in this process: one customer is nothing to ask a cluster about."""

    by_parts = True

    def __init__(self, lake: Lake, customer_id: int) -> None:
        self.lake, self.customer_id = lake, customer_id
        self.tables = OneTables(lake.tables.events, lake.tables.profiles)
        self._read: dict[str, pa.Table] = {}
        self._known: set[str] = set()
        self._flags: dict[Node, str] = {}
        self._flagged: pa.Table | None = None

    def events_read(self, events: Collection[str]) -> None:
        """Read all that the customer ever did of these events, or of all; together is faster than one by one."""
        if ANY_EVENT in self._known or not (wanted := set(events) - self._known):
            return
        whole = ANY_EVENT in wanted
        scope = Scope(None if whole else tuple(sorted(wanted)), None, END)
        table = self.tables.events
        rows = table.filter(table.customer_id == self.customer_id)
        found = self._of_lake(rows if whole else rows.filter(rows.event.isin(sorted(wanted))), scope)
        kept = self._read.get("events")
        self._read["events"] = found if whole or kept is None else pa.concat_tables([kept, found])
        self._known |= wanted
        self._flagged = None

    def _of_lake(self, rows: ir.Table, scope: Scope | None) -> pa.Table:
        return self.lake.frame(rows, scope=scope if self.lake.by_parts else None)

    def _profile(self) -> pa.Table:
        if "profiles" not in self._read:
            table = self.tables.profiles
            self._read["profiles"] = self._of_lake(table.filter(table.customer_id == self.customer_id), None)
        return self._read["profiles"]

    def frame(self, expr: ir.Table, *, scope: Scope | None) -> pa.Table:
        named = {table.name for table in expr.op().find(ops.UnboundTable)}
        tables = {"profiles": self._profile()} if "profiles" in named else {}
        if "events" in named:
            events = None if scope is None else scope.events
            self.events_read((ANY_EVENT,) if events is None else events)
            tables["events"] = self._read["events"]
        return self.lake.over(expr, tables)

    def ids(self, expr: ir.Table, *, scope: Scope | None) -> np.ndarray:
        return self.frame(expr, scope=scope)["customer_id"].to_numpy().astype(np.uint32)

    @property
    def version(self) -> str:
        return f"{self.lake.version} of {self.customer_id}"

    def universe(self) -> BitMap:
        return self.lake.universe() & BitMap([self.customer_id])

    def parts(self, events: Collection[str] | None) -> Sequence[Part]:
        """An event is one part: months are no matter for so few rows."""
        self.events_read((ANY_EVENT,) if events is None else events)
        times: dict[str, list[datetime]] = {}
        table = self._read.get("events")
        if table is not None:
            for event, time in zip(table["event"].to_pylist(), table["time"].to_pylist(), strict=True):
                times.setdefault(event, []).append(time)
        return [
            OnePart(event, len(times[event]), min(times[event]), max(times[event]))
            for event in sorted(times)
            if events is None or event in events
        ]

    def part(
        self, expr: ir.Table, part: Any, columns: Sequence[str], ids: tuple[int, int] | None = None
    ) -> pa.Table:
        rows = self._read["events"]
        return self.lake.over(expr, {"events": rows.filter(pc.equal(rows["event"], part.event))}).select(columns)

    # The rows themselves

    def wheres_read(self, wheres: Iterable[Node], moment: Moment) -> None:
        """Find out together which rows satisfy these filters; together is faster than one by one."""
        new = [where for where in dict.fromkeys(wheres) if where not in self._flags]
        if new or self._flagged is None:
            self._flags |= {where: f"where {len(self._flags) + i}" for i, where in enumerate(new)}
            events = self.tables.events
            told = {name: where_holds(where, events, moment) for where, name in self._flags.items()}
            self._flagged = self.lake.over(events.mutate(**told), {"events": self._read["events"]})

    def rows(self, what: Occurrence, bounds: Bounds, moment: Moment) -> pa.Table:
        """The customer's events that match within the bounds, with all their columns."""
        self.events_read(what.events)
        self.wheres_read([] if what.where is None else [what.where], moment)
        assert self._flagged is not None
        table = self._flagged
        held = [pc.less(table["time"], pa.scalar(bounds.end_utc, table["time"].type))]
        if bounds.start_utc is not None:
            held.append(pc.greater_equal(table["time"], pa.scalar(bounds.start_utc, table["time"].type)))
        if ANY_EVENT not in what.events:
            held.append(pc.is_in(table["event"], pa.array(what.events, table["event"].type)))
        if what.where is not None:
            held.append(pc.fill_null(table[self._flags[what.where]], False))
        return table.filter(reduce(pc.and_, held))
