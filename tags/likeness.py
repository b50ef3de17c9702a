"""Which tags and segments mean nearly the same customers. Sizes are compared first, so that of hundreds only few
bitmaps are laid over each other."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

from .dependencies import Graph, Ref, upstream

ALIKE = 0.95
# A set of nearly everyone says nothing, and is like every other such set.
MOST_OF_ALL = 0.95
# Tags of more values than this (brands, products) are not compared.
MOST_VALUES = 50


@dataclass(frozen=True)
class Alike:
    one: Ref
    other: Ref
    share: float


def alike_found(meant: Mapping[Ref, Mapping[str, BitMap]], universe: int, edges: Graph) -> list[Alike]:
    """`meant`: what each tag or segment says, value by value (of a segment, one value). Two are alike where they
    have as many values and each has its like in the other; `share` is the least of theirs. What one is built on is
    no duplicate of it."""
    sets = {
        ref: [members for members in values.values() if 0 < len(members) < MOST_OF_ALL * universe]
        for ref, values in meant.items()
        if len(values) <= MOST_VALUES
    }
    best: dict[tuple[Ref, Ref], dict[int, float]] = {}
    for one, place, other, share in _pairs(sets):
        known = best.setdefault((one, other), {})
        known[place] = max(known.get(place, 0), share)
    below = {ref: upstream(edges, [ref]) for pair in best for ref in pair}
    found = []
    for (one, other), shares in best.items():
        # As many values on both sides, each with its like: a tag of five values is no duplicate of one segment.
        same = len(sets[one]) == len(sets[other]) == len(shares)
        if same and one not in below[other] and other not in below[one]:
            found.append(Alike(one, other, min(shares.values())))
    return sorted(found, key=lambda pair: (pair.one, pair.other))


def _pairs(sets: Mapping[Ref, list[BitMap]]) -> Iterable[tuple[Ref, int, Ref, float]]:
    """(one, which of its sets, other, share) of all sets that are alike, each pair of refs one way round."""
    flat = sorted(
        ((len(members), ref, place, members) for ref, many in sets.items() for place, members in enumerate(many)),
        key=lambda row: row[:3],
    )
    sizes = [row[0] for row in flat]
    for at, (size, ref, place, members) in enumerate(flat):
        for _size, other, other_place, others in flat[at + 1 : bisect_right(sizes, size / ALIKE)]:
            if other != ref and (share := members.jaccard_index(others)) >= ALIKE:
                yield (ref, place, other, share) if ref < other else (other, other_place, ref, share)
