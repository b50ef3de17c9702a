"""Who belongs together in a batch: rows, their identifiers, and the groups these make. No database here.

The most trusted identifier of a row is its *anchor*. A row always goes with its anchor; every other
identifier of the row is linked to the anchor, and such a link may be refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .graph import Links, Settled, Tie

NOBODY = -1
NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Nodes:
    """The distinct identifiers of a batch as nodes 0…n-1: type after type as trusted, sorted by value in each.

    `anchor[r]` is the node row r goes with, or NOBODY. `left` (an anchor) and `right` are the linked pairs, each
    once, sorted by `right`, then `left`. `kind[n]` is the place of the type of node n among `types`.
    """

    types: tuple[str, ...]
    values: tuple[pa.Array, ...]
    anchor: np.ndarray
    left: np.ndarray
    right: np.ndarray

    @property
    def count(self) -> int:
        return self.starts()[-1]

    @property
    def kind(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.types)), [len(values) for values in self.values])

    @property
    def anchors(self) -> np.ndarray:
        """The nodes some row goes with, each once, ascending."""
        return places_of(self.anchor[self.anchor >= 0], self.count)

    def values_at(self, nodes: np.ndarray) -> list[str]:
        starts = self.starts()
        kinds = self.kind[nodes].tolist()
        return [
            self.values[kind][node - starts[kind]].as_py() for kind, node in zip(kinds, nodes.tolist(), strict=True)
        ]

    def starts(self) -> list[int]:
        return [int(start) for start in np.cumsum([0, *(len(values) for values in self.values)])]


def nodes_of(identifiers: pa.Table, types: Sequence[str]) -> Nodes:
    """Number the identifiers of a table with one text column a type; null or empty is absent."""
    values: list[pa.Array] = []
    rows: list[np.ndarray] = []
    start = 0
    for slug in types:
        distinct, codes = _encoded(identifiers[slug])
        rows.append(np.where(codes >= 0, codes + start, NOBODY))
        values.append(distinct)
        start += len(distinct)
    anchor = np.full(identifiers.num_rows, NOBODY, dtype=np.int64)
    pairs = [NOTHING]
    for nodes in rows:
        along = (anchor >= 0) & (nodes >= 0)
        pairs.append(nodes[along] * start + anchor[along])
        anchor = np.where(anchor >= 0, anchor, nodes)
    right, left = np.divmod(np.unique(np.concatenate(pairs)), max(start, 1))
    return Nodes(tuple(types), tuple(values), anchor, left, right)


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """The sorted distinct values, and each row's place among them or NOBODY."""
    text = pc.cast(column, pa.string())
    encoded = pc.if_else(pc.equal(text, ""), None, text).combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.chunked_array([encoded.chunk(0)]).combine_chunks()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    codes = encoded.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int64)
    places = np.where(codes >= 0, rank[codes], NOBODY) if len(rank) else codes
    return encoded.dictionary.take(pa.array(order)), places


def places_of(numbers: np.ndarray, count: int) -> np.ndarray:
    """The distinct numbers among 0…count-1, ascending, without sorting."""
    there = np.zeros(count, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there)


def least(groups: np.ndarray, values: np.ndarray, count: int, nothing: int) -> np.ndarray:
    """The smallest value of each group 0…count-1, or `nothing`."""
    found = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(found, groups, values)
    return np.where(found == np.iinfo(np.int64).max, nothing, found)


@dataclass(frozen=True)
class Known:
    """What is stored of each node: identifier id, the origin and its root; NOBODY for a new one."""

    id: np.ndarray
    origin: np.ndarray
    root: np.ndarray
    primary: np.ndarray


@dataclass(frozen=True)
class Elements:
    """What is linked: the known customers (`roots`, ascending) come first, then each new node.

    `of[n]` is the element of node n.
    """

    roots: np.ndarray
    of: np.ndarray
    count: int
    links: Links

    @property
    def new(self) -> np.ndarray:
        """The nodes of the elements after the roots."""
        return np.flatnonzero(self.of >= len(self.roots))


def elements_of(nodes: Nodes, known: Known, is_shared: np.ndarray, also: np.ndarray = NOTHING) -> Elements:
    """`is_shared[k]` says whether the k-th type never joins two customers who have something stronger; `also` are
    roots that take part besides those of the nodes."""
    is_known = known.root >= 0
    roots, places = np.unique(np.concatenate([known.root[is_known], also]), return_inverse=True)
    of = np.empty(nodes.count, dtype=np.int64)
    of[is_known] = places[: np.count_nonzero(is_known)]
    new = int(np.count_nonzero(~is_known))
    of[~is_known] = len(roots) + np.arange(new)
    tie = np.where(is_shared[nodes.kind[nodes.right]], Tie.SHARED, Tie.STRONG).astype(np.int8)
    return Elements(roots, of, len(roots) + new, Links(of[nodes.left], of[nodes.right], tie))


def in_node_order(links: Links, places: np.ndarray) -> np.ndarray:
    """The order links of a batch are taken in: strong ones first, then as `Nodes` sorts them."""
    return np.argsort(links.tie[places], kind="stable")


@dataclass(frozen=True)
class Decision:
    """What linking comes to. `units` are customer rows to make, numbered from `first_unit` on.

    `unit_root` is the customer a new row belongs to at once (NOBODY: it is one itself); `unit_node` is its
    primary identifier. `merged` maps losing roots to winning ones. `origin`, `primary` and `root` are of all
    nodes afterwards; `moved` are the known nodes that became the primary of a new row. `was_known[n]`: the
    customer of node n was there before.
    """

    unit_root: np.ndarray
    unit_node: np.ndarray
    loser: np.ndarray
    winner: np.ndarray
    origin: np.ndarray
    root: np.ndarray
    primary: np.ndarray
    moved: np.ndarray
    was_known: np.ndarray
    customers_new: int


def own_rows(nodes: Nodes, known: Known, elements: Elements, settled: Settled) -> np.ndarray:
    """The nodes that need a customer row of their own: anchors without one, and new ones nobody takes along."""
    lacking = np.zeros(nodes.count, dtype=bool)
    lacking[nodes.anchors] = True
    alone = known.id < 0
    alone[nodes.right[_taken(nodes, elements, settled)]] = False
    return np.flatnonzero((lacking | alone) & ~known.primary)


def _taken(nodes: Nodes, elements: Elements, settled: Settled) -> np.ndarray:
    group = settled.group[elements.of]
    return np.flatnonzero(group[nodes.left] == group[nodes.right])


def decide(
    nodes: Nodes, known: Known, elements: Elements, settled: Settled, unit_node: np.ndarray, first_unit: int
) -> Decision:
    """Turn groups into customers: `unit_node` are the nodes of `own_rows`."""
    group, count = settled.group[elements.of], int(settled.group.max(initial=-1)) + 1
    origin, primary = known.origin.copy(), known.primary.copy()
    origin[unit_node] = first_unit + np.arange(len(unit_node))
    primary[unit_node] = True
    taken = _taken(nodes, elements, settled)
    along, first = np.unique(nodes.right[taken], return_index=True)
    stray = origin[along] < 0
    origin[along[stray]] = origin[nodes.left[taken][first[stray]]]

    of_root = settled.group[: len(elements.roots)]
    old = least(of_root, elements.roots, count, NOBODY)
    root = np.where(old == NOBODY, least(group[unit_node], origin[unit_node], count, NOBODY), old)
    winner = root[of_root]
    lost = winner != elements.roots
    unit_root = root[group[unit_node]]
    return Decision(
        np.where(unit_root == origin[unit_node], NOBODY, unit_root),
        unit_node,
        elements.roots[lost],
        winner[lost],
        origin,
        root[group],
        primary,
        unit_node[known.id[unit_node] >= 0],
        old[group] != NOBODY,
        int(np.count_nonzero(np.bincount(group, minlength=count)[old == NOBODY])),
    )


def row_origins(nodes: Nodes, decision: Decision) -> np.ndarray:
    """The origin of each row: that of its anchor."""
    there = nodes.anchor >= 0
    return (
        np.where(there, decision.origin[np.where(there, nodes.anchor, 0)], NOBODY) if nodes.count else nodes.anchor
    )
