"""Bins: where numbers are cut so that each part has a name. By limits, or by what the numbers are."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeAlias

from cdp.errors import N_

from ..reading import Path, Reading
from .base import Label, own_label, read_distinct, read_label

MOST_BINS = 20


@dataclass(frozen=True)
class Bins:
    """`labels[i]` is for numbers below `thresholds[i]`, the last label for the others."""

    thresholds: tuple[Decimal, ...]
    labels: tuple[Label, ...]

    def label_of(self, number: float) -> Label:
        return self.labels[bisect_right([float(t) for t in self.thresholds], number)]


class CutBy(StrEnum):
    """`QUANTILES`: as many customers in each, a bin ends at the number that closes it. `WIDTH`: from the
    lowest to the highest number in equal steps, a bin ends below where the next begins."""

    QUANTILES = "quantiles"
    WIDTH = "width"


@dataclass(frozen=True)
class Cut:
    """As many bins as labels, cut anew in each run from the customers who have a number."""

    by: CutBy
    labels: tuple[Label, ...]


AnyBins: TypeAlias = Bins | Cut


def read_bins(reading: Reading, data: Any, path: Path) -> AnyBins | None:
    """`[{"value": "low", "below": 100}, {"value": "high"}]` or `{"by": "quantiles", "values": ["low", "high"]}`."""
    if isinstance(data, dict) and "by" in data:
        return _cut(reading, data, path)
    if not isinstance(data, list) or not data:
        hint = N_('For example [{"value": "low", "below": 100}, {"value": "high"}].')
        reading.refuse(path, N_("Bins are a list of values with the limit each stays below."), hint)
        return None
    read = [_bin(reading, item, (*path, i), is_last=i == len(data) - 1) for i, item in enumerate(data)]
    known = tuple(label for label, _below in read if label is not None)
    limits = tuple(below for _label, below in read if below is not None)
    read_distinct(reading, known, path)
    for i, (low, high) in enumerate(pairwise(limits)):
        if low >= high:
            reading.refuse((*path, i + 1, "below"), N_("Limits rise from one bin to the next."))
    return Bins(limits, known) if len(known) == len(read) and len(limits) == len(read) - 1 else None


def _bin(reading: Reading, data: Any, path: Path, *, is_last: bool) -> tuple[Label | None, Decimal | None]:
    """A label and the limit its numbers stay below; the last one takes all the others."""
    if (data := reading.mapping(data, path)) is None:
        return None, None
    reading.known_keys(data, ("value", "names", "below"), path)
    label = read_label(reading, own_label(data), path)
    below = data.get("below")
    if is_last:
        if below is not None:
            reading.refuse((*path, "below"), N_("The last bin takes the others and has no limit."))
        return label, None
    if (number := number_of(below)) is not None:
        return label, number
    reading.refuse(
        (*path, "below"), N_("A number is needed: the limit this bin stays below."), N_("For example 100.")
    )
    return label, None


def number_of(data: Any) -> Decimal | None:
    """A finite number as it was written; None for anything else."""
    if isinstance(data, bool) or not isinstance(data, int | float | Decimal):
        return None
    number = Decimal(str(data))
    return number if number.is_finite() and abs(number) < Decimal(10) ** 300 else None


def _cut(reading: Reading, data: dict[str, Any], path: Path) -> Cut | None:
    reading.known_keys(data, ("by", "values"), path)
    by, values = data.get("by"), data.get("values")
    if by not in list(CutBy):
        reading.unknown((*path, "by"), str(by), list(CutBy), N_('Bins cannot be cut by "%(name)s".'))
    if not isinstance(values, list) or not 2 <= len(values) <= MOST_BINS:
        hint = N_('For example ["low", "middle", "high"].')
        reading.refuse((*path, "values"), N_("From 2 to %(most)s values are needed."), hint, most=MOST_BINS)
        return None
    read = [read_label(reading, value, (*path, "values", i)) for i, value in enumerate(values)]
    labels = tuple(label for label in read if label is not None)
    read_distinct(reading, labels, (*path, "values"))
    return Cut(CutBy(by), labels) if by in list(CutBy) and len(labels) == len(read) else None
