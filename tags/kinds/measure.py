"""Measure: a number for each customer, optionally sorted into bins that become labels."""

import pyarrow as pa
from pyroaring import BitMap

from tags.rules.catalog import Catalog
from tags.rules.definition import MeasureTag
from tags.rules.definitions.bins import Cut
from tags.rules.describe import describe_measure
from tags.rules.windows import Moment
from tags.tables import patch_of

from . import binning
from .base import Facts, Patch, Result, Sentence, World


def evaluate(definition: MeasureTag, world: World) -> Result:
    found = _advanced(definition, world)
    return found or binning.binned(definition.bins, binning.finite(world.evaluation.measure(definition.measure)))


def _advanced(definition: MeasureTag, world: World) -> Result | None:
    """Where only some customers' numbers can differ from the result in use, only they are sorted into bins."""
    before = None if isinstance(definition.bins, Cut) else world.before
    since = None if before is None else world.evaluation.advance(definition.measure)
    if before is None or since is None or before.key[0] not in since.runs:
        return None
    theirs = pa.table({"customer_id": since.having.ids, "value": since.having.values})
    now = binning.binned(definition.bins, binning.finite(theirs))
    if now.numbers is None or now.values.keys() != before.values.keys():
        return None
    values = {value: (before.values[value] - since.touched) | members for value, members in now.values.items()}
    return Result(values, patch=Patch(before.key[0], patch_of(now.numbers, since.touched)))


def keep(definition: MeasureTag, result: Result, before: Result, universe: BitMap) -> Result:
    return binning.keep(definition.bins, result, before, universe)


def read_out(
    definition: MeasureTag, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    said = Sentence("", describe_measure(definition.measure, catalog, moment, language))
    return [said, *binning.read_bins_out(definition.bins, language, facts)]
