"""What a dashboard is asked of: the members, everyone, and the names of things in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa
from pyroaring import BitMap

from segments.personas.meaning import Meaning
from segments.personas.spend import Buyers
from segments.personas.statistics import Base


class Lake(Protocol):
    """The part of a lake snapshot that questions need."""

    tables: Any
    version: str

    def frame(self, expr: ir.Table, members: BitMap | None = None) -> pa.Table: ...

    def universe(self) -> BitMap: ...


@dataclass(frozen=True)
class Field:
    """An attribute or property with its name in the reader's language."""

    slug: str
    name: str
    kind: str


@dataclass(frozen=True)
class TagValues:
    """A tag, and who has each of its values (`names` are the values' names where they have any), or for a
    measure without bins its `numbers`: customer_id and value."""

    slug: str
    name: str
    bitmaps: Mapping[str, BitMap]
    names: Mapping[str, str] = field(default_factory=dict)
    numbers: pa.Table | None = None


@dataclass(frozen=True)
class Group:
    """`day` is the business day of the segment's `as_of`; `least` the smallest number that is shown;
    `defined_by` are the slugs the segment's rule names, which cannot surprise anyone."""

    lake: Lake
    members: BitMap
    universe: BitMap
    attributes: tuple[Field, ...]
    properties: Mapping[str, Field]
    events: Mapping[str, str]
    tags: tuple[TagValues, ...]
    meaning: Meaning
    day: date
    least: int
    language: str
    defined_by: frozenset[str] = frozenset()
    buyers: Buyers | None = None

    @property
    def base(self) -> Base:
        return Base(len(self.members), len(self.universe), self.least)

    def ask(self, expr: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small answer; `members` may be joined in it."""
        return self.frame(expr).to_pylist()

    def frame(self, expr: ir.Table) -> pa.Table:
        return self.lake.frame(expr, members=self.members)


def with_members(group: Group, table: ir.Table) -> tuple[ir.Table, ir.BooleanValue]:
    """The table, and whether each of its rows is a member's."""
    joined = table.left_join(group.lake.tables.members, "customer_id")
    return joined, joined.customer_id_right.notnull()


def counted(group: Group, table: ir.Table, **by: ir.Value) -> ir.Table:
    """Count a table's rows by some values: `everyone`'s, and the `members`' among them."""
    joined, _inside = with_members(group, table.mutate(**by))
    keys = [joined[name] for name in by]
    return joined.group_by(keys).aggregate(everyone=joined.count(), members=joined.customer_id_right.count())


def counted_customers(group: Group, table: ir.Table, **by: ir.Value) -> ir.Table:
    """The same, each customer counted once for each value."""
    pairs = table.select(table.customer_id, **by).distinct()
    return counted(group, pairs, **{name: pairs[name] for name in by})
