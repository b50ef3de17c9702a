"""How many fit each condition and group of a form by itself, and which condition cuts most. Beside the count of the
whole, whose leaves are kept by then (`ANSWERS`), so that what is left is set algebra."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import and_
from typing import Any

from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import UserError
from cdp.store.lake import snapshot

from . import membership
from .answers import ANSWERS, held_columns
from .moments import moment_of
from .rules.catalog import Catalog
from .rules.evaluate import Evaluation
from .rules.nodes import Node
from .rules.validate import read_rule


@dataclass(frozen=True)
class PartCount:
    """`without`: how many its group would have without it, told of the one of which that is most."""

    count: int
    universe: int
    without: int | None = None

    @property
    def share(self) -> float:
        return self.count / self.universe if self.universe else 0


def part_counts(
    viewer: Viewer, known: Catalog, parts: Mapping[str, Any], groups: Mapping[str, list[str]]
) -> dict[str, PartCount]:
    """`parts`: form path → rule JSON; what cannot be read is left out. `groups`: those of which all must be true →
    the paths of their parts. Counts are exact, over the customers the viewer may see."""
    nodes = {path: node for path, rule in parts.items() if (node := _read(rule, known)) is not None}
    if not nodes:
        return {}
    with snapshot() as lake:
        members, held = membership.CurrentMembers(), held_columns(lake)
        evaluation = Evaluation(lake=lake, moment=moment_of(), members=members, answers=ANSWERS, held=held)
        evaluation.prepare(list(nodes.values()))
        found = {path: evaluation.of(node) for path, node in nodes.items()}
        universe = lake.universe()
    if (allowed := membership.scope(viewer)) is not None:
        found = {path: members & allowed for path, members in found.items()}
        universe = universe & allowed
    cuts = dict(_cut(paths, found) for paths in groups.values() if len(paths) > 1 and found.keys() >= set(paths))
    return {path: PartCount(len(members), len(universe), cuts.get(path)) for path, members in found.items()}


def _read(rule: Any, known: Catalog) -> Node | None:
    try:
        return read_rule(rule, known)
    except UserError:
        return None


def _cut(paths: list[str], found: Mapping[str, BitMap]) -> tuple[str, int | None]:
    """The part without which most would be left, and how many; None for how many where it takes nobody away."""
    members = [found[path] for path in paths]
    before = list(accumulate(members, and_))
    after = list(reversed(list(accumulate(reversed(members), and_))))
    middle = [one.intersection_cardinality(other) for one, other in zip(before, after[2:], strict=False)]
    left = [len(after[1]), *middle, len(before[-2])]
    most = max(range(len(left)), key=left.__getitem__)
    return paths[most], left[most] if left[most] > len(before[-1]) else None
