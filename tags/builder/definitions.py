"""The whole form of a tag or a segment ↔ its definition: layers, the rest, a measure and its bins.

What is switched off in a form is no part of its definition, which stays plain rule language for whoever reads it.
It is kept beside it (`has_off`, `Reading.keeps`): the definition again, with `{"off": tree}` in each place where
something is switched off. `write_definition` and `write_segment` take either.

A value has a short form that memberships keep (`code`) and a label in each language. Whoever makes a
value types one text, which is both; renaming it later changes the label only, so nobody leaves the tag.
"""

from typing import Any

from cdp.errors import N_
from tags.rules.catalog import name_in

from .edits import new
from .kind_forms import KIND_FORMS
from .literals import text_of, value_of
from .posted import Tree, below, text
from .read import OFF, Path, Reading, items_read, read_condition, read_measure
from .write import write_measure, write_root

NAME = N_("Name this value.")


def read_rule(tree: Tree, reading: Reading) -> dict[str, Any]:
    """The rule of a segment's form. A group of one says the same without the group."""
    return _lean(tree.get("rule"), "rule", (), reading)


def _lean(group: Any, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    group = group if isinstance(group, dict) else {}
    items = items_read(group, reading)
    if len(items) == 1 and text(group, "join") in ("", "all", "any") and not reading.keeps:
        [(place, item)] = items
        return read_condition(item, f"{form}.items.{place}", path, reading)
    return read_condition({**group, "type": "group"}, form, path, reading)


def read_definition(tree: Tree, language: str, reading: Reading) -> dict[str, Any]:
    """A tag's definition, of the kind the form says."""
    if form := KIND_FORMS.get(text(tree, "kind")):
        return form.read(below(tree, text(tree, "kind")), reading)
    if text(tree, "kind") == "measure":
        return _measured(tree, language, reading)
    layers = [_layer(layer, number, language, reading) for number, layer in enumerate(_parts(tree, "layers"))]
    if not layers:
        reading.blank(("layers",), N_("Add a value and its condition."))
    reading.places[("layers",)] = "layers"
    definition: dict[str, Any] = {"v": 1, "layers": layers}
    rest = tree.get("rest")
    if isinstance(rest, dict) and text(rest, "label").strip():
        named = _named(rest, "rest", ("rest",), language, reading)
        definition["rest"] = named if "names" in named else named["value"]
    if text(tree, "multiple"):
        definition["multiple"] = True
    return definition


def _parts(tree: Tree, key: str) -> list[Tree]:
    parts = tree.get(key)
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _layer(layer: Tree, number: int, language: str, reading: Reading) -> dict[str, Any]:
    form, path = f"layers.{number}", ("layers", number)
    when = _lean(layer.get("when"), f"{form}.when", (*path, "when"), reading)
    return {**_named(layer, form, path, language, reading), "when": when}


def _named(part: Tree, form: str, path: Path, language: str, reading: Reading) -> dict[str, Any]:
    reading.places[path] = form
    for key in ("value", "names"):
        reading.places[(*path, key)] = f"{form}.label"
    label, code = text(part, "label").strip(), text(part, "code")
    given = part["names"] if isinstance(part.get("names"), dict) else {}
    names = {key: name for key, name in given.items() if name}
    if not label:
        return {"value": reading.blank((*path, "value"), NAME)}
    if code and label != name_in(names, language, code):
        names[language] = label
    return {"value": code or label, **({"names": names} if names else {})}


def _measured(tree: Tree, language: str, reading: Reading) -> dict[str, Any]:
    definition: dict[str, Any] = {"v": 1}
    definition["measure"] = read_measure(tree.get("measure"), "measure", ("measure",), reading)
    if bins := _parts(tree, "bins"):
        definition["bins"] = _bins(bins, language, reading)
    return definition


def _bins(bins: list[Tree], language: str, reading: Reading) -> list[dict[str, Any]]:
    reading.places[("bins",)] = "bins"
    if len(bins) == 1:
        reading.blank(("bins",), N_("One bin divides nothing: add another, or remove it."))
    return [_bin(part, number, number == len(bins) - 1, language, reading) for number, part in enumerate(bins)]


def _bin(part: Tree, number: int, last: bool, language: str, reading: Reading) -> dict[str, Any]:
    form, path = f"bins.{number}", ("bins", number)
    found = _named(part, form, path, language, reading)
    reading.places[(*path, "below")] = f"{form}.below"
    if last:
        return found
    typed = text(part, "below").strip()
    return {**found, "below": value_of(typed, "number") if typed else reading.blank((*path, "below"))}


def write_definition(kind: str, definition: dict[str, Any], language: str) -> Tree:
    if form := KIND_FORMS.get(kind):
        return {"kind": kind, kind: form.write(definition)}
    if kind == "measure":
        bins = definition.get("bins") or []
        return {
            "kind": kind,
            "measure": write_measure(definition["measure"]),
            "bins": [{**_label(part, language), "below": text_of(part.get("below", ""))} for part in bins],
        }
    layers = [{**_label(layer, language), "when": write_root(layer["when"])} for layer in definition["layers"]]
    tree: Tree = {"kind": kind, "layers": layers}
    if rest := definition.get("rest"):
        tree["rest"] = _label(rest, language)
    return {**tree, "multiple": "1"} if definition.get("multiple") else tree


def _label(part: dict[str, Any] | str, language: str) -> Tree:
    part = {"value": part} if isinstance(part, str) else part
    names = part.get("names") or {}
    return {"code": part["value"], "label": name_in(names, language, part["value"]), "names": dict(names)}


def write_segment(rule: dict[str, Any]) -> Tree:
    return {"rule": write_root({key: value for key, value in rule.items() if key != "v"})}


def new_tag() -> Tree:
    return {
        "kind": "labels",
        "layers": [new("layer")],
        "measure": new("measure"),
        "bins": [],
        "rest": {"label": ""},
    }


def new_segment() -> Tree:
    return {"rule": new("layer")["when"]}


def has_off(tree: Any) -> bool:
    """Whether anything in a form is switched off."""
    if isinstance(tree, dict):
        return bool(tree.get(OFF)) or any(map(has_off, tree.values()))
    return isinstance(tree, list) and any(map(has_off, tree))
