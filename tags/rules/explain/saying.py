"""Observed values, events and windows in words, with the describer's own vocabulary."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..catalog import FIXED, Catalog, Field, Names, name_in
from ..describe import Describer
from ..describe_time import exact, minute
from ..nodes import Fixed, Measure, Node, Occurrence, Sequence, Test, Unit, Window
from ..value_kinds import NUMBER
from ..windows import Bounds, Moment, midnight, resolve
from .nodes import Detail, Seen
from .observed import BUILT_IN, Observed, Value
from .words import EXPLAIN_WORDS

DIGITS = 2


class Speaker(Describer):
    """Says what is true of one customer, in one language."""

    def __init__(self, catalog: Catalog, moment: Moment, language: str) -> None:
        super().__init__(catalog, moment, language)
        self.say = EXPLAIN_WORDS[self.language]

    def value(self, observed: Observed, values: Mapping[str, Names] | None = None) -> str:
        return self._value(observed.kind, observed.value, values or {})

    def _value(self, kind: str, value: Value, values: Mapping[str, Names]) -> str:
        match value:
            case None:
                return self.say.nothing
            case bool():
                return self.say.yes if value else self.say.no
            case Fraction():
                return self.number(value, money=kind == "money", values=values)
            case datetime():
                return day(value) if value == midnight(value.date()) else exact(value)
            case list():
                return self.words.separator.join(name_in(values.get(one, {}), self.language, one) for one in value)
            case dict():
                return f"{value['lat']:g}, {value['lon']:g}"
            case _:
                return name_in(values.get(str(value), {}), self.language, str(value))

    def number(self, value: Fraction, *, money: bool, values: Mapping[str, Names] | None = None) -> str:
        """Money with two decimals, other numbers with at most as many."""
        if money:
            return self.say.money.format(n=f"{_decimal(value):,.2f}")
        text = f"{_decimal(value).normalize():f}"
        return name_in((values or {}).get(text, {}), self.language, f"{Decimal(text):,}")

    def field(self, slug: str) -> Field:
        return self.catalog.property_field(slug) or Field("text")

    def property_name(self, slug: str) -> str:
        return name_in(self.field(slug).names, self.language, slug)

    def threshold(self, kind: str, test: Test, values: Mapping[str, Names] | None = None) -> str:
        """The test without what it tests."""
        return self.test("", kind, test, values or {}).strip().removeprefix("的")

    def happened(self, what: Occurrence) -> str:
        return self._occurrence(what)

    def steps(self, sequence: Sequence) -> str:
        return self._sequence(sequence.steps, sequence.within)

    def of_measure(self, measure: Measure) -> str:
        return self._events(measure)

    def span_of(self, window: Window) -> str:
        """The resolved boundaries with the zone."""
        return self.stretch(resolve(window, self.moment.as_of, self.moment.zone), fixed=isinstance(window, Fixed))

    def stretch(self, bounds: Bounds, *, fixed: bool = False) -> str:
        said = self.time.bounds(bounds, exact if fixed else minute)
        return self.words.with_zone.format(bounds=said, zone=self.moment.zone)

    def times(self, n: int) -> str:
        return self.say.times[n != 1].format(n=n)

    def units(self, n: int, unit: Unit) -> str:
        return self.time.unit(n, unit)

    def seen(self, rows: Iterable[Mapping[str, Any]], properties: Iterable[str]) -> tuple[Seen, ...]:
        shown = [slug for slug in dict.fromkeys(properties) if slug not in BUILT_IN]
        return tuple(self._seen(row, shown) for row in rows)

    def _seen(self, row: Mapping[str, Any], shown: list[str]) -> Seen:
        name = name_in(self.catalog.events.get(row["event"], {}), self.language, row["event"])
        details = [Detail(slug, self.property_name(slug), self._detail(slug, row)) for slug in shown]
        said = tuple(detail for detail in details if detail.text)
        return Seen(row["event"], name, row["time"], row["channel"] or "", row["source"] or "", said)

    def _detail(self, slug: str, row: Mapping[str, Any]) -> str:
        field = FIXED.get(slug) or self.catalog.properties.get(slug)
        value = row["time"].isoweekday() if slug == "weekday" else row.get(slug)
        if field is None or value is None:
            return ""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = Fraction(value) if Decimal(value).is_finite() else str(value)
        return self._value(field.kind, value, field.values)


def day(moment: datetime | date) -> str:
    return f"{moment:%Y-%m-%d}"


def _decimal(value: Fraction) -> Decimal:
    return round(Decimal(value.numerator) / Decimal(value.denominator), DIGITS)


def is_number(kind: str) -> bool:
    return kind in NUMBER


def leaf_kind(node: Node) -> str:
    """What a node is called where a machine reads the explanation."""
    return KIND_NAMES.get(type(node).__name__, type(node).__name__.lower())


KIND_NAMES = {"AnyOf": "any", "OnList": "list"}
