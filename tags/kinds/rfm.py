"""RFM: three scores from 1 to 5 a customer, and the group they make.

The number is the three scores side by side: 545 is R 5, F 4, M 5.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from tags.rules.catalog import Catalog, name_in
from tags.rules.definition import Rfm
from tags.rules.definitions.rfm import GROUPS, PARTS, SCORES
from tags.rules.describe import Describer
from tags.rules.windows import Moment

from .base import Facts, Result, Sentence, World
from .binning import number_text, quantiles, range_text
from .happenings import asked, days_between, events_of, events_said, number_column, property_said
from .keeping import keep_all
from .words import KindWords, words_of

LETTERS = ("r", "f", "m")
keep = keep_all


def evaluate(definition: Rfm, world: World) -> Result:
    taken = _taken(definition, world)
    ids = taken["customer_id"].to_numpy()
    columns = [taken[part].to_numpy() for part in PARTS]
    cuts = _cuts(definition, columns)
    scores = [
        _scores(column, cut, place == 0, definition)
        for place, (column, cut) in enumerate(zip(columns, cuts, strict=True))
    ]
    high = [score * len(score) > score.sum() for score in scores]
    values = {
        label.value: BitMap(ids[np.logical_and.reduce([h == w for h, w in zip(high, wanted, strict=True)])])
        for wanted, label in GROUPS.items()
    }
    number = (scores[0] * 100 + scores[1] * 10 + scores[2]).astype(np.float64)
    details = taken
    for letter, score in zip(LETTERS, scores, strict=True):
        details = details.append_column(letter, pa.array(score.astype(np.int8)))
    return Result(
        values, pa.table({"customer_id": ids, "value": number}), details, _facts(definition, cuts, scores)
    )


def _taken(definition: Rfm, world: World) -> pa.Table:
    """customer_id, recency (days), frequency (times), monetary, of those with any event."""
    rows = events_of(definition.events, world)
    today = ibis.literal(world.evaluation.moment.day)
    amount = number_column(rows, definition.amount)
    groups = rows.group_by("customer_id").aggregate(
        recency=days_between(today, rows.day.max()).cast("int32"),
        frequency=rows.count().cast("int32"),
        monetary=amount.sum().cast("float64").coalesce(0.0),
    )
    return asked(groups, definition.events, world, "rfm", definition.amount)


def _cuts(definition: Rfm, columns: Sequence[np.ndarray]) -> list[list[float]]:
    if definition.limits is not None:
        return [[float(limit) for limit in getattr(definition.limits, part)] for part in PARTS]
    return [quantiles(column, SCORES) if len(column) else [] for column in columns]


def _scores(column: np.ndarray, cuts: list[float], fewer_is_better: bool, definition: Rfm) -> np.ndarray:
    """A number on a quintile's cut belongs below it, one on a fixed limit above it."""
    side = "left" if definition.limits is None else "right"
    place = np.searchsorted(np.array(cuts, dtype=np.float64), column, side=side)  # type: ignore[call-overload]
    return SCORES - place if fewer_is_better else 1 + place


def _facts(definition: Rfm, cuts: list[list[float]], scores: Sequence[np.ndarray]) -> Facts:
    if not len(scores[0]):
        return {}
    means = {part: round(float(score.mean()), 4) for part, score in zip(PARTS, scores, strict=True)}
    if definition.limits is not None:
        return {"means": means}
    return {"means": means, "cuts": dict(zip(PARTS, cuts, strict=True))}


# In words


def read_out(
    definition: Rfm, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    describer, words = Describer(catalog, moment, language), words_of(language)
    events = events_said(describer, catalog, definition.events)
    what = words.rfm.format(events=events, amount=property_said(catalog, definition.amount, language))
    how = words.rfm_limits if definition.limits else words.rfm_quintiles.format(events=events)
    said = [describer.time.timed(what, definition.events.window), how, *_scoring(definition, facts or {}, language)]
    if means := (facts or {}).get("means"):
        shown = {letter: number_text(means[part]) for letter, part in zip(LETTERS, PARTS, strict=True)}
        said.append(words.rfm_mean.format(**shown))
    return [*(Sentence("", text) for text in said), *_groups(language, words)]


def _scoring(definition: Rfm, facts: Facts, language: str) -> list[str]:
    """Which numbers give which score, as far as that is known."""
    limits, words = definition.limits, words_of(language)
    cuts = facts.get("cuts", {}) if limits is None else {part: getattr(limits, part) for part in PARTS}
    found = []
    for letter, part in zip(LETTERS, PARTS, strict=True):
        if own := [Decimal(str(cut)) for cut in cuts.get(part, ())]:
            ranges = [range_text(own, place, limits is None, language) for place in range(SCORES)]
            scores = range(SCORES, 0, -1) if part == "recency" else range(1, SCORES + 1)
            pairs = zip(scores, ranges, strict=True)
            each = (words.rfm_score.format(score=s, range=r) for s, r in pairs if r != words.nobody)
            found.append(words.rfm_scores.format(part=letter.upper(), scores=words.semicolon.join(each)))
    return found


def _groups(language: str, words: KindWords) -> list[Sentence]:
    said = []
    for wanted, label in GROUPS.items():
        sides = {
            letter: words.rfm_high if high else words.rfm_low for letter, high in zip(LETTERS, wanted, strict=True)
        }
        said.append(Sentence(name_in(label.names, language, label.value), words.rfm_group.format(**sides)))
    return said


def note(row: Mapping[str, Any], language: str) -> str:
    return words_of(language).rfm_note.format(
        **{letter: row[letter] for letter in LETTERS},
        days=f"{row['recency']:,}",
        times=f"{row['frequency']:,}",
        money=f"{row['monetary']:,.2f}",
    )
