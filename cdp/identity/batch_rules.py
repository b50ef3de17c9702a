"""The rules as they bear on a batch: what its elements have already, who is kept apart, who is one."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .graph import Bounds, Links, Tie
from .linking import NOBODY, Elements, Known, Nodes, elements_of, places_of
from .models import Verdict
from .rules import Rules, held_read, verdicts_read


def batch_rules(nodes: Nodes, known: Known, rules: Rules) -> tuple[Elements, Links, Bounds]:
    """What is to be settled: elements, their links, those that people's word adds among them, and their bounds."""
    waiting = verdicts_read(Verdict.Says.SAME)
    # Two that are both stored have been joined already, or could not be.
    waiting = waiting.filter(pc.or_(waiting["one_root"].is_null(), waiting["other_root"].is_null()))
    also = np.concatenate([waiting[end].drop_null().to_numpy() for end in ("one_root", "other_root")])
    elements = elements_of(nodes, known, rules.is_shared(nodes.types), also)
    same = _ends(waiting, nodes, elements)
    apart = _ends(verdicts_read(Verdict.Says.APART), nodes, elements)
    links = elements.links
    if len(same):
        ties = np.full(len(same), Tie.SAME, dtype=np.int8)
        links = Links(
            np.concatenate([links.left, same[:, 0]]),
            np.concatenate([links.right, same[:, 1]]),
            np.concatenate([links.tie, ties]),
        )
    bounds = _bounds(nodes, elements, links, rules)
    return elements, links, Bounds(bounds.counts, bounds.limits, bounds.strong, apart)


def _bounds(nodes: Nodes, elements: Elements, links: Links, rules: Rules) -> Bounds:
    new = elements.new
    place = np.array([_place(rules, slug) for slug in nodes.types], dtype=np.int64)
    kinds, owners = place[nodes.kind[new]], elements.of[new]
    numbers = np.ones(len(new), dtype=np.int64)
    apart = links.left != links.right
    meeting = places_of(np.concatenate([links.left[apart], links.right[apart]]), elements.count)
    meeting = meeting[meeting < len(elements.roots)]
    # What they have already bears on limits, and on links by what may be shared; most batches have neither.
    if len(meeting) and (rules.limits or (links.tie == Tie.SHARED).any()):
        held = held_read(elements.roots[meeting], rules)
        kinds = np.concatenate([held["type"].to_numpy(), kinds])
        numbers = np.concatenate([held["number"].to_numpy(), numbers])
        owners = np.concatenate([np.searchsorted(elements.roots, held["root"].to_numpy()), owners])
    return rules.bounds(kinds, numbers, owners, elements.count)


def _place(rules: Rules, slug: str) -> int:
    return rules.types.index(slug) if slug in rules.types else len(rules.types)


def _ends(verdicts: pa.Table, nodes: Nodes, elements: Elements) -> np.ndarray:
    """The two elements of each verdict both ends of which are among the elements."""
    if not verdicts.num_rows:
        return np.empty((0, 2), dtype=np.int64)
    one, other = (_elements_of_end(verdicts, end, nodes, elements) for end in ("one", "other"))
    there = (one != NOBODY) & (other != NOBODY)
    return np.stack([one[there], other[there]], axis=1)


def _elements_of_end(verdicts: pa.Table, end: str, nodes: Nodes, elements: Elements) -> np.ndarray:
    root = verdicts[f"{end}_root"].fill_null(NOBODY).to_numpy()
    found = np.full(len(root), NOBODY, dtype=np.int64)
    at = np.searchsorted(elements.roots, root)
    at[at == len(elements.roots)] = 0
    stored = (elements.roots[at] == root) if len(elements.roots) else np.zeros(len(root), dtype=bool)
    found[stored] = at[stored]
    for slug, values, start in zip(nodes.types, nodes.values, nodes.starts(), strict=False):
        place = pc.index_in(verdicts[f"{end}_value"], value_set=values).fill_null(NOBODY).to_numpy()
        ours = pc.equal(verdicts[f"{end}_type"], slug).to_numpy(zero_copy_only=False) & (place >= 0) & ~stored
        found[ours] = elements.of[start + place[ours]]
    return found
