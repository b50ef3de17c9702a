"""Rules → bitmaps of customers: leaves are queried once each, groups are set algebra."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Protocol, assert_never

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap

from .canonical import canonical
from .compile import Compiled, compile_leaf, compile_measure
from .compile_events import scope_of
from .compile_measures import ZERO_WITHOUT_EVENTS
from .nodes import (
    All,
    AnyOf,
    Attribute,
    Event,
    First,
    Leaf,
    Measure,
    Node,
    Not,
    OnList,
    Property,
    Rank,
    Regular,
    Resumed,
    Sample,
    Segment,
    Sequence,
    Stopped,
    Tag,
    Test,
)
from .operators import operator
from .queries import Scope
from .rank import ranked
from .sample import sampled
from .shared import PartLake, answered
from .sides import LabelSide
from .value_kinds import LABEL, tag_kind
from .values import arguments
from .walk import leaves
from .windows import Moment


class Lake(PartLake, Protocol):
    """A consistent view of the data; `cdp.store.lake` gives one."""

    def ids(self, expr: ir.Table, *, scope: Scope | None) -> np.ndarray: ...

    def frame(self, expr: ir.Table, *, scope: Scope | None) -> pa.Table: ...

    def universe(self) -> BitMap: ...


class Members(Protocol):
    """Who has which tag value, and who is in a segment or on a list, now."""

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        """Each label of a tag with its customers (empty for a measure without bins)."""

    def tag_numbers(self, slug: str) -> pa.Table | None:
        """customer_id and value of a measure tag; None for a tag of labels."""

    def segment(self, slug: str) -> BitMap: ...

    def list(self, slug: str) -> BitMap: ...


def evaluate(node: Node, *, lake: Lake, moment: Moment, members: Members) -> BitMap:
    """The customers a rule is true for."""
    return Evaluation(lake=lake, moment=moment, members=members).of(node)


def measure(what: Measure, *, lake: Lake, moment: Moment) -> pa.Table:
    """customer_id (uint32) and value (float64), sorted by customer.

    Sums and counts are 0 for every customer without matching events; other measures leave them out.
    """
    ids, values = _having(what, lake, moment)
    if what.agg in ZERO_WITHOUT_EVENTS:
        rest = np.setdiff1d(_everyone(lake), ids, assume_unique=True)
        ids, values = np.concatenate([ids, rest]), np.concatenate([values, np.zeros(len(rest))])
    order = np.argsort(ids)
    return pa.table({"customer_id": ids[order], "value": values[order]})


def _having(what: Measure, lake: Lake, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
    """The live customers with matching events who have the measure, and its values."""
    found = lake.frame(compile_measure(what, lake.tables, moment), scope=scope_of(what, moment))
    ids = found["customer_id"].to_numpy().astype(np.uint32)
    values = found["value"].cast(pa.float64()).to_numpy()
    live = np.isin(ids, _everyone(lake))
    return ids[live], values[live]


def _everyone(lake: Lake) -> np.ndarray:
    return ids_of_bitmap(lake.universe())


class Evaluation:
    """Evaluates any number of rules at one moment over one view of the data; equal leaves are asked once."""

    def __init__(self, *, lake: Lake, moment: Moment, members: Members) -> None:
        self.lake = lake
        self.moment = moment
        self.members = members
        self._asked: dict[Node, BitMap] = {}

    def of(self, node: Node) -> BitMap:
        """The customers a rule is true for."""
        self.prepare([node])
        return BitMap(self._node(canonical(node)))

    def prepare(self, nodes: Iterable[Node]) -> None:
        """Answer what these rules ask of events together, before they are asked one by one."""
        wanted = {leaf for node in nodes for leaf in leaves(canonical(node))} - self._asked.keys()
        everyone = self.lake.universe()
        size = everyone.max() + 1 if everyone else 0
        for leaf, found in answered(wanted, self.lake, self.moment, size).items():
            self._asked[leaf] = found & everyone

    def _node(self, node: Node) -> BitMap:
        match node:
            case All(items):
                return reduce(and_, map(self._node, items))
            case AnyOf(items):
                return reduce(or_, map(self._node, items))
            case Not(item):
                return self.lake.universe() - self._node(item)
            case Property():
                raise ValueError("properties stand only in where")
            case _:
                if node not in self._asked:
                    self._asked[node] = self._leaf(node) & self.lake.universe()
                return self._asked[node]

    def _leaf(self, leaf: Leaf) -> BitMap:
        match leaf:
            case Attribute() | Event() | Sequence() | Regular() | First() | Stopped() | Resumed():
                return self._queried(leaf)
            case Rank(what):
                return BitMap(ranked(leaf, *_having(what, self.lake, self.moment)))
            case Sample():
                return BitMap(sampled(leaf, _everyone(self.lake)))
            case Tag(slug, test):
                return self._tag(slug, test)
            case Segment(slug):
                return self.members.segment(slug)
            case OnList(slug):
                return self.members.list(slug)
            case _:
                assert_never(leaf)

    def _queried(self, leaf: Compiled) -> BitMap:
        query = compile_leaf(leaf, self.lake.tables, self.moment)
        found = bitmap_of_ids(self.lake.ids(query.expr, scope=query.scope))
        return self.lake.universe() - found if query.complement else found

    def _tag(self, slug: str, test: Test) -> BitMap:
        labels, numbers = self.members.tag_values(slug), self.members.tag_numbers(slug)
        kind = tag_kind(test, has_numbers=numbers is not None, has_labels=numbers is None or bool(labels))
        row = operator(test.op, kind)
        if row is None:
            raise ValueError(f"{test.op} does not fit tag {slug}")
        args = arguments(row, kind, test, self.moment)
        if kind == LABEL:
            return row.test(LabelSide(labels, self.lake.universe()), args)
        assert numbers is not None
        if row.presence is not None:
            having = BitMap(_ids(numbers))
            return having if row.presence else self.lake.universe() - having
        return BitMap(_ids(numbers)[row.test(numbers["value"].to_numpy(), args)])


def _ids(numbers: pa.Table) -> Any:
    return pc.cast(numbers["customer_id"], pa.uint32()).to_numpy()
