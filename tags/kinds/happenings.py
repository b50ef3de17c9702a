"""The events several kinds look at: as a table to ask, and as words."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tags.rules.catalog import Catalog, name_in
from tags.rules.compile import matching, scope_of
from tags.rules.describe import Describer
from tags.rules.nodes import ANY_EVENT, Measure
from tags.rules.sameness import events_alike

from .base import World


def events_of(events: Measure, world: World) -> ir.Table:
    return matching(events, world.evaluation.lake.tables.events, world.evaluation.moment)


@dataclass(frozen=True)
class HeldTable:
    table: pa.Table

    @property
    def bytes(self) -> int:
        return int(self.table.nbytes)


def asked(expr: ir.Table, events: Measure, world: World, *what: Hashable) -> pa.Table:
    """The answer of those who are live customers, sorted by `customer_id` (uint32).

    `what` says what is asked of the events. While a form is worked on, its answer is held for the next question.
    """
    evaluation = world.evaluation
    if evaluation.held is None or not what:
        return _asked(expr, events, world)
    held, lake = evaluation.held.held, evaluation.lake
    key = (what, lake.version, events_alike(events, evaluation.moment, lake.parts(None)))
    found = held.get(key)
    if found is None:
        found = HeldTable(_asked(expr, events, world))
        held.put(key, found)
    return found.table


def _asked(expr: ir.Table, events: Measure, world: World) -> pa.Table:
    table = world.evaluation.lake.frame(expr, scope=scope_of(events, world.evaluation.moment))
    place = table.schema.get_field_index("customer_id")
    table = table.set_column(place, "customer_id", table["customer_id"].cast(pa.uint32()))
    universe = np.array(world.universe.to_array(), dtype=np.uint32)
    live = np.isin(table["customer_id"].to_numpy(), universe)
    return table.filter(pa.array(live, pa.bool_())).sort_by("customer_id")


def number_column(rows: ir.Table, slug: str) -> ir.Value:
    """A property that holds numbers, as it is kept; NaN is missing."""
    if slug == "weekday":
        return rows.day.day_of_week.index() + 1
    column = rows[slug]
    return column.nullif(ibis.literal(float("nan"))) if column.type().is_floating() else column


def days_between(later: ir.DateValue, earlier: ir.DateValue) -> ir.IntegerValue:
    """Midnights between two business days."""
    return later.delta(earlier, unit="day")


def days_of(column: pa.ChunkedArray) -> np.ndarray:
    """Dates as days since 1970 (int64)."""
    return column.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)


def events_said(describer: Describer, catalog: Catalog, events: Measure) -> str:
    """`“purchase” (where …)`."""
    words, language = describer.words, describer.language
    said = words.any_event if events.events == (ANY_EVENT,) else _names(describer, catalog, events.events, language)
    if events.where is None:
        return said
    return words.where.format(events=said, where=describer.node(events.where))


def _names(describer: Describer, catalog: Catalog, slugs: Sequence[str], language: str) -> str:
    names = (name_in(catalog.events.get(slug, {}), language, slug) for slug in slugs)
    return describer.words.or_event.join(describer.words.quoted.format(name=name) for name in names)


def property_said(catalog: Catalog, slug: str, language: str) -> str:
    known = catalog.property_field(slug)
    return name_in(known.names if known else {}, language, slug)
