"""What a kind of tag brings for its form, beside layers and measures: a module a kind, a row in `kind_forms`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tags.rules.catalog import FIXED, Catalog

from .draw import ICONS, Draw, hidden_of, type_title
from .literals import value_of
from .parts import Choice, Choices, Input, Row, element_id
from .posted import Tree, below, text
from .read import Path, Reading, read_events
from .settle import settle_events


@dataclass(frozen=True)
class Setting:
    """A line of a form: what is asked, its controls, and what is wrong with them."""

    path: str
    label: str
    inputs: tuple[Input, ...]
    hint: str = ""
    problems: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return element_id(self.path)


@dataclass(frozen=True)
class KindForm:
    """`settle` makes a posted part of the tree whole in place; `read` gives the definition, `write` the part for a
    definition, `draw` the row of events and the settings."""

    settle: Callable[[Tree, Catalog], None]
    read: Callable[[Tree, Reading], dict[str, Any]]
    write: Callable[[dict[str, Any]], Tree]
    draw: Callable[[Tree, Draw], tuple[Row, list[Setting]]]


def settle_usual(node: Tree, usual: Tree, catalog: Catalog) -> None:
    """The events, and what is usual where nothing was said."""
    for key, value in usual.items():
        node.setdefault(key, value)
    node["events"] = below(node, "events")
    settle_events(node["events"], catalog)


def first_event(catalog: Catalog) -> list[str]:
    """Purchases, where there are any: the kinds that look at events mostly look at them."""
    return ["purchase"] if "purchase" in catalog.events else [""]


def events_row(node: Tree, path: str, draw: Draw, *, windowed: bool = True) -> Row:
    events, here = below(node, "events"), f"{path}.events"
    row = Row(here, "event", type_title("event"), ICONS["event"], draw.happened_inputs(events, here))
    draw.when_and_where(row, events)
    if not windowed:
        row.window, row.resolved = [], ""
    row.hidden, row.alone = hidden_of(events, here, row), True
    row.problems = draw.problems_of(row)
    return row


def whole_number(node: Tree, key: str, path: Path, form: str, reading: Reading) -> Any:
    reading.places[path] = form
    typed = text(node, key).strip()
    return value_of(typed, "number") if typed else reading.blank(path)


def number_input(node: Tree, path: str, key: str, said: str) -> Input:
    """`said` is the sentence around the number, which stands at %(n)s."""
    before, after = (part.strip() for part in said.split("%(n)s"))
    return Input(
        f"{path}.{key}", "number", f"{before} … {after}".strip(), text(node, key), before=before, after=after
    )


def choice_input(
    node: Tree, path: str, key: str, label: str, choices: dict[str, str], *, rebuilds: bool = False
) -> Input:
    options = tuple(Choice(value, name) for value, name in choices.items())
    return Input(
        f"{path}.{key}", "select", label, text(node, key), options=(Choices("", options),), rebuilds=rebuilds
    )


def property_input(node: Tree, path: str, key: str, label: str, kinds: tuple[str, ...], draw: Draw) -> Input:
    """A property of one of these kinds; one that is chosen already stays in the list."""
    known = {**draw.catalog.properties, **FIXED}
    named = {slug: field.names for slug, field in known.items() if field.kind in kinds}
    return draw.select(f"{path}.{key}", label, text(node, key), named)


def setting(path: str, label: str, inputs: list[Input], draw: Draw, *, hint: str = "") -> Setting:
    return Setting(path, label, tuple(inputs), hint, tuple(draw.problems.get(path, ())))


def read_what(node: Tree, path: str, reading: Reading, *, windowed: bool = True) -> dict[str, Any]:
    return read_events(below(node, "events"), f"{path}.events", reading, windowed=windowed)
