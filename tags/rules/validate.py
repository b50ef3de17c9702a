"""Nodes against the catalog: every name exists, every value fits its kind."""

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from cdp.errors import N_, Problem, UserError

from .catalog import FIXED, Catalog
from .nodes import (
    ANY_EVENT,
    All,
    AnyOf,
    Attribute,
    AttributeOf,
    Event,
    First,
    Measure,
    MeasureOf,
    Node,
    Not,
    Occurrence,
    OnList,
    Own,
    Property,
    Rank,
    Regular,
    Resumed,
    Sample,
    Segment,
    Sequence,
    Span,
    Stopped,
    Tag,
    Test,
    Unit,
)
from .operators import Operator, Shape, operator, operators_of
from .parse import parse_rule
from .reading import Path, Reading
from .value_kinds import LABEL, NUMBER, fits, measure_kind, tag_kind
from .values import literal_problem, operands


def read_rule(data: Any, catalog: Catalog) -> Node:
    """Parse and validate. Raises `UserError` with every problem of the first phase that has any."""
    node = parse_rule(data)
    if problems := validate(node, catalog):
        raise UserError(*problems)
    return node


def validate(node: Node, catalog: Catalog) -> list[Problem]:
    """Every problem of a parsed rule, with paths into its JSON."""
    check = Check(catalog)
    check.node(node, ())
    return check.reading.problems


def validate_measure(measure: Measure, catalog: Catalog, path: Path = ()) -> list[Problem]:
    """Every problem of a tag's measure, written in full: its value is a number."""
    check = Check(catalog)
    check.numeric(measure, path, N_('"%(name)s" is a date, and a measure is a number.'))
    return check.reading.problems


class Check:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.reading = Reading()

    def node(self, node: Node, path: Path) -> None:
        match node:
            case All(items):
                self._items(items, (*path, "all"))
            case AnyOf(items):
                self._items(items, (*path, "any"))
            case Not(item):
                self.node(item, (*path, "not"))
            case Attribute(slug, test):
                if kind := self.attribute_kind(slug, (*path, "attribute")):
                    self.test(test, kind, path)
            case Property(slug, test):
                if kind := self.property_kind(slug, (*path, "property")):
                    self.test(test, kind, path)
            case Event(measure, test):
                if kind := self.measure(measure, path, (*path, "measure")):
                    self.test(test, kind, path)
            case Sequence(steps, _, _):
                for i, step in enumerate(steps):
                    self.occurrence(step.what, (*path, "sequence", i))
            case Regular() | First() | Stopped() | Resumed():
                self.occurrence(node.what, (*path, type(node).__name__.lower()))
            case Rank(measure, _, _, _):
                message = N_('"%(name)s" is a date, and a rank is by a number.')
                self.numeric(measure, (*path, "rank", "measure"), message)
            case Tag(slug, test):
                self._tag(slug, test, path)
            case Segment(slug):
                self._named(slug, self.catalog.segments, (*path, "segment"), N_('There is no segment "%(name)s".'))
            case OnList(slug):
                self._named(slug, self.catalog.lists, (*path, "list"), N_('There is no list "%(name)s".'))
            case Sample():
                pass
            case _:
                assert_never(node)

    def _items(self, items: tuple[Node, ...], path: Path) -> None:
        for i, item in enumerate(items):
            self.node(item, (*path, i))

    def _named(self, slug: str, known: Mapping[str, Any], path: Path, message: str) -> bool:
        if slug not in known:
            self.reading.unknown(path, slug, known, message)
        return slug in known

    def attribute_kind(self, slug: str, path: Path) -> str | None:
        if self._named(slug, self.catalog.attributes, path, N_('There is no attribute "%(name)s".')):
            return self.catalog.attributes[slug].kind
        return None

    def property_kind(self, slug: str, path: Path) -> str | None:
        known: Iterable[str] = (*FIXED, *self.catalog.properties)
        if field := self.catalog.property_field(slug):
            return field.kind
        self.reading.unknown(path, slug, known, N_('There is no property "%(name)s".'))
        return None

    def measure(self, measure: Measure, path: Path, how_path: Path) -> str | None:
        """The kind of the measure's value, or None when it has none."""
        self.occurrence(Occurrence(measure.events, measure.where), path)
        if measure.property is None:
            return measure_kind(measure.agg, None)
        here = (*how_path, "property")
        kind = self.property_kind(measure.property, here)
        if kind is None:
            return None
        if (value_kind := measure_kind(measure.agg, kind)) is None:
            self.reading.refuse(
                here,
                N_('"%(agg)s" cannot be taken of "%(name)s".'),
                N_("Choose a property that holds numbers."),
                agg=measure.agg.value,
                name=measure.property,
            )
        return value_kind

    def occurrence(self, what: Occurrence, path: Path) -> None:
        for i, slug in enumerate(what.events):
            here = (*path, "event") if len(what.events) == 1 else (*path, "event", i)
            if slug != ANY_EVENT:
                self._named(slug, self.catalog.events, here, N_('There is no event "%(name)s".'))
        if what.where is not None:
            self.node(what.where, (*path, "where"))

    def numeric(self, measure: Measure, path: Path, message: str) -> None:
        if self.measure(measure, path, path) == "date":
            hint = N_("Take the days since then instead.")
            self.reading.refuse((*path, "agg"), message, hint, name=measure.agg.value)

    def _tag(self, slug: str, test: Test, path: Path) -> None:
        if not self._named(slug, self.catalog.tags, (*path, "tag"), N_('There is no tag "%(name)s".')):
            return
        info = self.catalog.tags[slug]
        kind = tag_kind(test, has_numbers=info.has_numbers, has_labels=info.has_labels)
        self.test(test, kind, path)
        if kind == LABEL and operator(test.op, LABEL) and not info.is_open:
            for here, value in _placed(test, path):
                if isinstance(value, str) and value not in info.values:
                    self.reading.unknown(here, value, info.values, N_('The tag has no value "%(name)s".'))

    def test(self, test: Test, kind: str, path: Path) -> None:
        row = operator(test.op, kind)
        if row is None:
            names = ", ".join(op.name for op in operators_of(kind))
            self.reading.refuse(
                (*path, "op"),
                N_('"%(name)s" does not fit here.'),
                N_("One of %(names)s."),
                name=test.op,
                names=names,
            )
            return
        if isinstance(test.value, AttributeOf | MeasureOf):
            self._own(row, kind, test.value, (*path, "value"))
        found = len(self.reading.problems)
        for here, value in _placed(test, path):
            if problem := literal_problem(row.kind_of_value(kind), value, row, here):
                self.reading.problems.append(problem)
        if row.whole_days and isinstance(test.value, Span) and test.value.unit is Unit.HOUR:
            self.reading.refuse((*path, "value", "unit"), N_("Hours do not fit here."), N_("Give days or longer."))
        if row.shape is Shape.PAIR and found == len(self.reading.problems):
            self._pair(row, test, kind, path)

    def _own(self, row: Operator, kind: str, own: Own, path: Path) -> None:
        if isinstance(own, AttributeOf):
            right = self.attribute_kind(own.slug, (*path, "attribute"))
        else:
            right = self.measure(own.measure, (*path, "measure"), (*path, "measure"))
            if right == "date" and own.times != 1:
                self.reading.refuse((*path, "times"), N_("A date has no multiple."), N_("Leave the number out."))
        if right is not None and not fits(row.name, kind, right):
            hint = N_("Numbers are compared with numbers, dates with dates, and texts by is or is_not.")
            self.reading.refuse(path, N_("This other value of the customer does not fit here."), hint)

    def _pair(self, row: Operator, test: Test, kind: str, path: Path) -> None:
        low, high = operands(test)
        if kind in NUMBER and low > high:  # type: ignore[operator]
            self.reading.refuse((*path, "value"), N_("The lower value comes first."), N_("Swap the two."))
        elif isinstance(low, str) and isinstance(high, str) and low[:10] > high[:10]:
            self.reading.refuse((*path, "value"), N_("The earlier date comes first."), N_("Swap the two."))


def _placed(test: Test, path: Path) -> list[tuple[Path, Any]]:
    """Each literal with its path."""
    if isinstance(test.value, tuple):
        return [((*path, "value", i), value) for i, value in enumerate(test.value)]
    return [((*path, "value"), value) for value in operands(test)]
