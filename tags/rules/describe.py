"""A rule as a sentence, with the resolved boundaries of every window and their zone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from .catalog import FIXED, Catalog, Names, name_in
from .compile import ANY_TESTS
from .describe_places import plain, point, region_text
from .describe_time import TimeWords, day_or_clock, joined, minute
from .nodes import (
    ANY_EVENT,
    Agg,
    All,
    AnyOf,
    Attribute,
    AttributeOf,
    Circle,
    Event,
    First,
    Measure,
    MeasureOf,
    Node,
    Not,
    Occurrence,
    OnList,
    Operand,
    Own,
    Property,
    Rank,
    Region,
    Regular,
    Resumed,
    Sample,
    Segment,
    Sequence,
    Span,
    Step,
    Stopped,
    Tag,
    Test,
)
from .operators import Operator, Shape, operator
from .phrases import PHRASES
from .value_kinds import measure_kind, tag_kind
from .values import DATE_EXPRESSIONS, operands, span_interval
from .windows import Moment, covered, periods, resumed_bounds, stopped_bounds


def describe(node: Node, catalog: Catalog, moment: Moment, language: str = "zh-hans") -> str:
    """The rule read out in `zh-hans`, `zh-hant` or `en`."""
    return Describer(catalog, moment, language).node(node)


def describe_measure(measure: Measure, catalog: Catalog, moment: Moment, language: str = "zh-hans") -> str:
    """A measure read out with its window."""
    describer = Describer(catalog, moment, language)
    return describer.time.timed(describer.measure(measure), measure.window)


class Describer:
    """Reads out validated rules in one language."""

    def __init__(self, catalog: Catalog, moment: Moment, language: str) -> None:
        self.catalog = catalog
        self.moment = moment
        self.language = language if language in PHRASES else "zh-hans"
        self.words = PHRASES[self.language]
        self.time = TimeWords(self.words, moment)

    def node(self, node: Node) -> str:
        match node:
            case All(items):
                return self.words.both.join(self._inner(item) for item in items)
            case AnyOf(items):
                return self.words.either.join(self._inner(item) for item in items)
            case Not(item):
                return self.words.negated.format(item=self.node(item))
            case Attribute(slug, test):
                field = self.catalog.attributes[slug]
                return self.test(name_in(field.names, self.language, slug), field.kind, test, field.values)
            case Property(slug, test):
                return self._property(slug, test)
            case Event(measure, test):
                return self.time.timed(self._event(measure, test), measure.window)
            case Sequence(steps, within, window):
                return self.time.timed(self._sequence(steps, within), window)
            case Regular():
                return self._regular(node)
            case First(what, window):
                return self.time.timed(self.words.first.format(events=self._occurrence(what)), window)
            case Stopped():
                return self._stopped(node)
            case Resumed():
                return self._resumed(node)
            case Tag(slug, test):
                return self._tag(slug, test)
            case Segment(slug):
                names = self.catalog.segments.get(slug, {})
                return self.words.segment.format(name=name_in(names, self.language, slug))
            case OnList(slug):
                names = self.catalog.lists.get(slug, {})
                return self.words.on_list.format(name=name_in(names, self.language, slug))
            case Sample(salt, low, high):
                return self.words.sample.format(name=salt, low=plain(low * 100), high=plain(high * 100))
            case Rank(measure):
                return self.time.timed(self._rank(node), measure.window)
            case _:
                assert_never(node)

    def _inner(self, node: Node) -> str:
        text = self.node(node)
        return self.words.grouped.format(item=text) if isinstance(node, All | AnyOf) else text

    def _property(self, slug: str, test: Test) -> str:
        field = FIXED.get(slug) or self.catalog.properties[slug]
        return self.test(name_in(field.names, self.language, slug), field.kind, test, field.values)

    def _tag(self, slug: str, test: Test) -> str:
        info = self.catalog.tags[slug]
        kind = tag_kind(test, has_numbers=info.has_numbers, has_labels=info.has_labels)
        what = self.words.tag.format(name=name_in(info.names, self.language, slug))
        return self.test(what, kind, test, info.values)

    # Events

    def _event(self, measure: Measure, test: Test) -> str:
        if measure.agg is Agg.COUNT and (test.op, test.value) in ANY_TESTS:
            some = test.op in (">=", ">", "!=")
            template = self.words.happened if some else self.words.never
            return template.format(events=self._events(measure))
        prop = measure.property
        field = self.catalog.property_field(prop) if prop else None
        kind = measure_kind(measure.agg, field.kind if field else None) or "number"
        return self.test(self.measure(measure), kind, test, {})

    def measure(self, measure: Measure) -> str:
        name = ""
        if measure.property is not None:
            field = self.catalog.property_field(measure.property)
            name = name_in(field.names, self.language, measure.property) if field else measure.property
        template = self.words.measures[measure.agg]
        return template.format(events=self._events(measure), property=name, every=self._names(measure.events))

    def _events(self, measure: Measure) -> str:
        return self._occurrence(Occurrence(measure.events, measure.where))

    def _occurrence(self, what: Occurrence) -> str:
        events = self._names(what.events)
        if what.where is None:
            return events
        return self.words.where.format(events=events, where=self.node(what.where))

    def _names(self, events: tuple[str, ...]) -> str:
        if events == (ANY_EVENT,):
            return self.words.any_event
        names = (name_in(self.catalog.events.get(slug, {}), self.language, slug) for slug in events)
        return self.words.or_event.join(self.words.quoted.format(name=name) for name in names)

    def _rank(self, rank: Rank) -> str:
        place = (self.words.bottom if rank.bottom else self.words.top)[rank.percent]
        return place.format(n=plain(rank.n), measure=self.measure(rank.measure))

    # Patterns

    def _sequence(self, steps: tuple[Step, ...], within: Span) -> str:
        texts = [
            (self.words.no_step if step.absent else "{}").format(self._occurrence(step.what)) for step in steps
        ]
        return self.words.sequence.format(steps=self.words.then.join(texts), length=self.time.span(within))

    def _regular(self, node: Regular) -> str:
        found = periods(node.per, node.of, self.moment)
        bounds = self.time.bounds(replace(found[0], end=found[-1].end), minute)
        window = self.words.periods.format(
            least=self.time.length(node.least, node.per), of=self.time.length(node.of, node.per)
        )
        times = self.words.times[node.times != 1].format(n=node.times)
        unit = self.time.unit(1, node.per)
        item = self.words.each_period.format(events=self._occurrence(node.what), times=times, unit=unit)
        return joined(self.words.timed, window=window, zoned=self.time.zoned(bounds), item=item)

    def _stopped(self, node: Stopped) -> str:
        active, silent = stopped_bounds(node.quiet, node.after, self.moment)
        return self.words.stopped.format(
            events=self._occurrence(node.what),
            after=self.time.span(node.after),
            active=self.time.bounds(active, minute),
            quiet=self.time.span(node.quiet),
            zoned=self.time.zoned(self.time.bounds(silent, minute)),
        )

    def _resumed(self, node: Resumed) -> str:
        before, silent, active = resumed_bounds(node.quiet, node.after, self.moment)
        return self.words.resumed.format(
            events=self._occurrence(node.what),
            before=self.time.bounds(before, minute),
            quiet=self.time.span(node.quiet),
            silent=self.time.bounds(silent, minute),
            after=self.time.span(node.after),
            zoned=self.time.zoned(self.time.bounds(active, minute)),
        )

    # Tests

    def test(self, what: str, kind: str, test: Test, values: Mapping[str, Names]) -> str:
        row = operator(test.op, kind)
        if row is None:
            raise ValueError(f"{test.op} does not fit {kind}")
        return row.sentences[self.language].format(what=what, **self._right_side(row, test, values))

    def _right_side(self, row: Operator, test: Test, values: Mapping[str, Names]) -> dict[str, str]:
        """The places of an operator's sentence and what stands in them."""
        match test.value:
            case Span() as span:
                return self._span(row, span)
            case Circle(lat, lon, km):
                return {"km": plain(km), "point": point(lat, lon)}
            case Region() as region:
                return {"value": region_text(region, self.words)}
            case AttributeOf() | MeasureOf() as own:
                return {"value": self._own(own)}
        texts = [self._operand(value, values) for value in operands(test)]
        if row.shape is Shape.PAIR:
            return {"low": texts[0], "high": texts[1]}
        return {"value": self.words.separator.join(texts)}

    def _own(self, own: Own) -> str:
        if isinstance(own, AttributeOf):
            names = self.catalog.attributes[own.slug].names
            return self.words.their.format(name=name_in(names, self.language, own.slug))
        item = self.time.placed(self.words.own_measure, self.measure(own.measure), own.measure.window)
        return item if own.times == 1 else self.words.multiple.format(times=plain(own.times), item=item)

    def _span(self, row: Operator, span: Span) -> dict[str, str]:
        interval = span_interval(row, span, self.moment)
        return {"span": self.time.span(span), "value": self.time.interval(interval)}

    def _operand(self, value: Operand, values: Mapping[str, Names]) -> str:
        if isinstance(value, DATE_EXPRESSIONS):
            return day_or_clock(covered(value, self.moment))
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            text = plain(value)
            return name_in(values.get(text, {}), self.language, f"{Decimal(text):,}")
        if isinstance(value, date):
            return value.isoformat()
        return name_in(values.get(str(value), {}), self.language, str(value))
