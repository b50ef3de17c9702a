"""How much each customer is like the members of a seed: a sum of weights, one for each thing their tags say. Pure.

A tag with one value a customer is one feature: its values and "no value". Of a tag with several, each value is a
feature of its own: having it or not. A customer's score is the sum over the features of

    weight = ln( ((s + a·p) / (S + a)) / p ),  p = n / N

where n of all N customers and s of the S members have what this customer has. That is the logarithm of how many
times as often members have it, with an informative Dirichlet prior as in Monroe, Colaresi and Quinn, "Fightin'
Words" (2008): `a` customers like everybody are added to the members, which draws the weights of small seeds to 0.
Summed up it is naive Bayes; as tags depend on each other the sum is no probability, but the order is what counts
(Domingos and Pazzani, "On the optimality of the simple Bayesian classifier", 1997). What too few customers have,
and what chance explains (z < 3 of the members' share against everybody's), weighs nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap

PRIOR = 50
NOTABLE_Z = 3.0


@dataclass(frozen=True)
class Feature:
    """Values no two of which one customer has. `rest`: what having none of them is called, the value it is without
    or, for the whole tag, nothing."""

    tag: str
    cells: Mapping[str, BitMap]
    rest: str = ""


@dataclass(frozen=True)
class Weight:
    """What one thing counts. `without`: not to have the value, or with no value named, any value of the tag."""

    tag: str
    value: str
    without: bool
    seed: int
    everyone: int
    weight: float


@dataclass(frozen=True)
class Scores:
    """`scores`: float32, by customer id. `weights`: those that count, in the order of the features."""

    weights: list[Weight]
    scores: np.ndarray


def features_of(tag: str, values: Mapping[str, BitMap]) -> list[Feature]:
    """`values`: value → customers. Tags nobody has a value of have no feature."""
    values = {value: members for value, members in values.items() if members}
    having = BitMap.union(*values.values()) if values else BitMap()
    if sum(map(len, values.values())) == len(having):
        return [Feature(tag, values)] if values else []
    return [Feature(tag, {value: members}, value) for value, members in values.items()]


def weight_of(seed: int, seeds: int, everyone: int, universe: int, least: int = 1) -> float:
    """The formula above; `seed` of `seeds` members and `everyone` of the `universe` have it."""
    p = everyone / universe
    if everyone < max(least, 1) or p == 1:
        return 0.0
    z = (seed / seeds - p) / sqrt(p * (1 - p) / seeds)
    return log((seed + PRIOR * p) / (seeds + PRIOR) / p) if abs(z) >= NOTABLE_Z else 0.0


def scored(
    features: Sequence[Feature],
    everyone: BitMap,
    seeds: Sequence[BitMap],
    least: int,
    beat: Callable[[int], None] = lambda done: None,
) -> list[Scores]:
    """One result for each of `seeds`, which lie within `everyone`. `least`: what fewer customers have weighs
    nothing. `beat` is told how many features are done."""
    length = everyone.max() + 1
    found = [Scores([], np.zeros(length, np.float32)) for _seed in seeds]
    rests = np.zeros(len(seeds))
    for done, feature in enumerate(features):
        beat(done)
        weighed = [_weights(feature, everyone, seed, least) for seed in seeds]
        for result, weights in zip(found, weighed, strict=True):
            result.weights.extend(one for one in weights if one.weight)
        rests += [weights[-1].weight for weights in weighed]
        _add(feature, weighed, found, length)
    for result, rest in zip(found, rests, strict=True):
        np.add(result.scores, np.float32(rest), out=result.scores)
    return found


def _weights(feature: Feature, everyone: BitMap, seed: BitMap, least: int) -> list[Weight]:
    """Those of the values, then that of the rest."""
    rows = list(_counted(feature, everyone, seed))
    has = (sum(row[1] for row in rows), sum(row[2] for row in rows))
    weights = [
        Weight(feature.tag, value, False, s, n, weight_of(s, len(seed), n, len(everyone), least))
        for value, s, n in rows
    ]
    s, n = len(seed) - has[0], len(everyone) - has[1]
    rest = weight_of(s, len(seed), n, len(everyone), least)
    return [*weights, Weight(feature.tag, feature.rest, True, s, n, rest)]


def _counted(feature: Feature, everyone: BitMap, seed: BitMap) -> Iterator[tuple[str, int, int]]:
    for value, members in feature.cells.items():
        yield value, members.intersection_cardinality(seed), members.intersection_cardinality(everyone)


def _add(feature: Feature, weighed: Sequence[Sequence[Weight]], found: Sequence[Scores], length: int) -> None:
    """Everybody is given the weight of the rest; who has a value, that of the value in its place."""
    for place, members in enumerate(feature.cells.values()):
        more = [weights[place].weight - weights[-1].weight for weights in weighed]
        if not any(more):
            continue
        ids = ids_of_bitmap(members)
        ids = ids[: np.searchsorted(ids, length)]
        for result, change in zip(found, more, strict=True):
            if change:
                result.scores[ids] += np.float32(change)
