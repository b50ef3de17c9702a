"""Measure: a number for each customer, optionally cut into bins."""

from dataclasses import dataclass
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog
from ..nodes import Agg, Measure
from ..parse_measures import read_measure
from ..reading import Reading
from ..validate import validate_measure
from ..walk import References, measure_references
from .base import DefinitionKind, Label
from .bins import AnyBins, read_bins


@dataclass(frozen=True)
class MeasureTag:
    measure: Measure
    bins: AnyBins | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.bins is None else self.bins.labels


def _parse(reading: Reading, data: dict[str, Any]) -> MeasureTag | None:
    reading.known_keys(data, ("v", "measure", "bins"), ())
    measure = read_measure(reading, data.get("measure"), ("measure",))
    if measure is not None and measure.agg in (Agg.FIRST, Agg.LAST):
        reading.refuse(
            ("measure", "agg"),
            N_('"%(name)s" is a date, and a measure is a number.'),
            N_("Take the days since then instead."),
            name=measure.agg.value,
        )
    bins = None if data.get("bins") is None else read_bins(reading, data["bins"], ("bins",))
    return None if measure is None else MeasureTag(measure, bins)


def _validate(definition: MeasureTag, catalog: Catalog) -> list[Problem]:
    return validate_measure(definition.measure, catalog, ("measure",))


def _references(definition: MeasureTag) -> References:
    return measure_references(definition.measure)


MEASURE = DefinitionKind(_parse, _validate, _references)
