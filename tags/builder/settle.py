"""Make a posted tree whole before it is read or shown: defaults for what a choice has just made necessary,
and what was typed carried over to the new shape of the right-hand side."""

from typing import Any

from tags.rules.catalog import Catalog
from tags.rules.operators import Operator, Shape, operators_of

from .owns import is_of, kinds_beside, own_side
from .posted import Tree, below, text
from .read import items_of, steps_of
from .table import (
    default_op,
    left_kind,
    needs_property,
    operators_for,
    shape_of,
    value_kind_of_measure,
)


def settle(node: Any, catalog: Catalog) -> None:
    """In place, at any depth."""
    if not isinstance(node, dict):
        return
    kind = text(node, "type")
    match kind:
        case "group":
            for item in items_of(node):
                settle(item, catalog)
        case "attribute" | "property" | "tag":
            if slug := text(node, kind):
                rows = operators_for(kind, slug, catalog)
                _settle_test(node, rows, left_kind(kind, slug, text(node, "op"), catalog), catalog)
        case "event":
            settle_measure(node, catalog)
            measured = event_kind(node, catalog)
            _settle_test(node, operators_of(measured), measured, catalog)
        case "first" | "stopped" | "resumed" | "regular":
            if not isinstance(node.get("event"), list) and (steps := steps_of(node)):
                node |= {key: steps[0][key] for key in ("event", "where") if key in steps[0]}
            settle_measure(node, catalog)
            for key, days in (("quiet", "60"), ("after", "90")):
                node[key] = {"n": days, "unit": "day", **below(node, key)}
            node |= {"times": "1", "per": "month", "in": "3", "of": "6"} | node
        case "sequence":
            _settle_sequence(node, catalog)
        case "rank":
            settle_measure(node, catalog)
            node |= {"end": "top", "n": "10", "unit": "percent"} | node
        case "sample":
            node |= {"salt": "", "from": "0", "to": "10"} | node


def settle_measure(node: Tree, catalog: Catalog) -> None:
    """Which events, where, what is measured, and when."""
    _settle_what(node, catalog)
    node["agg"] = text(node, "agg") or "count"
    _settle_window(node)


def settle_events(node: Tree, catalog: Catalog) -> None:
    """Which events, where, and when."""
    _settle_what(node, catalog)
    _settle_window(node)


def _settle_what(node: Tree, catalog: Catalog) -> None:
    if not isinstance(node.get("event"), list) or not node["event"]:
        node["event"] = [""]
    if isinstance(node.get("where"), dict):
        node["where"]["type"] = "group"
        settle(node["where"], catalog)


def _settle_window(node: Tree) -> None:
    node["window"] = {"shape": "ever", "unit": "day", "calendar": "month", **below(node, "window")}


def _settle_sequence(node: Tree, catalog: Catalog) -> None:
    """At least two steps, the first of which happens. One that was another pattern begins with its event."""
    steps = steps_of(node) or [{key: node[key] for key in ("event", "where") if key in node}]
    node["steps"] = [*steps, *({} for _missing in range(2 - len(steps)))]
    for step in node["steps"]:
        _settle_what(step, catalog)
    node["steps"][0].pop("absent", None)
    node["within"] = {"n": "7", "unit": "day", **below(node, "within")}
    _settle_window(node)


def event_kind(node: Tree, catalog: Catalog) -> str:
    """The kind of what an event condition compares."""
    measured = text(node, "property") if needs_property(text(node, "agg")) else ""
    return value_kind_of_measure(text(node, "agg"), left_kind("property", measured, "", catalog))


def _settle_test(node: Tree, rows: tuple[Operator, ...], kind: str, catalog: Catalog) -> None:
    if text(node, "op") not in [row.name for row in rows]:
        node["op"] = default_op(rows, kind)
    value = node["value"] if isinstance(node.get("value"), dict) else {}
    node["value"] = _carried(value, shape_of(node["op"]))
    if own_side(node, kind, catalog) == "measure":
        _settle_own(node["value"], kind, catalog)


def _settle_own(value: Tree, left: str, catalog: Catalog) -> None:
    value["measure"] = below(value, "measure")
    settle_measure(value["measure"], catalog)
    if not is_of(value["measure"]["agg"], kinds_beside(left)):
        value["measure"]["agg"] = "last" if left == "date" else "count"
    value.setdefault("times", "1")


def _carried(value: Tree, shape: Shape) -> Tree:
    many = value["many"] if isinstance(value.get("many"), list) else []
    match shape:
        case Shape.MANY if not many and text(value, "text"):
            return {**value, "many": [text(value, "text")]}
        case Shape.ONE if not text(value, "text") and many:
            return {**value, "text": many[0]}
        case Shape.SPAN:
            return {"n": "30", "unit": "day", **value}
        case Shape.PLACE:
            return {"km": "5", "region": "box", **value}
        case _:
            return value
