"""A lake of some customers only, asked as the whole is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

PLACE = ("event", "month")
ALWAYS = ("customer_id", *PLACE, "time", "day", "hour", "channel")


@dataclass(frozen=True)
class Rows:
    """Events by event and month, in `places` from one row to before another; `coded` with texts as dictionaries."""

    plain: pa.Table
    coded: pa.Table
    places: dict[tuple[str, str], tuple[int, int]]


class SomeEvents:
    """Their events, with the properties that personas ask of: `rows_read` takes nothing else out of the lake."""

    def __init__(self, lake: Any, customers: BitMap, rows: Rows) -> None:
        self._lake, self._customers, self._rows = lake, customers, rows
        self.tables, self.version = lake.tables, lake.version

    def universe(self) -> BitMap:
        return self._lake.universe() & self._customers

    def parts(self, events: Collection[str] | None = None) -> Sequence[Any]:
        return tuple(part for part in self._lake.parts(events) if (part.event, part.month) in self._rows.places)

    def rows_of(self, part: Any, columns: Sequence[str]) -> pa.Table:
        first, beyond = self._rows.places[part.event, part.month]
        return self._rows.coded.slice(first, beyond - first).select(list(columns))

    def frame(self, expr: Any) -> pa.Table:
        return self._lake.over(expr, {"events": self._rows.plain})


class SomeProfiles:
    """Their profiles."""

    def __init__(self, lake: Any, customers: BitMap) -> None:
        self._lake, self._customers = lake, customers
        profiles = lake.tables.profiles.semi_join(lake.tables.members, "customer_id")
        self.tables = replace(lake.tables, profiles=profiles)

    def frame(self, expr: Any) -> pa.Table:
        return self._lake.frame(expr, members=self._customers)


def rows_read(lake: Any, customers: BitMap, properties: Collection[str]) -> Rows:
    """Everything some customers did, with these properties, in one reading."""
    events, members = lake.tables.events, lake.tables.members
    columns = [*ALWAYS, *sorted({*properties} - {*ALWAYS})]
    theirs = events.semi_join(members, "customer_id").select(*columns).order_by(*PLACE, "customer_id")
    plain = lake.frame(theirs, members=customers).combine_chunks()
    return Rows(plain, _coded(plain), _places(plain))


def _coded(rows: pa.Table) -> pa.Table:
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            rows = rows.set_column(place, field.name, rows[place].dictionary_encode())
    return rows


def _places(rows: pa.Table) -> dict[tuple[str, str], tuple[int, int]]:
    if not rows.num_rows:
        return {}
    codes = [rows[name].combine_chunks().dictionary_encode() for name in PLACE]
    differs = [np.diff(one.indices.to_numpy()) != 0 for one in codes]
    starts = [0, *(np.flatnonzero(differs[0] | differs[1]) + 1).tolist()]
    names = rows.select(list(PLACE)).take(pa.array(starts)).to_pylist()
    return {
        (name["event"], name["month"]): (first, beyond)
        for name, first, beyond in zip(names, starts, [*starts[1:], rows.num_rows], strict=True)
    }
