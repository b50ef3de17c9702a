"""Members kept out of a seed, and how many of them come back among the most similar customers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from tags.rules.sample import salted

SALT = "lookalike"
KEPT_OUT = 5
STEPS = 60


@dataclass(frozen=True)
class Size:
    """The `size` most similar customers. `cut`: the score of the last of them, which the share `below` of the
    seed's own members do not reach. `hits`: how many of the `held` members kept out are among as many of the
    `candidates`, these and everybody outside the seed, by the weights of the other members."""

    size: int
    cut: float
    below: float
    hits: int
    held: int
    candidates: int

    @property
    def recall(self) -> float:
        return self.hits / self.held

    @property
    def precision(self) -> float:
        return self.hits / self.size

    @property
    def by_chance(self) -> float:
        """The precision of any customers whatsoever."""
        return self.held / self.candidates

    @property
    def lift(self) -> float:
        return self.precision / self.by_chance

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Size":
        return cls(**kept)


def kept_out(seed: BitMap) -> BitMap:
    """A fifth of the members, the same whenever it is asked."""
    ids = ids_of_bitmap(seed)
    order = np.argsort(salted(SALT, ids), kind="stable")
    return bitmap_of_ids(ids[order[: len(ids) // KEPT_OUT]])


def ranked(scores: np.ndarray, customers: BitMap) -> np.ndarray:
    """Their ids, the highest score first; equal ones by a stable draw, not by who came first."""
    ids = ids_of_bitmap(customers)
    return ids[np.lexsort((salted(SALT, ids), -scores[ids]))]


def sizes_offered(fewest: int, most: int) -> list[int]:
    """Rising in equal proportions, rounded to two digits; both ends are among them."""
    if most <= fewest:
        return [most]
    found = {fewest, most}
    for size in np.geomspace(fewest, most, STEPS):
        digits = max(len(str(int(size))) - 2, 0)
        found.add(int(round(float(size), -digits)))
    return sorted(size for size in found if fewest <= size <= most)


def measured(
    sizes: Sequence[int],
    ranking: np.ndarray,
    scores: np.ndarray,
    seed: BitMap,
    trained: np.ndarray,
    held: BitMap,
) -> list[Size]:
    """`ranking` and `scores` by the whole seed; `trained`: that of all candidates by the seed without `held`."""
    is_held = np.zeros(len(scores), bool)
    is_held[ids_of_bitmap(held)] = True
    hits = np.cumsum(is_held[trained])
    own = np.sort(scores[ids_of_bitmap(seed)])
    found = []
    for size in sizes:
        cut = scores[ranking[size - 1]]
        below = float(np.searchsorted(own, cut)) / len(own)
        found.append(Size(size, float(cut), below, int(hits[size - 1]), len(held), len(trained)))
    return found
