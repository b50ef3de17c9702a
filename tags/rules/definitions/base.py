"""What the definitions of several kinds have in common: labels, the events they look at, properties."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog, Names
from ..nodes import Measure
from ..parse_measures import read_measure
from ..reading import Path, Reading
from ..validate import validate_measure
from ..walk import References

LONGEST_VALUE = 120
LANGUAGES = ("zh-hans", "zh-hant", "en")
MOST_DAYS = 36_500


@dataclass(frozen=True)
class Label:
    """A value a tag can give, and its names."""

    value: str
    names: Names = field(default_factory=dict)


@dataclass(frozen=True)
class DefinitionKind:
    """`parse` reports to the reading and gives None for what cannot be read; `validate` checks a parsed
    definition against the catalog; `references` says what it is built from."""

    parse: Callable[[Reading, dict[str, Any]], Any]
    validate: Callable[[Any, Catalog], list[Problem]]
    references: Callable[[Any], References]


def label(value: str, hans: str, hant: str, en: str) -> Label:
    return Label(value, {"zh-hans": hans, "zh-hant": hant, "en": en})


def read_label(reading: Reading, data: Any, path: Path) -> Label | None:
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


def own_label(data: dict[str, Any]) -> dict[str, Any]:
    """The part of a layer or a bin that names its value."""
    return {key: data[key] for key in ("value", "names") if key in data}


def read_distinct(reading: Reading, labels: tuple[Label, ...], path: Path) -> None:
    seen: set[str] = set()
    for one in labels:
        if one.value in seen:
            reading.refuse(path, N_('The value "%(name)s" is there twice.'), N_("Join the two."), name=one.value)
        seen.add(one.value)


EVENT_KEYS = ("event", "where", "window")


def read_events(reading: Reading, data: dict[str, Any], keys: Collection[str] = EVENT_KEYS) -> Measure | None:
    """The events a definition looks at, as the count of them."""
    return read_measure(reading, {key: data[key] for key in keys if key in data}, ())


def event_problems(events: Measure, catalog: Catalog) -> list[Problem]:
    return validate_measure(events, catalog)


def property_problems(slug: str, kinds: Collection[str], catalog: Catalog, path: Path) -> list[Problem]:
    """That a property is there and of one of these kinds."""
    reading = Reading()
    known = catalog.property_field(slug)
    if known is None:
        reading.unknown(path, slug, catalog.properties, N_('There is no property "%(name)s".'))
    elif known.kind not in kinds:
        hint = "" if "text" in kinds else N_("Choose a property that holds numbers.")
        reading.refuse(path, N_('The property "%(name)s" does not fit here.'), hint, name=slug)
    return reading.problems
