"""What the form's templates draw: plain objects, already in the reader's language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


def element_id(path: str) -> str:
    """The id of the element of a field: `rule.items.0.op` → `f-rule-items-0-op`."""
    return "f-" + path.removesuffix("[]").replace(".", "-")


@dataclass(frozen=True)
class Choice:
    """`others` and `sounds`: what it is also found by, between bars."""

    value: str
    label: str
    others: str = ""
    sounds: str = ""


@dataclass(frozen=True)
class Choices:
    """Some choices of a drop-down under a heading, or without one."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Input:
    """One control. `shape`: select, text, number, date, chips. `suggest` is where its sample values come from.

    `rebuilds`: a change of it changes which other controls there are. `searched`: a drop-down that is found in by
    typing. `known` is where pasted values are looked up, `tree` where the regions to choose from come from, `hint`
    where what the values are like is told.
    """

    name: str
    shape: str
    label: str
    value: str = ""
    values: tuple[str, ...] = ()
    options: tuple[Choices, ...] = ()
    rebuilds: bool = False
    suggest: str = ""
    before: str = ""
    after: str = ""
    placeholder: str = ""
    wide: bool = False
    place: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    searched: bool = False
    known: str = ""
    tree: str = ""
    hint: str = ""

    @property
    def id(self) -> str:
        return element_id(self.name) + (f"-{self.place}" if self.place else "")

    @property
    def chosen(self) -> str:
        """What a drop-down shows."""
        every = [choice for group in self.options for choice in group.choices]
        return next((one.label for one in every if one.value == self.value), every[0].label if every else "")

    @property
    def values_json(self) -> str:
        return json.dumps({"values": self.values, "labels": dict(self.labels)}, ensure_ascii=False)


@dataclass(frozen=True)
class Hidden:
    name: str
    value: str


@dataclass
class Row:
    """One condition. `resolved` is its window in dates; `sentence` stands for controls there are none of, or that
    are folded away. `steps` and `other`, the measure it is compared with, are drawn inside it, begun by their
    `lead`; `more` are buttons that bring more controls."""

    path: str
    type: str
    title: str
    icon: str
    inputs: list[Input]
    window: list[Input] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    negated: bool = False
    alone: bool = False
    where: "Group | None" = None
    resolved: str = ""
    sentence: str = ""
    problems: tuple[str, ...] = ()
    off: bool = False
    folded: bool = False
    lead: str = ""
    steps: "list[Row]" = field(default_factory=list)
    other: "Row | None" = None
    more: "list[Add]" = field(default_factory=list)
    is_group = False

    @property
    def id(self) -> str:
        return element_id(self.path)

    @property
    def may_negate(self) -> bool:
        """Events and members say "did not" and "is not" in their first drop-down."""
        return self.type not in ("event", "segment", "list")

    @property
    def may_add_event(self) -> bool:
        return any(one.name.endswith("event[]") and one.value not in ("", "*") for one in self.inputs)

    @property
    def chooses_type(self) -> bool:
        return any(one.name == f"{self.path}.type" for one in self.inputs)

    @property
    def is_counted(self) -> bool:
        """Whether customers can fit it by itself; a filter of an event says something of events."""
        return not self.alone and self.type != "property"

    @property
    def may_fold(self) -> bool:
        """Filters of an event are short already."""
        return not (self.alone or self.type in ("property", "kept"))

    @property
    def moves(self) -> "tuple[Move, ...]":
        return moves(self.path)

    @property
    def parts(self) -> "list[Row]":
        return [*self.steps, *([self.other] if self.other else [])]


@dataclass(frozen=True)
class Move:
    """A command of the menu beside a condition or group; `key` carries it out while the focus is in there."""

    do: str
    label: str
    icon: str
    key: str


def moves(path: str, *, of_group: bool = False) -> tuple[Move, ...]:
    found = [
        Move("up", _("Move up"), "arrow_upward", "ArrowUp"),
        Move("down", _("Move down"), "arrow_downward", "ArrowDown"),
        Move("in", _("Put into a group"), "format_indent_increase", "ArrowRight"),
    ]
    if path.count(".items.") > 1 + (".where." in path):
        found.append(Move("out", _("Take out of the group"), "format_indent_decrease", "ArrowLeft"))
    if of_group:
        found.append(Move("unwrap", _("Dissolve the group"), "unfold_less_double", ""))
    return tuple(found)


@dataclass
class Add:
    do: str
    label: str
    icon: str
    path: str = ""


@dataclass
class Group:
    """Conditions joined by all or any. `lead` is how the group begins as words; `where` ones filter an event."""

    path: str
    join: Input
    word: str
    rows: list["Row | Group"]
    adds: list[Add]
    root: bool = False
    in_where: bool = False
    problems: tuple[str, ...] = ()
    off: bool = False
    folded: bool = False
    sentence: str = ""
    hidden: list[Hidden] = field(default_factory=list)
    is_group = True

    @property
    def id(self) -> str:
        return element_id(self.path)

    @property
    def items_path(self) -> str:
        return f"{self.path}.items"

    @property
    def is_counted(self) -> bool:
        return not self.in_where

    @property
    def moves(self) -> tuple[Move, ...]:
        return moves(self.path, of_group=True)
