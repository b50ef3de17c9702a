"""Measure: a number for each customer, optionally sorted into bins that become labels."""

from pyroaring import BitMap

from tags.rules.catalog import Catalog
from tags.rules.definition import MeasureTag
from tags.rules.describe import describe_measure
from tags.rules.windows import Moment

from . import binning
from .base import Facts, Result, Sentence, World


def evaluate(definition: MeasureTag, world: World) -> Result:
    return binning.binned(definition.bins, binning.finite(world.evaluation.measure(definition.measure)))


def keep(definition: MeasureTag, result: Result, before: Result, universe: BitMap) -> Result:
    return binning.keep(definition.bins, result, before, universe)


def read_out(
    definition: MeasureTag, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    said = Sentence("", describe_measure(definition.measure, catalog, moment, language))
    return [said, *binning.read_bins_out(definition.bins, language, facts)]
