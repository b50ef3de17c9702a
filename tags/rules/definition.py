"""What a tag is made of: one row a kind, read from JSON with every problem at once."""

from typing import Any, TypeAlias

from cdp.errors import N_, Problem, UserError

from .catalog import Catalog
from .definitions.base import DefinitionKind, Label
from .definitions.bins import Bins, Cut
from .definitions.formula import FORMULA, Formula
from .definitions.labels import LABELS, Labels, Layer
from .definitions.lifecycle import LIFECYCLE, Lifecycle
from .definitions.listed import LIST, Listed
from .definitions.measure import MEASURE, MeasureTag
from .definitions.preference import PREFERENCE, Preference
from .definitions.rfm import RFM, Rfm
from .reading import Reading
from .walk import References

Definition: TypeAlias = Labels | MeasureTag | Preference | Rfm | Lifecycle | Listed | Formula

DEFINITIONS: dict[str, DefinitionKind] = {
    "labels": LABELS,
    "measure": MEASURE,
    "preference": PREFERENCE,
    "rfm": RFM,
    "lifecycle": LIFECYCLE,
    "list": LIST,
    "formula": FORMULA,
}
LATER = ("model",)

__all__ = [
    "Bins",
    "Cut",
    "Definition",
    "Formula",
    "Label",
    "Labels",
    "Layer",
    "Lifecycle",
    "Listed",
    "MeasureTag",
    "Preference",
    "Rfm",
    "definition_references",
    "parse_definition",
    "read_definition",
    "validate_definition",
]


def read_definition(kind: str, data: Any, catalog: Catalog) -> Definition:
    """Parse and validate a tag's definition. Raises `UserError` with every problem."""
    definition = parse_definition(kind, data)
    if problems := validate_definition(kind, definition, catalog):
        raise UserError(*problems)
    return definition


def parse_definition(kind: str, data: Any) -> Definition:
    """Raises `UserError` with every problem."""
    reading = Reading()
    row = DEFINITIONS.get(kind)
    definition = None
    if kind in LATER:
        reading.refuse(("kind",), N_('Tags of the kind "%(name)s" come later.'), name=kind)
    elif row is None:
        reading.unknown(("kind",), kind, DEFINITIONS, N_('There is no kind of tag "%(name)s".'))
    elif (checked := reading.mapping(data, ())) is not None:
        if checked.get("v", 1) != 1:
            reading.refuse(("v",), N_("This version of the rule language is not known."), N_("Write 1."))
        definition = row.parse(reading, checked)
    if definition is None or reading.problems:
        raise UserError(*reading.problems)
    return definition


def validate_definition(kind: str, definition: Definition, catalog: Catalog) -> list[Problem]:
    return DEFINITIONS[kind].validate(definition, catalog)


def definition_references(kind: str, definition: Definition) -> References:
    """Every attribute, event, property, tag, segment and list a definition depends on."""
    return DEFINITIONS[kind].references(definition)
