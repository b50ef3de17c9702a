"""Rule JSON → the form tree: the inverse of `read`."""

from typing import Any

from .kept import PATTERNS, is_drawn, kept_text
from .literals import percent_text, text_of
from .posted import Tree
from .read import OFF
from .regions import write_place

TURNED = {"any": "none", "all": "not_all", "none": "any", "not_all": "all"}


def write_root(rule: Any) -> Tree:
    """A rule as the group a form begins with; a lone condition becomes a group of one."""
    node = write_condition(rule)
    if node["type"] == "group":
        return node
    return {"type": "group", "join": "all", "items": [node]}


def write_condition(rule: dict[str, Any]) -> Tree:
    """One condition or group. `KeyError` or `TypeError` for JSON that is no rule: check before."""
    if isinstance(rule.get(OFF), dict):
        return {**rule[OFF], OFF: "1"}
    if "not" in rule:
        return _negated(write_condition(rule["not"]))
    for join in ("all", "any"):
        if join in rule:
            return {"type": "group", "join": join, "items": [write_condition(item) for item in rule[join]]}
    if not is_drawn(rule):
        return {"type": "kept", "json": kept_text(rule)}
    for kind in ("attribute", "property", "tag"):
        if kind in rule:
            return {"type": kind, kind: rule[kind], **_test(rule)}
    for kind in ("segment", "list"):
        if kind in rule:
            return {"type": kind, kind: rule[kind]}
    for kind in PATTERNS:
        if kind in rule:
            return _pattern(kind, rule[kind])
    if "sequence" in rule:
        return _sequence(rule)
    if "rank" in rule:
        return _rank(rule["rank"])
    if "sample" in rule:
        ends = {end: percent_text(rule["sample"][end]) for end in ("from", "to")}
        return {"type": "sample", "salt": rule["sample"]["salt"], **ends}
    return _event(rule)


def _sequence(rule: dict[str, Any]) -> Tree:
    steps = [{**_what(step), **({"absent": "1"} if step.get("absent") else {})} for step in rule["sequence"]]
    window = write_window(rule.get("window", "ever"))
    return {"type": "sequence", "steps": steps, "within": _one(rule["within"]), "window": window}


def _rank(rule: dict[str, Any]) -> Tree:
    end = "bottom" if "bottom" in rule else "top"
    size = {"end": end, "n": text_of(rule[end]), "unit": rule.get("unit", "customer")}
    return {**write_measure(rule["measure"]), **size, "type": "rank"}


def _pattern(kind: str, rule: dict[str, Any]) -> Tree:
    tree = {**_happened(rule), "type": kind}
    if kind == "regular":
        numbers = {key: text_of(rule[key]) for key in ("in", "of")}
        return {**tree, **numbers, "times": text_of(rule.get("times", 1)), "per": rule["per"]}
    return {**tree, **{key: _one(rule[key]) for key in ("quiet", "after") if key in rule}}


def _negated(inner: Tree) -> Tree:
    """Turned round; what was turned already is turned back."""
    if inner["type"] == "group":
        return {**inner, "join": TURNED[inner["join"]]}
    return {**inner, "negate": "" if inner.get("negate") else "1"}


def _test(rule: dict[str, Any]) -> Tree:
    op = rule["op"]
    return {"op": op, "value": _operand(rule["value"])} if rule.get("value") is not None else {"op": op}


def _operand(value: Any) -> Tree:
    """Both ends are written beside the list, so that a change of operator keeps what was typed."""
    if isinstance(value, list):
        tree: Tree = {}
        if not any(isinstance(one, dict) for one in value):
            tree["many"] = [text_of(one) for one in value]
        if len(value) == 2:
            tree |= {"low": _one(value[0]), "high": _one(value[1])}
        return tree
    return _one(value)


def _one(value: Any) -> Tree:
    if not isinstance(value, dict):
        return {"text": text_of(value)}
    if {"km", "box", "polygon"} & value.keys():
        return write_place(value)
    if "attribute" in value:
        return {"own": "attribute", "attribute": value["attribute"]}
    if "measure" in value:
        times = text_of(value.get("times", 1))
        return {"own": "measure", "measure": write_measure(value["measure"]), "times": times}
    for side in ("ago", "ahead"):
        if side in value:
            return {"side": side, "n": text_of(value[side]), "unit": value["unit"]}
    if "start_of" in value:
        return {"side": "start_of", "unit": value["start_of"]}
    return {"n": text_of(value["n"]), "unit": value["unit"]}


def _event(rule: dict[str, Any]) -> Tree:
    """Without a measure and an operator it means: at least once."""
    test = _test(rule) if "op" in rule else {"op": ">=", "value": {"text": "1"}}
    return {**_happened(rule), **_measure(rule.get("measure", {})), **test}


def write_events(definition: dict[str, Any]) -> Tree:
    """The events that a kind looks at."""
    return _happened(definition)


def _happened(rule: dict[str, Any]) -> Tree:
    return {"type": "event", **_what(rule), "window": write_window(rule.get("window", "ever"))}


def _what(rule: dict[str, Any]) -> Tree:
    """Which events are meant."""
    names = rule["event"]
    tree: Tree = {"event": names if isinstance(names, list) else [names]}
    if where := rule.get("where"):
        tree["where"] = write_root({"all": where} if isinstance(where, list) else where)
    return tree


def _measure(measure: dict[str, Any]) -> Tree:
    tree = {"agg": measure.get("agg", "count")}
    return {**tree, "property": measure["property"]} if measure.get("property") else tree


def write_measure(measure: dict[str, Any]) -> Tree:
    return {**_happened(measure), **_measure(measure)}


def write_window(window: Any) -> Tree:
    if window == "ever":
        return {"shape": "ever"}
    for calendar in ("previous", "this"):
        if calendar in window:
            return {"shape": calendar, "calendar": window[calendar]}
    if "last" in window:
        tree = {"shape": "last", "n": text_of(window["last"]), "unit": window["unit"]}
        return {**tree, "complete": "1"} if window.get("complete") else tree
    if "between_ago" in window:
        far, near = window["between_ago"]
        return {"shape": "between_ago", "far": text_of(far), "near": text_of(near), "unit": window["unit"]}
    return {"shape": "fixed", **{end: text_of(window[end]) for end in ("from", "to") if window.get(end)}}
