"""Who belongs together under constraints: links are taken in order, and one that breaks a rule is refused.

Pure. A group that breaks no rule with all its links taken breaks none on the way there, so it is settled
by connected components; only the others are gone through link by link.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np


class Tie(IntEnum):
    """What holds two elements together. `GIVEN` is never in question; `SAME` is a person's word."""

    GIVEN, STRONG, SHARED, SAME = range(4)


class Why(IntEnum):
    """Why a link was refused."""

    APART, LIMIT, SHARED = range(1, 4)


@dataclass(frozen=True)
class Links:
    """`left[i]` and `right[i]` are elements, `tie[i]` a `Tie`."""

    left: np.ndarray
    right: np.ndarray
    tie: np.ndarray

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True)
class Bounds:
    """`counts[e, k]` is how many identifiers of the k-th limited type element e has, `limits[k]` how many are
    allowed; `strong[e]` whether it has an identifier that is not shared; `apart` are pairs of elements."""

    counts: np.ndarray
    limits: np.ndarray
    strong: np.ndarray
    apart: np.ndarray


@dataclass(frozen=True)
class Settled:
    """`group[e]` is the group of element e; `refused` are places in the links, `why[i]` the reason of each."""

    group: np.ndarray
    refused: np.ndarray
    why: np.ndarray


Order = Callable[[np.ndarray], np.ndarray]


def settle(count: int, links: Links, bounds: Bounds, order: Order) -> Settled:
    """Group elements 0…count-1. `order` sorts places of links into the order they are taken in; it is asked
    only for the links of groups that break a rule."""
    group = components(links.left, links.right, count)
    broken = _broken(group, links, bounds)
    nothing = np.empty(0, dtype=np.int64)
    if not broken.any():
        return Settled(group, nothing, nothing)
    places = np.flatnonzero(broken[group[links.left]])
    places = order(places)
    elements = np.flatnonzero(broken[group])
    clusters = _Clusters(elements, bounds)
    refused = clusters.take(links, places)
    group = group.copy()
    group[elements] = len(group) + elements[clusters.groups()]
    group = np.unique(group, return_inverse=True)[1].astype(np.int64)
    at = np.array(sorted(refused), dtype=np.int64)
    still = group[links.left[at]] != group[links.right[at]]
    return Settled(group, at[still], np.array([refused[place] for place in at[still].tolist()], dtype=np.int64))


def components(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Number the connected components of elements 0…count-1 under the pairs `left[i]`, `right[i]`."""
    if not len(left):
        return np.arange(count, dtype=np.int64)
    # SciPy takes as long to import as a page may take; only loads need it.
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(left), dtype=np.int8)
    matrix = coo_matrix((ones, (left, right)), shape=(count, count))
    return connected_components(matrix, directed=False)[1].astype(np.int64)


def _broken(group: np.ndarray, links: Links, bounds: Bounds) -> np.ndarray:
    """Which groups break a rule with all their links taken."""
    number = int(group.max(initial=-1)) + 1
    broken = np.zeros(number, dtype=bool)
    for kind, limit in enumerate(bounds.limits):
        broken |= np.bincount(group, bounds.counts[:, kind], minlength=number) > limit
    one, other = (group[bounds.apart[:, side]] for side in (0, 1))
    broken[one[one == other]] = True
    shared = links.tie == Tie.SHARED
    if shared.any():
        broken |= _joined_by_shared(group, number, links, shared, bounds.strong)
    return broken


def _joined_by_shared(
    group: np.ndarray, number: int, links: Links, shared: np.ndarray, strong: np.ndarray
) -> np.ndarray:
    """The groups in which nothing but a shared identifier joins two that each have a stronger one."""
    without = components(links.left[~shared], links.right[~shared], len(group))
    people = np.unique(np.stack([group[strong], without[strong]]), axis=1)[0]
    return np.bincount(people, minlength=number) > 1


@dataclass
class _Clusters:
    """Union-find over a few elements, each cluster knowing what the rules ask of it."""

    elements: np.ndarray
    bounds: Bounds
    parent: list[int] = field(init=False)
    counts: list[list[int]] = field(init=False)
    strong: list[bool] = field(init=False)
    apart: list[set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.parent = list(range(len(self.elements)))
        self.counts = self.bounds.counts[self.elements].astype(int).tolist()
        self.strong = self.bounds.strong[self.elements].tolist()
        self.apart = [set() for _ in self.parent]
        ours = np.isin(self.bounds.apart, self.elements).all(axis=1)
        for one, other in np.searchsorted(self.elements, self.bounds.apart[ours]).tolist():
            self.apart[one].add(other)
            self.apart[other].add(one)

    def take(self, links: Links, places: np.ndarray) -> dict[int, Why]:
        """Join what the links join, in this order; returns those refused."""
        left = np.searchsorted(self.elements, links.left[places]).tolist()
        right = np.searchsorted(self.elements, links.right[places]).tolist()
        refused: dict[int, Why] = {}
        for place, one, other, tie in zip(places.tolist(), left, right, links.tie[places].tolist(), strict=True):
            one, other = self._root(one), self._root(other)
            if one == other:
                continue
            if why := self._refusal(one, other, tie):
                refused[place] = why
            else:
                self._join(one, other)
        return refused

    def groups(self) -> np.ndarray:
        return np.array([self._root(place) for place in range(len(self.parent))], dtype=np.int64)

    def _root(self, place: int) -> int:
        parent = self.parent
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def _refusal(self, one: int, other: int, tie: int) -> Why | None:
        if tie == Tie.GIVEN:
            return None
        few, many = sorted((one, other), key=lambda place: len(self.apart[place]))
        if any(self._root(place) == many for place in self.apart[few]):
            return Why.APART
        if tie == Tie.SAME:
            return None
        if tie == Tie.SHARED and self.strong[one] and self.strong[other]:
            return Why.SHARED
        both = zip(self.counts[one], self.counts[other], self.bounds.limits.tolist(), strict=True)
        over = any(mine and theirs and mine + theirs > limit for mine, theirs, limit in both)
        return Why.LIMIT if over else None

    def _join(self, one: int, other: int) -> None:
        self.parent[other] = one
        self.counts[one] = [
            mine + theirs for mine, theirs in zip(self.counts[one], self.counts[other], strict=True)
        ]
        self.strong[one] = self.strong[one] or self.strong[other]
        self.apart[one] |= self.apart[other]
