"""Labels: ordered layers of `value when condition`, and a value for everyone else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog
from ..nodes import Node
from ..parse import read_rule_in
from ..reading import Path, Reading
from ..validate import validate
from ..walk import References, references
from .base import DefinitionKind, Label, own_label, read_distinct, read_label


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


def _parse(reading: Reading, data: dict[str, Any]) -> Labels | None:
    reading.known_keys(data, ("v", "layers", "rest", "multiple"), ())
    multiple = reading.flag(data.get("multiple", False), ("multiple",))
    rest = None if data.get("rest") is None else read_label(reading, data["rest"], ("rest",))
    items = data.get("layers")
    if not isinstance(items, list) or not items:
        reading.refuse(("layers",), N_("A tag needs at least one value."), N_("Add a value and its condition."))
        return None
    layers = [_layer(reading, item, ("layers", i)) for i, item in enumerate(items)]
    known = tuple(layer for layer in layers if layer is not None)
    labels = Labels(known, rest, multiple)
    read_distinct(reading, labels.labels, ("layers",))
    return labels if len(known) == len(layers) else None


def _layer(reading: Reading, data: Any, path: Path) -> Layer | None:
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("value", "names", "when"), path)
    label = read_label(reading, own_label(data), path)
    if "when" not in data:
        reading.refuse((*path, "when"), N_("The value needs a condition."))
        return None
    when = read_rule_in(reading, data["when"], (*path, "when"))
    return None if label is None or when is None else Layer(label, when)


def _validate(definition: Labels, catalog: Catalog) -> list[Problem]:
    return list(_problems(definition, catalog))


def _problems(definition: Labels, catalog: Catalog) -> Iterator[Problem]:
    for i, layer in enumerate(definition.layers):
        for problem in validate(layer.when, catalog):
            yield replace(problem, path=("layers", i, "when", *problem.path))


def _references(definition: Labels) -> References:
    return reduce(or_, (references(layer.when) for layer in definition.layers))


LABELS = DefinitionKind(_parse, _validate, _references)
