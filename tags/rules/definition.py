"""What a tag is made of: labels (`value when condition` layers) or a measure, optionally cut into bins."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from cdp.errors import N_, Problem, UserError

from .catalog import Catalog, Names
from .nodes import Agg, Measure, Node
from .parse import read_rule_in
from .parse_measures import read_measure
from .reading import Path, Reading
from .validate import validate, validate_measure

LONGEST_VALUE = 120
LANGUAGES = ("zh-hans", "zh-hant", "en")


@dataclass(frozen=True)
class Label:
    """A value a tag can give, and its names."""

    value: str
    names: Names = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    label: Label
    when: Node


@dataclass(frozen=True)
class Labels:
    """The first layer that holds gives the value, or with `multiple` all that hold; `rest` is for the others."""

    layers: tuple[Layer, ...]
    rest: Label | None = None
    multiple: bool = False

    @property
    def labels(self) -> tuple[Label, ...]:
        own = tuple(layer.label for layer in self.layers)
        return own if self.rest is None else (*own, self.rest)


@dataclass(frozen=True)
class Bins:
    """`labels[i]` is for numbers below `thresholds[i]`, the last label for the others."""

    thresholds: tuple[Decimal, ...]
    labels: tuple[Label, ...]

    def label_of(self, number: float) -> Label:
        return self.labels[bisect_right([float(t) for t in self.thresholds], number)]


@dataclass(frozen=True)
class MeasureTag:
    measure: Measure
    bins: Bins | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.bins is None else self.bins.labels


Definition: TypeAlias = Labels | MeasureTag


def read_definition(kind: str, data: Any, catalog: Catalog) -> Definition:
    """Parse and validate a tag's definition (`labels` or `measure`). Raises `UserError` with every problem."""
    definition = parse_definition(kind, data)
    if problems := validate_definition(definition, catalog):
        raise UserError(*problems)
    return definition


def parse_definition(kind: str, data: Any) -> Definition:
    """Raises `UserError` with every problem."""
    reading = Reading()
    read = DEFINITIONS.get(kind)
    definition = None
    if read is None:
        reading.unknown(("kind",), kind, DEFINITIONS, N_('There is no kind of tag "%(name)s".'))
    elif (checked := reading.mapping(data, ())) is not None:
        if checked.get("v", 1) != 1:
            reading.refuse(("v",), N_("This version of the rule language is not known."), N_("Write 1."))
        definition = read(reading, checked)
    if definition is None or reading.problems:
        raise UserError(*reading.problems)
    return definition


def validate_definition(definition: Definition, catalog: Catalog) -> list[Problem]:
    if isinstance(definition, MeasureTag):
        return validate_measure(definition.measure, catalog, ("measure",))
    return [
        replace(problem, path=("layers", i, "when", *problem.path))
        for i, layer in enumerate(definition.layers)
        for problem in validate(layer.when, catalog)
    ]


def _labels(reading: Reading, data: dict[str, Any]) -> Labels | None:
    reading.known_keys(data, ("v", "layers", "rest", "multiple"), ())
    multiple = reading.flag(data.get("multiple", False), ("multiple",))
    rest = None if data.get("rest") is None else _label(reading, data["rest"], ("rest",))
    items = data.get("layers")
    if not isinstance(items, list) or not items:
        reading.refuse(("layers",), N_("A tag needs at least one value."), N_("Add a value and its condition."))
        return None
    layers = [_layer(reading, item, ("layers", i)) for i, item in enumerate(items)]
    known = tuple(layer for layer in layers if layer is not None)
    labels = Labels(known, rest, multiple)
    _distinct(reading, labels.labels, ("layers",))
    return labels if len(known) == len(layers) else None


def _layer(reading: Reading, data: Any, path: Path) -> Layer | None:
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("value", "names", "when"), path)
    label = _label(reading, {key: data[key] for key in ("value", "names") if key in data}, path)
    if "when" not in data:
        reading.refuse((*path, "when"), N_("The value needs a condition."))
        return None
    when = read_rule_in(reading, data["when"], (*path, "when"))
    return None if label is None or when is None else Layer(label, when)


def _label(reading: Reading, data: Any, path: Path) -> Label | None:
    """`"vip"` or `{"value": "vip", "names": {"zh-hans": "贵宾"}}`."""
    if isinstance(data, str):
        data = {"value": data}
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("value", "names"), path)
    value, names = data.get("value"), data.get("names") or {}
    found = len(reading.problems)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_VALUE:
        hint = N_("Write a text of at most %(most)s characters.")
        reading.refuse((*path, "value"), N_("A value is needed."), hint, most=LONGEST_VALUE)
    if not isinstance(names, dict) or not all(isinstance(text, str) for text in names.values()):
        reading.refuse((*path, "names"), N_("Names are a text for each language."))
    else:
        reading.known_keys(names, LANGUAGES, (*path, "names"))
    return Label(str(value), names) if len(reading.problems) == found else None


def _distinct(reading: Reading, labels: tuple[Label, ...], path: Path) -> None:
    seen: set[str] = set()
    for label in labels:
        if label.value in seen:
            reading.refuse(path, N_('The value "%(name)s" is there twice.'), N_("Join the two."), name=label.value)
        seen.add(label.value)


def _measure(reading: Reading, data: dict[str, Any]) -> MeasureTag | None:
    reading.known_keys(data, ("v", "measure", "bins"), ())
    measure = read_measure(reading, data.get("measure"), ("measure",))
    if measure is not None and measure.agg in (Agg.FIRST, Agg.LAST):
        reading.refuse(
            ("measure", "agg"),
            N_('"%(name)s" is a date, and a measure is a number.'),
            N_("Take the days since then instead."),
            name=measure.agg.value,
        )
    bins = None if data.get("bins") is None else _bins(reading, data["bins"], ("bins",))
    return None if measure is None else MeasureTag(measure, bins)


def _bins(reading: Reading, data: Any, path: Path) -> Bins | None:
    """`[{"value": "low", "below": 100}, {"value": "middle", "below": 500}, {"value": "high"}]`."""
    if not isinstance(data, list) or not data:
        hint = N_('For example [{"value": "low", "below": 100}, {"value": "high"}].')
        reading.refuse(path, N_("Bins are a list of values with the limit each stays below."), hint)
        return None
    read = [_bin(reading, item, (*path, i), is_last=i == len(data) - 1) for i, item in enumerate(data)]
    known = tuple(label for label, _below in read if label is not None)
    limits = tuple(below for _label, below in read if below is not None)
    _distinct(reading, known, path)
    for i, (low, high) in enumerate(pairwise(limits)):
        if low >= high:
            reading.refuse((*path, i + 1, "below"), N_("Limits rise from one bin to the next."))
    return Bins(limits, known) if len(known) == len(read) and len(limits) == len(read) - 1 else None


def _bin(reading: Reading, data: Any, path: Path, *, is_last: bool) -> tuple[Label | None, Decimal | None]:
    """A label and the limit its numbers stay below; the last one takes all the others."""
    if (data := reading.mapping(data, path)) is None:
        return None, None
    reading.known_keys(data, ("value", "names", "below"), path)
    label = _label(reading, {key: data[key] for key in ("value", "names") if key in data}, path)
    below = data.get("below")
    if is_last:
        if below is not None:
            reading.refuse((*path, "below"), N_("The last bin takes the others and has no limit."))
        return label, None
    if isinstance(below, int | float | Decimal) and not isinstance(below, bool) and Decimal(str(below)).is_finite():
        return label, Decimal(str(below))
    reading.refuse(
        (*path, "below"), N_("A number is needed: the limit this bin stays below."), N_("For example 100.")
    )
    return label, None


DEFINITIONS = {"labels": _labels, "measure": _measure}
