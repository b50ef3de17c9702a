"""A rule as a sentence, with the resolved boundaries of every window and their zone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from .catalog import FIXED, Catalog, Names, name_in
from .compile import ANY_TESTS
from .nodes import (
    ANY_EVENT,
    Agg,
    All,
    AnyOf,
    Attribute,
    BetweenAgo,
    Event,
    Ever,
    Fixed,
    Last,
    Measure,
    Node,
    Not,
    OnList,
    Operand,
    Previous,
    Property,
    Segment,
    Span,
    Tag,
    Test,
    This,
    Unit,
    Window,
)
from .operators import Operator, Shape, operator
from .phrases import PHRASES
from .value_kinds import measure_kind, tag_kind
from .values import DATE_EXPRESSIONS, operands, span_interval
from .windows import Bounds, Interval, Moment, covered, resolve

DAY = timedelta(days=1)


def describe(node: Node, catalog: Catalog, moment: Moment, language: str = "zh-hans") -> str:
    """The rule read out in `zh-hans`, `zh-hant` or `en`."""
    return Describer(catalog, moment, language).node(node)


def describe_measure(measure: Measure, catalog: Catalog, moment: Moment, language: str = "zh-hans") -> str:
    """A measure read out with its window."""
    describer = Describer(catalog, moment, language)
    return describer.timed(describer.measure(measure), measure.window)


class Describer:
    """Reads out validated rules in one language."""

    def __init__(self, catalog: Catalog, moment: Moment, language: str) -> None:
        self.catalog = catalog
        self.moment = moment
        self.language = language if language in PHRASES else "zh-hans"
        self.words = PHRASES[self.language]

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
                return self.timed(self._event(measure, test), measure.window)
            case Tag(slug, test):
                return self._tag(slug, test)
            case Segment(slug):
                names = self.catalog.segments.get(slug, {})
                return self.words.segment.format(name=name_in(names, self.language, slug))
            case OnList(slug):
                names = self.catalog.lists.get(slug, {})
                return self.words.on_list.format(name=name_in(names, self.language, slug))
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
        has_labels = info.kind == "labels" or bool(info.values)
        kind = tag_kind(test, has_numbers=info.kind == "measure", has_labels=has_labels)
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
        return self.words.measures[measure.agg].format(events=self._events(measure), property=name)

    def _events(self, measure: Measure) -> str:
        names = [
            self.words.quoted.format(name=name_in(self.catalog.events.get(slug, {}), self.language, slug))
            for slug in measure.events
        ]
        events = self.words.any_event if measure.events == (ANY_EVENT,) else self.words.or_event.join(names)
        if measure.where is None:
            return events
        return self.words.where.format(events=events, where=self.node(measure.where))

    # Time

    def timed(self, item: str, window: Window) -> str:
        bounds = resolve(window, self.moment.as_of, self.moment.zone)
        clock = _exact if isinstance(window, Fixed) else _minute
        zoned = self.words.zoned.format(bounds=self._bounds(bounds, clock), zone=self.moment.zone)
        return " ".join(self.words.timed.format(window=self._window(window), zoned=zoned, item=item).split())

    def _window(self, window: Window) -> str:
        match window:
            case Last(n, unit, complete):
                template = self.words.last_complete if complete else self.words.last
                return template.format(length=self._length(n, unit))
            case Previous(unit):
                return self.words.previous[unit]
            case This(unit):
                return self.words.this[unit]
            case BetweenAgo(far, near, unit):
                return self.words.between_ago.format(far=far, near=near, unit=self._unit(far, unit))
            case Fixed():
                return ""
            case Ever():
                return self.words.ever
            case _:
                assert_never(window)

    def _bounds(self, bounds: Bounds, clock: Callable[[datetime], str]) -> str:
        if bounds.start is None:
            return self.words.until.format(end=clock(bounds.end))
        return self.words.bounds.format(start=clock(bounds.start), end=clock(bounds.end))

    def _length(self, n: int, unit: Unit) -> str:
        return self.words.length.format(n=n, unit=self._unit(n, unit))

    def _unit(self, n: int, unit: Unit) -> str:
        return self.words.units[unit][n != 1]

    # Tests

    def test(self, what: str, kind: str, test: Test, values: Mapping[str, Names]) -> str:
        row = operator(test.op, kind)
        if row is None:
            raise ValueError(f"{test.op} does not fit {kind}")
        places = {"what": what, "value": "", "low": "", "high": "", "span": ""}
        texts = [self._operand(value, values) for value in operands(test)]
        if row.shape is Shape.PAIR:
            places |= {"low": texts[0], "high": texts[1]}
        elif isinstance(test.value, Span):
            places |= self._span(row, test.value)
        else:
            places["value"] = self.words.separator.join(texts)
        return row.sentences[self.language].format(**places)

    def _span(self, row: Operator, span: Span) -> dict[str, str]:
        interval = span_interval(row, span, self.moment)
        return {"span": f" {self._length(span.n, span.unit)}".strip(), "value": self._interval(interval)}

    def _interval(self, interval: Interval) -> str:
        return self.words.bounds.format(start=_minute(interval.start), end=_minute(interval.end))

    def _operand(self, value: Operand, values: Mapping[str, Names]) -> str:
        if isinstance(value, DATE_EXPRESSIONS):
            return _day_or_clock(covered(value, self.moment))
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            text = f"{Decimal(value).normalize():f}"
            return name_in(values.get(text, {}), self.language, f"{Decimal(text):,}")
        if isinstance(value, date):
            return value.isoformat()
        return name_in(values.get(str(value), {}), self.language, str(value))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _exact(moment: datetime) -> str:
    """With seconds only where somebody wrote them."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else _minute(moment)


def _day_or_clock(interval: Interval) -> str:
    whole = interval.end - interval.start == DAY
    return f"{interval.start:%Y-%m-%d}" if whole else _exact(interval.start)
