"""Measure: a number for each customer, optionally sorted into bins that become labels."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from tags.membership import ANY, NUMBERS
from tags.rules.catalog import Catalog
from tags.rules.definition import MeasureTag
from tags.rules.describe import describe_measure
from tags.rules.evaluate import measure
from tags.rules.windows import Moment

from .base import Result, Sentence, World


def evaluate(definition: MeasureTag, world: World) -> Result:
    table = measure(definition.measure, lake=world.evaluation.lake, moment=world.evaluation.moment)
    return _binned(definition, _finite(table))


def _finite(table: pa.Table) -> pa.Table:
    """customer_id (uint32) and value (float64) of those who have one, by customer."""
    table = table.select(NUMBERS.names).cast(NUMBERS)
    return table.filter(pc.is_finite(table["value"])).sort_by("customer_id")


def _binned(definition: MeasureTag, numbers: pa.Table) -> Result:
    ids, amounts = numbers["customer_id"].to_numpy(), numbers["value"].to_numpy()
    if definition.bins is None:
        return Result({ANY: BitMap(ids)}, numbers)
    limits = np.array([float(limit) for limit in definition.bins.thresholds])
    place = np.searchsorted(limits, amounts, side="right")
    values = {label.value: BitMap(ids[place == number]) for number, label in enumerate(definition.bins.labels)}
    return Result(values, numbers)


def keep(definition: MeasureTag, result: Result, before: Result, universe: BitMap) -> Result:
    """Who has no number now keeps the one of before, and is sorted into today's bins by it."""
    if result.numbers is None or before.numbers is None:
        return result
    empty = np.array((universe - result.everyone()).to_array(), np.uint32)
    kept = before.numbers.filter(pc.is_in(before.numbers["customer_id"], pa.array(empty)))
    return _binned(definition, pa.concat_tables([result.numbers, kept]).sort_by("customer_id"))


def read_out(definition: MeasureTag, catalog: Catalog, moment: Moment, language: str) -> list[Sentence]:
    return [Sentence("", describe_measure(definition.measure, catalog, moment, language))]
