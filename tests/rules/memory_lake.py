"""A world as the lake and the memberships that rules are evaluated against, in memory."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.operations import Node
from pyroaring import BitMap

from cdp.engine import rule_engine
from cdp.engine.spark_sql import spark_sql
from tags.rules.catalog import Catalog, Field, TagInfo
from tags.rules.compile import Scope
from tests.rules.elsewhere import elsewhere
from tests.world import World, events_table, profiles_table

_connection = duckdb.connect(config={"threads": 1})


@lru_cache(maxsize=1_000)
def sql_of(asked: Node) -> str:
    """Block after block is asked the same."""
    return str(ibis.to_sql(asked.to_expr(), dialect="duckdb", pretty=False))


@dataclass(frozen=True)
class MemoryTables:
    events: ir.Table
    profiles: ir.Table


@dataclass(frozen=True)
class MemoryPart:
    event: str
    month: str
    rows: int = 1
    bytes: int = 1
    low: datetime | None = None
    high: datetime | None = None


class MemoryLake:
    """What `cdp.store.lake.snapshot` gives, over the tables of a world; on the engine of `CDP_ENGINE`."""

    version = "memory"

    def __init__(self, world: World, *, by_parts: bool = True) -> None:
        self.by_parts = by_parts and rule_engine() is None
        self.arrow = {"events": events_table(world), "profiles": profiles_table(world)}
        self.tables = MemoryTables(*(unbound(name, self.arrow[name]) for name in ("events", "profiles")))
        self.asked: list[str] = []

    def frame(self, expr: ir.Table, *, scope: Scope | None) -> pa.Table:
        """A scope must leave in everything the expression needs, so it is applied here too."""
        sql = sql_of(expr.op())
        self.asked.append(sql)
        assert spark_sql(expr)  # what one engine can be asked, every engine can be
        if (engine := rule_engine()) is not None:
            return elsewhere.frame(engine, self.arrow, expr)
        with _connection.cursor() as cursor:
            for name, table in self.arrow.items():
                cursor.register(name, table if name != "events" or scope is None else within(table, scope))
            return cursor.sql(sql).to_arrow_table()

    def over(self, expr: ir.Table, tables: Mapping[str, pa.Table]) -> pa.Table:
        with _connection.cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            return cursor.sql(sql_of(expr.op())).to_arrow_table()

    def ids(self, expr: ir.Table, *, scope: Scope | None) -> np.ndarray:
        return self.frame(expr, scope=scope)["customer_id"].to_numpy().astype(np.uint32)

    def parts(self, events: Collection[str] | None) -> list[MemoryPart]:
        times = times_by_part(self.arrow["events"])
        return [
            MemoryPart(*key, low=min(times[key]), high=max(times[key]))
            for key in sorted(times)
            if events is None or key[0] in events
        ]

    def part(
        self, expr: ir.Table, part: MemoryPart, columns: Sequence[str], ids: tuple[int, int] | None = None
    ) -> pa.Table:
        """The rows lie in whatever order the world tells them."""
        events = self.arrow["events"]
        here = pc.and_(pc.equal(events["event"], part.event), pc.equal(events["month"], part.month))
        chosen = ", ".join(f'"{column}"' for column in columns)
        some = f" WHERE customer_id >= {ids[0]} AND customer_id < {ids[1]}" if ids else ""
        sql = f"SELECT {chosen} FROM ({ibis.to_sql(expr, dialect='duckdb', pretty=False)}){some}"
        self.asked.append(sql)
        with _connection.cursor() as cursor:
            cursor.register("events", events.filter(here))
            return cursor.sql(sql).to_arrow_table()

    def content(self, part: MemoryPart) -> Hashable:
        """Worlds do not change, so a world's own table stands for what is in it."""
        return part.event, part.month, id(self.arrow["events"])

    def rows_of(self, part: MemoryPart, columns: Sequence[str]) -> pa.Table:
        """As the store gives them: texts as dictionaries."""
        self.asked.append(f"{part.event} {part.month}: {', '.join(columns)}")
        events = self.arrow["events"]
        here = pc.and_(pc.equal(events["event"], part.event), pc.equal(events["month"], part.month))
        rows = events.filter(here).select(list(columns))
        for place, field in enumerate(rows.schema):
            if pa.types.is_string(field.type):
                rows = rows.set_column(place, field.name, rows[field.name].dictionary_encode())
        return rows

    def universe(self) -> BitMap:
        return BitMap(self.arrow["profiles"]["customer_id"].to_pylist())


def within(events: pa.Table, scope: Scope) -> pa.Table:
    """Leaves out whole partitions, as the lake does: what else a rule must not see is the rule's own work."""
    keys, ranges = keys_of(events), times_by_part(events)
    needed = {
        key
        for key, times in ranges.items()
        if (scope.events is None or key[0] in scope.events)
        and (scope.start is None or max(times) >= scope.start)
        and min(times) < scope.end
    }
    return events.filter(pa.array([key in needed for key in keys], pa.bool_()))


def keys_of(events: pa.Table) -> list[tuple[str, str]]:
    return list(zip(events["event"].to_pylist(), events["month"].to_pylist(), strict=True))


def times_by_part(events: pa.Table) -> dict[tuple[str, str], list[datetime]]:
    times: dict[tuple[str, str], list[datetime]] = {}
    for key, time in zip(keys_of(events), events["time"].to_pylist(), strict=True):
        times.setdefault(key, []).append(time)
    return times


def unbound(name: str, table: pa.Table) -> ir.Table:
    return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=name)


class MemoryMembers:
    def __init__(self, world: World) -> None:
        self.world = world

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        return {value: BitMap(ids) for value, ids in self.world.labels.get(slug, {}).items()}

    def tag_numbers(self, slug: str) -> pa.Table | None:
        if slug not in self.world.numbers:
            return None
        numbers = self.world.numbers[slug]
        return pa.table(
            {
                "customer_id": pa.array(sorted(numbers), pa.uint32()),
                "value": pa.array([numbers[i] for i in sorted(numbers)], pa.float64()),
            }
        )

    def segment(self, slug: str) -> BitMap:
        return BitMap(self.world.segments[slug])

    def list(self, slug: str) -> BitMap:
        return BitMap(self.world.lists[slug])


def catalog_of(world: World) -> Catalog:
    labels = {slug: TagInfo("labels", values={v: {} for v in values}) for slug, values in world.labels.items()}
    return Catalog(
        attributes={slug: Field(kind) for slug, kind in world.attributes.items()},
        events={slug: {} for slug in world.events},
        properties={slug: Field(kind) for slug, kind in world.properties.items()},
        tags=labels | {slug: TagInfo("measure") for slug in world.numbers},
        segments={slug: {} for slug in world.segments},
        lists={slug: {} for slug in world.lists},
        zone=world.zone,
    )
