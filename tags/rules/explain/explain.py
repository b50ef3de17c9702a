"""One customer and one rule: which conditions hold, what decided them, and what would turn the others.

A node's truth is that of `tags.rules.evaluate` over the customer's own rows, so an explanation and a membership
cannot differ in what a rule means. Only a rank is taken among everybody.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

import numpy as np

from ..canonical import canonical_measure
from ..catalog import Catalog
from ..evaluate import Evaluation, Members
from ..nodes import (
    ANY_EVENT,
    All,
    AnyOf,
    Attribute,
    AttributeOf,
    Event,
    First,
    Leaf,
    Measure,
    MeasureOf,
    Node,
    Not,
    Occurrence,
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
from ..operators import Operator, operator
from ..rank import places
from ..sample import SPACE, salted
from ..value_kinds import NUMBER, tag_kind
from ..values import arguments
from ..walk import leaves, references, wheres_of
from ..windows import Moment
from .measures import Asked, MeasureChanges
from .nodes import Change, ChangeKind, Explained
from .observed import Customer, Observed
from .one_customer import CustomerLake, Lake
from .patterns import PatternChanges, properties_of
from .saying import Speaker, is_number, leaf_kind
from .targets import CENT, fractions, targets


class Explainer:
    """Explains any number of rules for one customer at one moment; equal conditions are asked once."""

    def __init__(
        self,
        *,
        customer_id: int,
        lake: Lake,
        moment: Moment,
        members: Members,
        catalog: Catalog,
        language: str = "zh-hans",
    ) -> None:
        self.customer_id, self.catalog, self.members = customer_id, catalog, members
        self.narrow = CustomerLake(lake, customer_id)
        self.one = Evaluation(lake=self.narrow, moment=moment, members=members)
        self.whole = Evaluation(lake=lake, moment=moment, members=members)
        self.customer = Customer(self.narrow, moment)
        self.moment = moment
        self.speaker = Speaker(catalog, moment, language)
        self.say = self.speaker.say
        self.measures = MeasureChanges(self.customer, self.speaker)
        self.patterns = PatternChanges(self.customer, self.speaker)

    def prepare(self, rules: Iterable[Node]) -> None:
        """Find out together what these rules ask of the customer's events, before they are asked one by one."""
        asked = list(rules)
        found = [references(rule) for rule in asked]
        events = frozenset[str]().union(*(one.events for one in found))
        self.narrow.events_read({ANY_EVENT} if any(one.all_events for one in found) else events)
        own = [leaf for rule in asked for leaf in leaves(rule) if not isinstance(leaf, Rank)]
        if events or any(one.all_events for one in found):
            self.narrow.wheres_read(wheres_of(own), self.moment)
        self.one.prepare(own)

    def node(self, node: Node, *, wanted: bool = True) -> Explained:
        match node:
            case All(items) | AnyOf(items):
                found = tuple(self.node(item, wanted=wanted) for item in items)
                holds = (all if isinstance(node, All) else any)(item.holds for item in found)
                return Explained(leaf_kind(node), self.speaker.node(node), holds, wanted, items=found)
            case Not(item):
                inside = self.node(item, wanted=not wanted)
                return Explained("not", self.speaker.node(node), not inside.holds, wanted, items=(inside,))
            case Property():
                raise ValueError("properties stand only in where")
            case _:
                return self._leaf(node, wanted)

    def measure(self, what: Measure) -> Explained:
        """A measure by itself; it holds when the customer has a value of it."""
        observed, properties = self.customer.measure(what), self._properties(what)
        return Explained(
            kind="measure",
            sentence=self.speaker.time.timed(self.speaker.measure(what), what.window),
            holds=observed.value is not None,
            wanted=True,
            observed=self.speaker.value(observed),
            window=self.speaker.span_of(what.window),
            events=self.speaker.seen(self.customer.taken_over(what, properties), properties),
        )

    def _leaf(self, leaf: Leaf, wanted: bool) -> Explained:
        evaluation = self.whole if isinstance(leaf, Rank) else self.one
        holds = self.customer_id in evaluation.of(leaf)
        found = self._seen(leaf, wanted)
        return replace(found, holds=holds, change=None if holds == wanted else found.change)

    def _seen(self, leaf: Leaf, wanted: bool) -> Explained:
        """Everything about a leaf but whether it holds."""
        blank = Explained(leaf_kind(leaf), self.speaker.node(leaf), holds=False, wanted=wanted)
        match leaf:
            case Attribute(slug, test):
                return self._attribute(blank, slug, test)
            case Event(measure, test):
                return self._event(blank, measure, test)
            case Sequence() | Regular() | First() | Stopped() | Resumed():
                found = self.patterns.behaviour(leaf, wanted)
                return replace(
                    blank,
                    observed=found.observed,
                    threshold=found.threshold,
                    window=found.window,
                    change=found.change,
                    events=self.speaker.seen(found.events, found.properties),
                )
            case Tag(slug, test):
                return self._tag(blank, slug, test)
            case Segment(slug):
                inside = self.customer_id in self.members.segment(slug)
                return self._member(blank, self.say.member if inside else self.say.no_member)
            case OnList(slug):
                inside = self.customer_id in self.members.list(slug)
                return self._member(blank, self.say.on_list if inside else self.say.no_list)
            case Sample():
                return self._sample(blank, leaf)
            case Rank():
                return self._rank(blank, leaf)
            case _:
                assert_never(leaf)

    # Attributes

    def _attribute(self, blank: Explained, slug: str, test: Test) -> Explained:
        field = self.catalog.attributes[slug]
        observed = self.customer.attribute(slug)
        right = self._right(test, observed.kind)
        return replace(
            blank,
            observed=self.speaker.value(observed, field.values),
            threshold=self._threshold(field.kind, test, field.values),
            window=self.speaker.span_of(test.value.measure.window) if isinstance(test.value, MeasureOf) else "",
            change=self._set(blank, observed, test, right),
        )

    def _set(self, blank: Explained, observed: Observed, test: Test, args: tuple | None) -> Change:
        template = self.say.set if blank.wanted else self.say.unset
        to = self._example(observed, test, args, blank.wanted)
        return Change(ChangeKind.SET, template.format(sentence=blank.sentence), to=to)

    def _example(self, observed: Observed, test: Test, args: tuple | None, wanted: bool) -> Any:
        """A value that would do, where one can be named."""
        row = operator(test.op, observed.kind)
        if row is None or row.presence is not None:
            return None
        if observed.kind in NUMBER and args:
            step = CENT if observed.kind == "money" else None
            found = targets(row, args, observed.number, wanted=wanted, step=step)
            nearest = found.up if found.up is not None else found.down
            return None if nearest is None else Decimal(nearest.numerator) / Decimal(nearest.denominator)
        if observed.kind == "boolean":
            return (test.op == "is_true") == wanted
        if test.op in ("is", "in", "contains", "starts_with", "ends_with") and wanted and args:
            return args[0]
        return None

    # Measures

    def _event(self, blank: Explained, measure: Measure, test: Test) -> Explained:
        observed = self.customer.measure(measure)
        properties = self._properties(measure)
        row = _row(test.op, observed.kind)
        threshold = self._threshold(observed.kind, test, {})
        args = None if moves_along(measure, test) else self._right(test, observed.kind)
        asked = Asked(measure, row, args, observed, threshold, blank.wanted)
        return replace(
            blank,
            observed=self.speaker.value(observed),
            threshold=threshold,
            window=self.speaker.span_of(measure.window),
            change=self.measures.change(asked),
            events=self.speaker.seen(self.customer.taken_over(measure, properties), properties),
        )

    def _properties(self, measure: Measure) -> tuple[str, ...]:
        own = () if measure.property is None else (measure.property,)
        return tuple(dict.fromkeys((*own, *properties_of([Occurrence(measure.events, measure.where)]))))

    def _right(self, test: Test, kind: str) -> tuple[Fraction, ...] | tuple | None:
        """The right-hand side as the operator takes it, numbers exactly; None when there is none to compare."""
        match test.value:
            case AttributeOf(slug):
                other = self.customer.attribute(slug).number
                return None if other is None else (other,)
            case MeasureOf(measure, times):
                other = self.customer.measure(measure).number
                return None if other is None else (other * Fraction(times),)
        args = arguments(_row(test.op, kind), kind, test, self.moment)
        return fractions(args) if is_number(kind) else args if kind == "text" else None

    def _threshold(self, kind: str, test: Test, values: Any) -> str:
        """With what the other value is, where the right-hand side is another one of the customer's."""
        said = self.speaker.threshold(kind, test, values)
        match test.value:
            case AttributeOf(slug):
                other = self.customer.attribute(slug)
            case MeasureOf(measure, times):
                other = self.customer.measure(measure)
                if other.number is not None:
                    other = Observed(other.kind, other.number * Fraction(times))
            case _:
                return said
        return self.speaker.words.grouped.format(item=self.speaker.value(other)).join((f"{said} ", ""))

    # Tags, segments, lists

    def _tag(self, blank: Explained, slug: str, test: Test) -> Explained:
        info = self.catalog.tags[slug]
        labels, numbers = self.members.tag_values(slug), self.members.tag_numbers(slug)
        kind = tag_kind(test, has_numbers=numbers is not None, has_labels=numbers is None or bool(labels))
        if kind == "number" and numbers is not None:
            ids = numbers["customer_id"].to_numpy()
            own = numbers["value"].to_numpy()[ids == self.customer_id]
            observed = Observed(kind, Fraction(float(own[0])) if len(own) and np.isfinite(own[0]) else None)
            said = self.speaker.value(observed)
        else:
            held = [value for value, members in labels.items() if self.customer_id in members]
            said = self.speaker.value(Observed("list", held), info.values) if held else self.say.no_tag
        template, change = (self.say.join, ChangeKind.JOIN) if blank.wanted else (self.say.leave, ChangeKind.LEAVE)
        return replace(
            blank,
            observed=said,
            threshold=self.speaker.threshold(kind, test, info.values),
            change=Change(change, template.format(sentence=blank.sentence)),
        )

    def _member(self, blank: Explained, observed: str) -> Explained:
        template, kind = (self.say.join, ChangeKind.JOIN) if blank.wanted else (self.say.leave, ChangeKind.LEAVE)
        return replace(blank, observed=observed, change=Change(kind, template.format(sentence=blank.sentence)))

    # Among others

    def _sample(self, blank: Explained, leaf: Sample) -> Explained:
        place = int(salted(leaf.salt, np.array([self.customer_id], dtype=np.uint32))[0])
        percent = Decimal(place * 10000 // SPACE) / 100
        return replace(
            blank,
            observed=self.say.place.format(n=percent),
            threshold=self.say.between.format(low=_percent(leaf.low), high=_percent(leaf.high)),
            change=Change(ChangeKind.NEVER, self.say.never_sample),
        )

    def _rank(self, blank: Explained, leaf: Rank) -> Explained:
        having = self.whole.having(canonical_measure(leaf.measure))
        ids, values = having.ids, having.values
        order = np.lexsort((ids, values if leaf.bottom else -values))
        chosen = places(leaf, len(ids))
        kind = self.customer.measure(leaf.measure).kind
        properties = self._properties(leaf.measure)
        events = self.customer.taken_over(leaf.measure, properties)
        return replace(
            blank,
            observed=self._ranked(ids[order], values[order], kind),
            threshold=self.say.rank_top.format(n=chosen),
            window=self.speaker.span_of(leaf.measure.window),
            change=self._overtake(blank.wanted, values[order][:chosen], kind),
            events=self.speaker.seen(events, properties),
        )

    def _ranked(self, ids: np.ndarray, values: np.ndarray, kind: str) -> str:
        (place,) = np.nonzero(ids == self.customer_id)
        if not len(place):
            return self.say.no_rank
        value = self._amount(float(values[place[0]]), kind)
        return self.say.ranked.format(value=value, of=f"{len(ids):,}", n=f"{int(place[0]) + 1:,}")

    def _overtake(self, wanted: bool, chosen: np.ndarray, kind: str) -> Change:
        n = f"{len(chosen):,}"
        if not wanted:
            return Change(ChangeKind.REACH, self.say.unrank.format(n=n))
        value = self._amount(float(chosen[-1]), kind) if len(chosen) else self.say.nothing
        return Change(ChangeKind.REACH, self.say.rank.format(n=n, value=value))

    def _amount(self, value: float, kind: str) -> str:
        if not np.isfinite(value):
            return str(value)
        return self.speaker.number(Fraction(value), money=kind == "money")


def _row(op: str, kind: str) -> Operator:
    row = operator(op, kind)
    if row is None:
        raise ValueError(f"{op} does not fit {kind}")
    return row


def moves_along(measure: Measure, test: Test) -> bool:
    """Whether what would raise a measure may raise the one it is compared with too."""
    if not isinstance(test.value, MeasureOf):
        return False
    one, other = set(measure.events), set(test.value.measure.events)
    return bool(one & other) or ANY_EVENT in one | other


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"
