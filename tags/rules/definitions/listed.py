"""List: values that people give to customers, by uploading them or by hand."""

from dataclasses import dataclass
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog
from ..reading import Reading
from ..walk import References
from .base import DefinitionKind, Label, read_distinct, read_label


@dataclass(frozen=True)
class Listed:
    """The values that may be given, or with none named any. The latest one given counts, or with `multiple` all."""

    labels: tuple[Label, ...] = ()
    multiple: bool = False


def _parse(reading: Reading, data: dict[str, Any]) -> Listed | None:
    reading.known_keys(data, ("v", "values", "multiple"), ())
    multiple = reading.flag(data.get("multiple", False), ("multiple",))
    items = data.get("values", [])
    if not isinstance(items, list):
        reading.refuse(("values",), N_("Values are a list."), N_('For example ["KOC", "VIP"].'))
        return None
    read = [read_label(reading, item, ("values", i)) for i, item in enumerate(items)]
    labels = tuple(one for one in read if one is not None)
    read_distinct(reading, labels, ("values",))
    return Listed(labels, multiple) if len(labels) == len(items) else None


def _validate(definition: Listed, catalog: Catalog) -> list[Problem]:
    return []


def _references(definition: Listed) -> References:
    return References()


LIST = DefinitionKind(_parse, _validate, _references)
