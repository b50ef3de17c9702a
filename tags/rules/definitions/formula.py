"""Formula: arithmetic over the numbers of other tags and attributes, optionally cut into bins."""

from dataclasses import dataclass
from typing import Any

from cdp.errors import Problem

from ..catalog import Catalog
from ..formulas.check import check_names
from ..formulas.nodes import AttributeNumber, Expression, TagNumber, names
from ..formulas.parse import read_formula
from ..reading import Reading
from ..walk import References
from .base import DefinitionKind, Label
from .bins import AnyBins, read_bins


@dataclass(frozen=True)
class Formula:
    expression: Expression
    bins: AnyBins | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        return () if self.bins is None else self.bins.labels


def _parse(reading: Reading, data: dict[str, Any]) -> Formula | None:
    reading.known_keys(data, ("v", "formula", "bins"), ())
    expression = read_formula(reading, data.get("formula"), ("formula",))
    bins = None if data.get("bins") is None else read_bins(reading, data["bins"], ("bins",))
    return None if expression is None else Formula(expression, bins)


def _validate(definition: Formula, catalog: Catalog) -> list[Problem]:
    reading = Reading()
    check_names(reading, definition.expression, catalog, ("formula",))
    return reading.problems


def _references(definition: Formula) -> References:
    found = list(names(definition.expression))
    return References(
        tags=frozenset(name.slug for name in found if isinstance(name, TagNumber)),
        attributes=frozenset(name.slug for name in found if isinstance(name, AttributeNumber)),
    )


FORMULA = DefinitionKind(_parse, _validate, _references)
