"""The lake with nobody in it but one customer, so that rules mean the same there as everywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from ..evaluate import Lake
from ..queries import Scope
from ..scan import Part


@dataclass(frozen=True)
class OneTables:
    events: ir.Table
    profiles: ir.Table


class CustomerLake:
    """Files are sorted by customer, so the engine reads little of them. Questions stay in this process: one
    customer is nothing to ask a cluster about."""

    by_parts = False

    def __init__(self, lake: Lake, customer_id: int) -> None:
        self.lake, self.customer_id = lake, customer_id
        events, profiles = lake.tables.events, lake.tables.profiles
        self.tables = OneTables(
            events.filter(events.customer_id == customer_id), profiles.filter(profiles.customer_id == customer_id)
        )

    def frame(self, expr: ir.Table, *, scope: Scope | None) -> pa.Table:
        return self.lake.frame(expr, scope=scope if self.lake.by_parts else None)

    def ids(self, expr: ir.Table, *, scope: Scope | None) -> np.ndarray:
        return self.frame(expr, scope=scope)["customer_id"].to_numpy().astype(np.uint32)

    @property
    def version(self) -> str:
        return f"{self.lake.version} of {self.customer_id}"

    def universe(self) -> BitMap:
        return self.lake.universe() & BitMap([self.customer_id])

    def parts(self, events: Collection[str] | None) -> Sequence[Part]:
        return self.lake.parts(events)

    def part(
        self, expr: ir.Table, part: Any, columns: Sequence[str], ids: tuple[int, int] | None = None
    ) -> pa.Table:
        return self.lake.part(expr, part, columns, (self.customer_id, self.customer_id + 1))
