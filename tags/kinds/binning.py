"""Numbers sorted into bins, and the bins in words."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids
from tags.membership import ANY
from tags.rules.catalog import name_in
from tags.rules.definitions.base import Label
from tags.rules.definitions.bins import AnyBins, Bins, Cut, CutBy
from tags.tables import NUMBERS

from .base import Facts, Result, Sentence
from .keeping import keep_rows
from .words import words_of


def finite(table: pa.Table) -> pa.Table:
    """customer_id (uint32) and value (float64) of those who have one, by customer."""
    table = table.select(NUMBERS.names).cast(NUMBERS)
    if not np.isfinite(table["value"].to_numpy()).all():
        table = table.filter(pc.is_finite(table["value"]))
    ids = table["customer_id"].to_numpy()
    return table if (ids[1:] > ids[:-1]).all() else table.sort_by("customer_id")


def binned(bins: AnyBins | None, numbers: pa.Table, facts: Facts | None = None) -> Result:
    """Numbers with the values they fall into; cut where `facts` say, or by the numbers themselves."""
    ids, amounts = numbers["customer_id"].to_numpy(), numbers["value"].to_numpy()
    match bins:
        case None:
            return Result({ANY: bitmap_of_ids(ids)}, numbers)
        case Bins(thresholds, labels):
            limits = [float(limit) for limit in thresholds]
            return Result(_placed(ids, amounts, limits, labels, "right"), numbers)
        case Cut(by, labels):
            cuts = facts["cuts"] if facts else cuts_of(amounts, len(labels), by)
            side = "left" if by is CutBy.QUANTILES else "right"
            return Result(_placed(ids, amounts, cuts, labels, side), numbers, facts={"cuts": cuts})


def _placed(
    ids: np.ndarray, amounts: np.ndarray, cuts: Sequence[float], labels: Sequence[Label], side: str
) -> dict[str, BitMap]:
    """`left`: a number equal to a cut belongs below it; `right`: above it."""
    place = np.searchsorted(np.array(cuts, dtype=np.float64), amounts, side="left" if side == "left" else "right")
    return {label.value: bitmap_of_ids(ids[place == number]) for number, label in enumerate(labels)}


def cuts_of(amounts: np.ndarray, parts: int, by: CutBy) -> list[float]:
    """Where to cut; nothing when there are no numbers."""
    if not len(amounts):
        return []
    if by is CutBy.QUANTILES:
        return quantiles(amounts, parts)
    low, high = float(amounts.min()), float(amounts.max())
    return [low + (high - low) * (part / parts) for part in range(1, parts)]


def quantiles(amounts: np.ndarray, parts: int) -> list[float]:
    """The nearest rank: the smallest number that at least 1, 2, … of `parts` do not exceed."""
    ordered = np.sort(amounts)
    return [float(ordered[-(-part * len(ordered) // parts) - 1]) for part in range(1, parts)]


def keep(bins: AnyBins | None, result: Result, before: Result, universe: BitMap) -> Result:
    """Who has no number now keeps the one of before, and is sorted into today's bins by it."""
    numbers = keep_rows(result.numbers, before.numbers, universe - result.everyone())
    return result if numbers is None else binned(bins, numbers, result.facts)


def read_bins_out(bins: AnyBins | None, language: str, facts: Facts | None) -> list[Sentence]:
    """A sentence a bin; where a run cut, once it has."""
    if bins is None:
        return []
    words, labels = words_of(language), bins.labels
    if isinstance(bins, Cut):
        cuts = [Decimal(str(cut)) for cut in (facts or {}).get("cuts", ())]
        how = words.quantiles if bins.by is CutBy.QUANTILES else words.width
        if not cuts:
            return [Sentence("", how.format(n=len(labels), names=words.comma.join(_names(labels, language))))]
        upper = bins.by is CutBy.QUANTILES
    else:
        cuts, upper = list(bins.thresholds), False
    return [
        Sentence(name, range_text(cuts, place, upper, language))
        for place, name in enumerate(_names(labels, language))
    ]


def _names(labels: Sequence[Label], language: str) -> list[str]:
    return [name_in(label.names, language, label.value) for label in labels]


def range_text(cuts: Sequence[Decimal], place: int, upper: bool, language: str) -> str:
    """The numbers between two cuts; with `upper` the upper one belongs to them, else the lower one."""
    words = words_of(language)
    if upper and 0 < place < len(cuts) and cuts[place - 1] == cuts[place]:
        return words.nobody
    parts = []
    if place > 0:
        parts.append((words.above if upper else words.from_).format(n=number_text(cuts[place - 1])))
    if place < len(cuts):
        parts.append((words.up_to if upper else words.below).format(n=number_text(cuts[place])))
    return words.comma.join(parts) or words.every_number


def number_text(number: Decimal | float) -> str:
    """With thousands marked, and at most six decimals."""
    return f"{round(Decimal(str(number)), 6).normalize():,f}"
