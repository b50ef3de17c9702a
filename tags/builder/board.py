"""The part of the page that is drawn anew with every change: the layers of a tag, a measure and its bins,
or the rule of a segment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tags.rules.catalog import Catalog

from .draw import Draw
from .edits import new
from .kind_form import Setting
from .kind_forms import KIND_FORMS
from .parts import Group, Hidden, Input, Row, element_id
from .posted import Tree, below, fields_of, text
from .settle import settle, settle_measure

# Before a number: a value that has no name yet.
NAMELESS = "\N{ZERO WIDTH SPACE}"


@dataclass
class Value:
    """A layer or a bin: what it is called, and when a customer has it."""

    path: str
    number: int
    label: Input
    hidden: list[Hidden]
    group: Group | None = None
    below: Input | None = None
    problems: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return element_id(self.path)

    @property
    def shown(self) -> str:
        """What it is called, or its place where it has no name yet."""
        typed = self.label.value.strip()
        named = typed and not typed.startswith(NAMELESS)
        return typed if named else _("Value %(number)s") % {"number": self.number + 1}


@dataclass
class Board:
    """`of`: labels, measure, rule or another kind. `measure`: what a measure or another kind looks at, whose other
    questions are `settings`; `value_names`: what values are called that only the data knows."""

    of: str
    layers: list[Value] = field(default_factory=list)
    rest: Value | None = None
    multiple: bool = False
    measure: Row | None = None
    bins: list[Value] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    value_names: Mapping[str, str] = field(default_factory=dict)
    rule: Group | None = None
    problems: tuple[str, ...] = ()
    cursor: str = ""


def whole(tree: Tree, of: str, catalog: Catalog) -> Tree:
    """Fill in what a form of this kind cannot be without."""
    if of == "rule":
        tree["rule"] = _group(tree.get("rule"), catalog)
    elif of in KIND_FORMS:
        tree[of] = below(tree, of)
        KIND_FORMS[of].settle(tree[of], catalog)
    elif of == "measure":
        tree["measure"] = tree["measure"] if isinstance(tree.get("measure"), dict) else new("measure")
        settle_measure(tree["measure"], catalog)
    else:
        layers = tree["layers"] if isinstance(tree.get("layers"), list) else []
        tree["layers"] = [layer for layer in layers if isinstance(layer, dict)]
        for layer in tree["layers"]:
            layer["when"] = _group(layer.get("when"), catalog)
    return tree


def _group(group: object, catalog: Catalog) -> Tree:
    found = {**group, "type": "group"} if isinstance(group, dict) else {"type": "group", "join": "all"}
    settle(found, catalog)
    return found


def board_of(tree: Tree, of: str, draw: Draw, cursor: str = "") -> Board:
    board = Board(of, cursor=element_id(cursor) if cursor else "")
    if of == "rule":
        board.rule = draw.group(tree["rule"], "rule", root=True)
    elif of in KIND_FORMS:
        board.measure, board.settings = KIND_FORMS[of].draw(tree[of], draw)
        board.value_names = draw.value_names(text(tree[of], "property"))
    elif of == "measure":
        board.measure = draw.measure(tree["measure"], "measure")
        parts = tree["bins"] if isinstance(tree.get("bins"), list) else []
        board.bins = [_bin(part, number, number == len(parts) - 1, draw) for number, part in enumerate(parts)]
    else:
        board.layers = [_layer(layer, number, draw) for number, layer in enumerate(tree["layers"])]
        board.rest = _rest(tree.get("rest"), draw)
        board.multiple = bool(text(tree, "multiple"))
    board.problems = tuple(one for key in ("", "layers", "bins") for one in draw.problems.get(key, ()))
    return board


def _layer(layer: Tree, number: int, draw: Draw) -> Value:
    path = f"layers.{number}"
    label = Input(f"{path}.label", "text", _("Value"), text(layer, "label"), placeholder=_("for example: high"))
    group = draw.group(layer["when"], f"{path}.when", root=True)
    return Value(path, number, label, _hidden(layer, path), group, problems=_problems(draw.problems, path))


def _problems(problems: Mapping[str, list[str]], path: str) -> tuple[str, ...]:
    return tuple(one for key in (path, f"{path}.label", f"{path}.below") for one in problems.get(key, ()))


def _bin(part: Tree, number: int, last: bool, draw: Draw) -> Value:
    path = f"bins.{number}"
    label = Input(f"{path}.label", "text", _("Value"), text(part, "label"), placeholder=_("for example: high"))
    below = Input(f"{path}.below", "number", _("Upper limit"), text(part, "below"))
    hidden = _hidden(part, path) + [Hidden(below.name, below.value)] * last
    return Value(
        path, number, label, hidden, below=None if last else below, problems=_problems(draw.problems, path)
    )


def _rest(part: object, draw: Draw) -> Value:
    rest = part if isinstance(part, dict) else {}
    label = Input("rest.label", "text", _("Value for everyone else"), text(rest, "label"), placeholder=_("none"))
    return Value("rest", 0, label, _hidden(rest, "rest"), problems=_problems(draw.problems, "rest"))


def _hidden(part: Tree, path: str) -> list[Hidden]:
    """The value's short form and its names in other languages go along unseen."""
    kept = {key: part[key] for key in ("code", "names") if part.get(key)}
    return [Hidden(f"{path}.{name}", values[0]) for name, values in fields_of(kept)]
