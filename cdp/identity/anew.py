"""Working out anew who is who among some customers, from everything that was ever shown and said of them.

Batches are taken in their order, and what people said in its place among them, so the outcome is that of telling
the whole story from the start, as it stands now: without what was undone, and with what is kept apart.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cdp.store.bulk import CHUNK_ROWS, among, rows_read
from cdp.store.customers import members_read, roots_of
from cdp.store.models import Batch
from cdp.store.sightings import sightings_about, sightings_of

from .graph import Bounds, Links, Settled, Tie, settle
from .known import units_read
from .linking import NOBODY, NOTHING, least
from .models import Verdict
from .rules import Rules, rules_read, verdicts_read

NAMES = pa.schema([("id", pa.int64()), ("type", pa.int64()), ("value", pa.string())])


@dataclass(frozen=True)
class Story:
    """All there is about some customers.

    `rows` (id, root) are their rows, sorted; `id`, `origin`, `primary`, `kind`, `batch` are of their identifiers,
    sorted by id, without those that are `gone`. Elements are the identifiers, then the rows. `when[i]` is the batch
    a link belongs to; `first[k]` the first that shows identifier k, NOBODY where none does.
    """

    rows: pa.Table
    id: np.ndarray
    origin: np.ndarray
    primary: np.ndarray
    kind: np.ndarray
    batch: np.ndarray
    gone: np.ndarray
    first: np.ndarray
    links: Links
    when: np.ndarray
    bounds: Bounds
    rules: Rules

    @property
    def count(self) -> int:
        return len(self.id) + self.rows.num_rows

    def settled(self) -> Settled:
        return settle(self.count, self.links, self.bounds, self._order)

    def _order(self, places: np.ndarray) -> np.ndarray:
        """As the batches came; in one batch as `linking.in_node_order` has it: by type, then by value."""
        left, right, tie = (side[places] for side in (self.links.left, self.links.right, self.links.tie))
        rank = self._ranks(np.unique(np.concatenate([left, right])))
        return places[np.lexsort([rank[left], rank[right], tie, self.when[places]])]

    def _ranks(self, elements: np.ndarray) -> np.ndarray:
        """By element, its place among these by type and value."""
        named = elements[elements < len(self.id)]
        names = names_read(self.id[named], self.rules)
        rank = np.zeros(self.count, dtype=np.int64)
        order = names.sort_by([("type", "ascending"), ("value", "ascending")])["id"].to_numpy()
        rank[np.searchsorted(self.id, order)] = np.arange(len(order))
        return rank


def names_read(ids: np.ndarray, rules: Rules) -> pa.Table:
    """id, type (its place among the rules' types), value of identifiers."""
    sql = f"SELECT i.id AS id, {rules.number_sql} AS type, i.value AS value FROM identity_identifier i"
    if len(ids) > CHUNK_ROWS:
        names = rows_read(sql, NAMES)
        return names.filter(np.isin(names["id"].to_numpy(), ids))
    where, value = among("i.id", ids.tolist())
    return rows_read(f"{sql} WHERE {where}", NAMES, [value])


def story_read(roots: np.ndarray, *, without: Batch | None = None) -> Story:
    """Of these customers, and of everybody whose links to them were ever refused."""
    rules = rules_read()
    same, apart = verdicts_read(Verdict.Says.SAME), verdicts_read(Verdict.Says.APART)
    rows, stored, shown = _reach(roots, same, without)
    seen = sightings_of(without) if without else NOTHING
    ids = stored["id"].to_numpy()
    stays = np.isin(ids, shown["identifier_id"].to_numpy()) | ~np.isin(ids, seen)
    gone, stored = ids[~stays], stored.filter(stays).sort_by("id")
    ids, rows = stored["id"].to_numpy(), rows.sort_by("id")
    parts = _Parts(
        ids, stored["origin"].to_numpy(), stored["primary"].to_numpy() == 1, rows["id"].to_numpy(), shown
    )
    kind = units_kind(ids, rules)
    links, when = parts.links(same, rules.is_shared(rules.types), kind)
    numbers, count = np.ones(len(ids), dtype=np.int64), len(ids) + rows.num_rows
    free = rules.bounds(kind, numbers, np.arange(len(ids)), count)
    bounds = Bounds(free.counts, free.limits, free.strong, parts.ends(apart)[1])
    return Story(
        rows,
        ids,
        parts.origin,
        parts.primary,
        kind,
        stored["batch"].to_numpy(),
        gone,
        parts.first,
        links,
        when,
        bounds,
        rules,
    )


def units_kind(ids: np.ndarray, rules: Rules) -> np.ndarray:
    """The place of the type of each identifier (sorted by id) among the rules' types."""
    schema = pa.schema([("id", pa.int64()), ("type", pa.int64())])
    sql = f"SELECT i.id AS id, {rules.number_sql} AS type FROM identity_identifier i"
    if len(ids) > CHUNK_ROWS:
        found = rows_read(sql, schema)
        found = found.filter(np.isin(found["id"].to_numpy(), ids))
    else:
        where, value = among("i.id", ids.tolist())
        found = rows_read(f"{sql} WHERE {where}", schema, [value])
    return found.sort_by("id")["type"].to_numpy()


def _reach(roots: np.ndarray, same: pa.Table, without: Batch | None) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Rows, identifiers and sightings of these customers and of all that links, refused or not, lead to."""
    while True:
        rows = members_read(roots)
        stored = units_read("origin_id", rows["id"].to_numpy())
        ids = stored["id"].to_numpy()
        shown = sightings_about(ids, without=without)
        beyond = np.setdiff1d(shown["identifier_id"].to_numpy(), ids)
        further = roots_of(np.unique(units_read("id", beyond)["origin"].to_numpy())) if len(beyond) else NOTHING
        ends = [same[end].fill_null(NOBODY).to_numpy() for end in ("one_root", "other_root")]
        said = np.isin(ends, roots).any(axis=0) if len(ends[0]) else np.zeros(0, dtype=bool)
        wider = np.unique(np.concatenate([roots, further, ends[0][said], ends[1][said]]))
        wider = wider[wider >= 0]
        if len(wider) == len(np.unique(roots)):
            # What a killed writer showed and never stored is nobody's.
            return rows, stored, shown.filter(np.isin(shown["identifier_id"].to_numpy(), ids))
        roots = wider


class _Parts:
    """Identifiers and rows as elements, and what links them."""

    def __init__(
        self, ids: np.ndarray, origin: np.ndarray, primary: np.ndarray, rows: np.ndarray, shown: pa.Table
    ) -> None:
        self.ids, self.origin, self.primary, self.rows = ids, origin, primary, rows
        self.shown = np.searchsorted(ids, shown["identifier_id"].to_numpy()).astype(np.int64)
        self.batches = shown["batch_id"].to_numpy().astype(np.int64)
        self.groups = shown["group_id"].to_numpy().astype(np.int64)
        self.first = least(self.shown, self.batches, len(ids), NOBODY)

    def links(self, same: pa.Table, shared: np.ndarray, kind: np.ndarray) -> tuple[Links, np.ndarray]:
        """The links and the batch of each: what is beyond question first, what was shown, what people said."""
        given = np.flatnonzero(self.primary | (self.first == NOBODY))
        own = len(self.ids) + np.searchsorted(self.rows, self.origin[given])
        centre = self._centres()
        along = centre != self.shown
        shared = np.append(shared, False)
        ties = np.where(shared[kind[self.shown[along]]], Tie.SHARED, Tie.STRONG)
        places, ends = self.ends(same)
        after = same["after"].to_numpy()[places]
        shown = np.append(self.first, np.full(len(self.rows), NOBODY))
        said = np.maximum(after, shown[ends].max(axis=1, initial=NOBODY)) if len(ends) else NOTHING
        tie = [np.full(len(given), Tie.GIVEN), ties, np.full(len(ends), Tie.SAME)]
        links = Links(
            np.concatenate([given, centre[along], ends[:, 0]]),
            np.concatenate([own, self.shown[along], ends[:, 1]]),
            np.concatenate(tie).astype(np.int8),
        )
        return links, np.concatenate([np.full(len(given), NOBODY), self.batches[along], said])

    def _centres(self) -> np.ndarray:
        """By sighting, the identifier its group goes with: the one that names the group."""
        if not len(self.shown):
            return self.shown
        keys = np.unique(np.stack([self.batches, self.groups]), axis=1, return_inverse=True)[1].ravel()
        count = int(keys.max()) + 1
        named = self.ids[self.shown] == self.groups
        centre = least(keys[named], self.shown[named], count, NOBODY)
        centre = np.where(centre == NOBODY, least(keys, self.shown, count, NOBODY), centre)
        return centre[keys]

    def ends(self, verdicts: pa.Table) -> tuple[np.ndarray, np.ndarray]:
        """Which verdicts have both ends here, and the two elements of each."""
        one, other = (self._elements(verdicts, end) for end in ("one", "other"))
        there = np.flatnonzero((one != NOBODY) & (other != NOBODY))
        return there, np.stack([one[there], other[there]], axis=1)

    def _elements(self, verdicts: pa.Table, end: str) -> np.ndarray:
        identifier = verdicts[f"{end}_identifier"].fill_null(NOBODY).to_numpy()
        origin = verdicts[f"{end}_origin"].fill_null(NOBODY).to_numpy()
        found = np.where(np.isin(origin, self.rows), len(self.ids) + np.searchsorted(self.rows, origin), NOBODY)
        named = identifier != NOBODY
        at = np.searchsorted(self.ids, identifier)
        return np.where(named, np.where(np.isin(identifier, self.ids), at, NOBODY), found)
