"""Rules → bitmaps of customers: leaves are queried once each, groups are set algebra."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import Any, Protocol, assert_never

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, bitmap_of_mask, ids_of_bitmap

from .answers import Answers
from .canonical import canonical, canonical_measure
from .compile import Compiled, compile_leaf, compile_measure
from .compile_events import scope_of
from .compile_measures import ZERO_WITHOUT_EVENTS
from .having import Advance, Having
from .held_columns import HeldColumns
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
from .questions import Question
from .rank import ranked
from .sameness import asked_alike
from .sample import sampled
from .shared import Asked, PartLake, answered, questions
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

    @property
    def version(self) -> str:
        """Another one for any other state of the data."""


class Members(Protocol):
    """Who has which tag value, and who is in a segment or on a list, now."""

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        """Each label of a tag with its customers (empty for a measure without bins)."""

    def tag_numbers(self, slug: str) -> pa.Table | None:
        """customer_id and value of a measure tag; None for a tag of labels."""

    def segment(self, slug: str) -> BitMap: ...

    def list(self, slug: str) -> BitMap: ...


def evaluate(
    node: Node,
    *,
    lake: Lake,
    moment: Moment,
    members: Members,
    answers: Answers | None = None,
    held: HeldColumns | None = None,
) -> BitMap:
    """The customers a rule is true for."""
    return Evaluation(lake=lake, moment=moment, members=members, answers=answers, held=held).of(node)


class Carrier(Protocol):
    """Answers of an earlier moment, brought up to date."""

    def answers(self, wanted: Collection[Asked]) -> tuple[dict[Node, BitMap], dict[Measure, Having]]:
        """Those of the wanted ones it has. Of a sum or a count the numbers may say 0 of who has none."""

    def having(self, wanted: Collection[Measure]) -> dict[Measure, Having]:
        """Those of the wanted ones it has, and only of who has them."""

    def advance(self, measure: Measure) -> Advance | None:
        """Whose number may be another one than before; None where it may be anybody's."""


class Evaluation:
    """Evaluates any number of rules at one moment over one view of the data; equal leaves are asked once.

    With `answers`, what was asked of the same data before is not asked again; with `held`, what is read stays in
    memory for the next question; `carriers` know what was asked of other data before.
    """

    carriers: Collection[Carrier] = ()

    def __init__(
        self,
        *,
        lake: Lake,
        moment: Moment,
        members: Members,
        answers: Answers | None = None,
        held: HeldColumns | None = None,
    ) -> None:
        self.lake = lake
        self.moment = moment
        self.members = members
        self.answers = answers
        self.held = held
        self._asked: dict[Node, BitMap] = {}
        self._measured: dict[Measure, Having] = {}
        # The same, with 0 for some or all of those who have none.
        self._filled: dict[Measure, Having] = {}

    def of(self, node: Node) -> BitMap:
        """The customers a rule is true for."""
        same = canonical(node)
        if any(leaf not in self._asked for leaf in leaves(same)):
            self.prepare([same])
        return BitMap(self._node(same))

    def measure(self, what: Measure) -> pa.Table:
        """customer_id (uint32) and value (float64), sorted by customer.

        Sums and counts are 0 for every customer without matching events; other measures leave them out.
        """
        measure = canonical_measure(what)
        self.prepare([measure])
        having = self._filled.get(measure) or self.having(measure)
        ids, values = having.ids, having.values
        if what.agg in ZERO_WITHOUT_EVENTS:
            everyone = ids_of_bitmap(self.lake.universe())
            ids, values = everyone, _spread(having, everyone)
        return pa.table({"customer_id": ids, "value": values})

    def prepare(self, rules: Collection[Node | Measure]) -> None:
        """Answer what these rules and measures ask of events together, before they are asked one by one."""
        wanted = self._missing(self._not_carried(rules))
        if wanted:
            self._ask(wanted)
        self._ranks_settle(rules)

    def _ask(self, wanted: set[Node | Measure]) -> None:
        asked = questions(wanted, self.lake, self.moment, self.held is not None)
        alone = [leaf for leaf in wanted - asked.keys() if isinstance(leaf, Compiled)]
        if not self.lake.by_parts or len(wanted) == 1:
            alone = []  # Nothing else to do meanwhile.
        with ThreadPoolExecutor(1) as other:
            waiting = {leaf: other.submit(copy_context().run, self._queried, leaf) for leaf in alone}
            self._answer(self._unanswered(asked))
            self._asked |= {leaf: found.result() for leaf, found in waiting.items()}

    def _not_carried(self, rules: Collection[Node | Measure]) -> set[Node | Measure]:
        """What there is to ask, once the carriers have been asked. What a rank measures is asked apart: the numbers
        of a tag say 0 for those who have none."""
        if not self.carriers:
            return set().union(*map(asked_in, rules))
        measures = {canonical_measure(rule) for rule in rules if isinstance(rule, Measure)}
        named = set().union(*(asked_in(rule) for rule in rules if not isinstance(rule, Measure)))
        ranked = {one for one in named if isinstance(one, Measure)}
        for carrier in self.carriers:
            self._measured |= carrier.having({one for one in ranked | measures if one not in self._measured})
            asked, filled = carrier.answers(self._missing((named - ranked) | (measures - self._filled.keys())))
            self._asked |= asked
            self._filled |= filled
        return named | (measures - self._filled.keys())

    def _missing(self, wanted: set[Node | Measure]) -> set[Node | Measure]:
        """Those not asked yet. Looked up one by one: taking all that is known away hashes all of it."""
        return {one for one in wanted if one not in self._asked and one not in self._measured}

    def advance(self, what: Measure) -> Advance | None:
        """What became of the numbers of an earlier result; None where there is none to compare with."""
        measure = canonical_measure(what)
        found = next(filter(None, (carrier.advance(measure) for carrier in self.carriers)), None)
        if found is None or what.agg not in ZERO_WITHOUT_EVENTS:
            return found
        everyone = ids_of_bitmap(found.touched & self.lake.universe())
        return replace(found, having=Having(everyone, _spread(found.having, everyone)))

    def known(self, leaf: Node) -> BitMap | None:
        """What was found of a leaf, once it was asked."""
        return self._asked.get(leaf)

    def measured(self, what: Measure) -> Having | None:
        """What was found of a canonical measure, until it is forgotten."""
        return self._measured.get(what)

    def _ranks_settle(self, rules: Iterable[Node | Measure]) -> None:
        """Ranks of what was measured, so that the numbers need not stay."""
        if not self._measured:
            return
        conditions = [canonical(rule) for rule in rules if not isinstance(rule, Measure)]
        for leaf in chain(*map(leaves, conditions)):
            if (
                isinstance(leaf, Rank)
                and leaf not in self._asked
                and canonical_measure(leaf.measure) in self._measured
            ):
                self._asked[leaf] = self._ranked(leaf) & self.lake.universe()

    def measures_forget(self) -> None:
        """Make room: what was measured is asked again when it is needed again."""
        self._measured.clear()
        self._filled.clear()

    def _answer(self, asked: dict[Asked, Question]) -> None:
        everyone = self.lake.universe()
        size = everyone.max() + 1 if everyone else 0
        for one, found in answered(asked, self.lake, self.moment, size, self.held):
            if isinstance(one, Measure):
                self._measured[one] = _live(np.flatnonzero(~np.isnan(found)), found, everyone)
            else:
                self._asked[one] = bitmap_of_mask(found) & everyone
                self._keep(one, asked[one], self._asked[one])

    def _unanswered(self, asked: dict[Asked, Question]) -> dict[Asked, Question]:
        """Take what is kept; gives what is still to be asked."""
        if self.answers is None:
            return asked
        for one, what in asked.items():
            if not isinstance(one, Measure):
                kept = self.answers.get(self.lake.version, self._key(one, what))
                if kept is not None:
                    self._asked[one] = kept
        return {one: what for one, what in asked.items() if one not in self._asked}

    def _key(self, leaf: Node, what: Question | None) -> Hashable:
        return asked_alike(leaf, what, self.moment, self.lake.parts(None))

    def _keep(self, leaf: Node, what: Question | None, found: BitMap) -> None:
        if self.answers is not None:
            self.answers.put(self.lake.version, self._key(leaf, what), found)

    def having(self, what: Measure) -> Having:
        """Who has a measure, which is canonical, and how much."""
        self.prepare([what])
        if what not in self._measured:
            rows = self.lake.frame(
                compile_measure(what, self.lake.tables, self.moment), scope=scope_of(what, self.moment)
            )
            ids, values = rows["customer_id"].to_numpy(), rows["value"].cast(pa.float64()).to_numpy()
            order = np.argsort(ids)
            dense = np.full(int(ids.max()) + 1 if len(ids) else 0, np.nan)
            dense[ids] = values
            self._measured[what] = _live(ids[order], dense, self.lake.universe())
        return self._measured[what]

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
            case Rank():
                return self._ranked(leaf)
            case Sample():
                return bitmap_of_ids(sampled(leaf, ids_of_bitmap(self.lake.universe())))
            case Tag(slug, test):
                return self._tag(slug, test)
            case Segment(slug):
                return self.members.segment(slug)
            case OnList(slug):
                return self.members.list(slug)
            case _:
                assert_never(leaf)

    def _ranked(self, rank: Rank) -> BitMap:
        having = self.having(canonical_measure(rank.measure))
        return bitmap_of_ids(ranked(rank, having.ids, having.values))

    def _queried(self, leaf: Compiled) -> BitMap:
        kept = None if self.answers is None else self.answers.get(self.lake.version, self._key(leaf, None))
        if kept is not None:
            return kept
        query = compile_leaf(leaf, self.lake.tables, self.moment)
        found = bitmap_of_ids(self.lake.ids(query.expr, scope=query.scope)) & self.lake.universe()
        found = self.lake.universe() - found if query.complement else found
        self._keep(leaf, None, found)
        return found

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
            having = bitmap_of_ids(_ids(numbers))
            return having if row.presence else self.lake.universe() - having
        return bitmap_of_ids(_ids(numbers)[row.test(numbers["value"].to_numpy(), args)])


def _ids(numbers: pa.Table) -> Any:
    return pc.cast(numbers["customer_id"], pa.uint32()).to_numpy()


def asked_in(rule: Node | Measure) -> set[Node | Measure]:
    """What a rule asks of the data: its leaves, and for a rank its measure."""
    if isinstance(rule, Measure):
        return {canonical_measure(rule)}
    return {leaf.measure if isinstance(leaf, Rank) else leaf for leaf in leaves(canonical(rule))}


def _live(ids: np.ndarray, dense: np.ndarray, everyone: BitMap) -> Having:
    """Cut to the universe; `dense` holds the numbers by customer id."""
    live = ids[np.isin(ids, ids_of_bitmap(everyone), assume_unique=True)].astype(np.uint32)
    return Having(live, dense[live])


def _spread(having: Having, everyone: np.ndarray) -> np.ndarray:
    """Everybody's number, 0 for those who have none."""
    if len(having.ids) == len(everyone):
        return having.values
    dense = np.zeros(int(everyone[-1]) + 1)
    dense[having.ids] = having.values
    return dense[everyone]
