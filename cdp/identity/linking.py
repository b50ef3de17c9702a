"""Who belongs together: rows, their identifiers, and connected components. No database here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NOBODY = -1


@dataclass(frozen=True)
class Nodes:
    """The distinct identifiers of a batch as nodes 0…n-1: type after type, sorted by value in each.

    `rows[t][r]` is the node of row r in the t-th type, or NOBODY; `group` of a node and `row_group` of
    a row number the people the batch alone shows.
    """

    types: tuple[str, ...]
    values: tuple[pa.Array, ...]
    rows: tuple[np.ndarray, ...]
    group: np.ndarray
    row_group: np.ndarray

    @property
    def count(self) -> int:
        return len(self.group)

    @property
    def groups(self) -> int:
        return int(self.group.max()) + 1 if len(self.group) else 0

    def starts(self) -> list[int]:
        return list(np.cumsum([0, *(len(values) for values in self.values)]))


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
    group = _groups(rows, start, identifiers.num_rows)
    row_group = np.full(identifiers.num_rows, NOBODY, dtype=np.int64)
    for nodes in rows:
        there = nodes >= 0
        row_group[there] = group[nodes[there]]
    return Nodes(tuple(types), tuple(values), tuple(rows), group, row_group)


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


def _groups(rows: Sequence[np.ndarray], count: int, row_count: int) -> np.ndarray:
    """Node → group. With one type there is nothing to connect."""
    if len(rows) < 2 or count == 0:
        return np.arange(count, dtype=np.int64)
    sources = np.concatenate([np.flatnonzero(nodes >= 0) for nodes in rows])
    targets = np.concatenate([nodes[nodes >= 0] for nodes in rows])
    return components(targets, sources, count, row_count)


def components(nodes: np.ndarray, links: np.ndarray, count: int, link_count: int) -> np.ndarray:
    """Number the connected components of nodes that share a link (`nodes[i]` takes part in `links[i]`)."""
    # SciPy takes as long to import as a page may take; only loads need it.
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = count + link_count
    ones = np.ones(len(nodes), dtype=np.int8)
    matrix = coo_matrix((ones, (nodes, links + count)), shape=(size, size))
    _number, labels = connected_components(matrix, directed=False)
    return np.unique(labels[:count], return_inverse=True)[1].astype(np.int64)


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
class Decision:
    """What linking comes to. `units` are customer rows to make, numbered from `first_unit` on.

    `unit_root` is the customer a new row belongs to at once (NOBODY: it is one itself); `unit_node` is its
    primary identifier. `merged` maps losing roots to winning ones. `origin` and `primary` are of all
    nodes afterwards; `moved` are the known nodes that became the primary of a new row.
    """

    unit_root: np.ndarray
    unit_node: np.ndarray
    loser: np.ndarray
    winner: np.ndarray
    origin: np.ndarray
    primary: np.ndarray
    moved: np.ndarray
    group_known: np.ndarray
    group_unit: np.ndarray


def new_units(nodes: Nodes, known: Known) -> np.ndarray:
    """The groups that need a customer row of their own.

    Those nobody knows; and those known only by identifiers that so far came along with another: they get
    a row (belonging to the same customer), so that taking back the batch that linked the two parts them.
    """
    anchored = np.zeros(nodes.groups, dtype=bool)
    anchored[nodes.group[known.primary]] = True
    return np.flatnonzero(~anchored)


def decide(nodes: Nodes, known: Known, first_unit: int) -> Decision:
    group, count = nodes.group, nodes.groups
    is_known = known.id >= 0
    lacking = new_units(nodes, known)
    unit = least(group[known.primary], known.origin[known.primary], count, NOBODY)
    unit[lacking] = first_unit + np.arange(len(lacking))

    group_known = np.zeros(count, dtype=bool)
    group_known[group[is_known]] = True
    every, kept = np.arange(nodes.count), is_known | ~group_known[group]
    unit_node = least(group[kept], every[kept], count, NOBODY)[lacking]

    loser, winner, group_root = _merges(group[is_known], known.root[is_known], count)
    origin = np.where(is_known, known.origin, unit[group])
    origin[unit_node] = unit[lacking]
    primary = known.primary.copy()
    primary[unit_node] = True
    moved = unit_node[is_known[unit_node]]
    return Decision(group_root[lacking], unit_node, loser, winner, origin, primary, moved, group_known, unit)


def _merges(groups: np.ndarray, roots: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Losing roots, the winner of each (the smallest id), and the root of each group, or NOBODY."""
    names, places = np.unique(roots, return_inverse=True)
    if not len(names):
        none = np.empty(0, dtype=np.int64)
        return none, none, np.full(count, NOBODY, dtype=np.int64)
    people = components(places, groups, len(names), count)
    best = least(people, names, int(people.max()) + 1, NOBODY)[people]
    lost = best != names
    return names[lost], best[lost], least(groups, best[places], count, NOBODY)


def row_origins(nodes: Nodes, decision: Decision) -> np.ndarray:
    """The origin of each row: that of a primary identifier in it, else of one it is grouped with."""
    nothing = np.iinfo(np.int64).max
    own = np.full(len(nodes.row_group), nothing, dtype=np.int64)
    for places in nodes.rows:
        there = np.flatnonzero(places >= 0)
        there = there[decision.primary[places[there]]]
        own[there] = np.minimum(own[there], decision.origin[places[there]])
    rest = (own == nothing) & (nodes.row_group >= 0)
    own[rest] = decision.group_unit[nodes.row_group[rest]]
    return np.where(own == nothing, NOBODY, own)
