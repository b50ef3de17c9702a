"""The form tree → rule JSON, remembering which field each part of the JSON came from.

What is still empty is told as a problem of its own, so that an unfinished form reads as "fill this in",
not as a mistake.
"""

from dataclasses import dataclass, field
from typing import Any

from cdp.errors import N_, Problem
from tags.rules.catalog import Catalog
from tags.rules.operators import Shape
from tags.rules.value_kinds import NUMBER

from .kept import kept_rule
from .literals import share_of, value_of
from .owns import own_side
from .posted import Tree, below, text
from .regions import POINT, POLYGON, SIDES, corners_of
from .table import left_kind, needs_property, shape_of, value_kind, value_kind_of_measure

Path = tuple[str | int, ...]
# In the form a mark of what is switched off; in what is kept of a form a part that is.
OFF = "off"
FILL = N_("Fill this in.")
CHOOSE = N_("Choose one.")
# How a group joins its conditions → whether the whole is turned round, and the group in rule JSON.
JOINS = {"all": (False, "all"), "any": (False, "any"), "none": (True, "any"), "not_all": (True, "all")}


@dataclass
class Reading:
    """`places`: path in the JSON → path in the form. `blanks` have paths in the JSON.

    `keeps`: whether what is switched off is kept in the JSON, as `{"off": tree}`, which then is no rule any more.
    """

    catalog: Catalog
    keeps: bool = False
    places: dict[Path, str] = field(default_factory=dict)
    blanks: list[Problem] = field(default_factory=list)

    def blank(self, path: Path, message: str = FILL) -> str:
        self.blanks.append(Problem(path, message))
        return ""


def read_condition(node: Any, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """One item of a form, a group or a condition, as rule JSON."""
    node = node if isinstance(node, dict) else {}
    reading.places[path] = form
    negated = JOINS[join_of(node)][0] if node.get("type") == "group" else bool(node.get("negate"))
    if negated:
        return {"not": _plain(node, form, (*path, "not"), reading)}
    return _plain(node, form, path, reading)


def _plain(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    reading.places[path] = form
    match node.get("type"):
        case "group":
            return _group(node, form, path, reading)
        case "attribute" | "property" | "tag" as kind:
            return _tested(kind, node, form, path, reading)
        case "event":
            return _event(node, form, path, reading)
        case "first" | "stopped" | "resumed" | "regular" as kind:
            return {kind: _pattern(kind, node, form, (*path, kind), reading)}
        case "sequence":
            return _sequence(node, form, path, reading)
        case "rank":
            return {"rank": _rank(node, form, (*path, "rank"), reading)}
        case "sample":
            return {"sample": _sample(node, form, (*path, "sample"), reading)}
        case "segment" | "list" as kind:
            return {kind: _slug(node, kind, form, path, reading)}
        case "kept" if (rule := kept_rule(text(node, "json"))) is not None:
            return rule
        case _:
            reading.blank(path, CHOOSE)
            return {}


def _group(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    join, items = JOINS[join_of(node)][1], items_read(node, reading)
    if not items:
        reading.blank(path, N_("Add a condition."))
    return {
        join: [
            {OFF: item}
            if isinstance(item, dict) and item.get(OFF)
            else read_condition(item, f"{form}.items.{place}", (*path, join, number), reading)
            for number, (place, item) in enumerate(items)
        ]
    }


def is_on(node: Any) -> bool:
    """Whether it belongs to the rule: neither switched off nor a group of which everything is."""
    if not isinstance(node, dict):
        return True
    items = items_of(node) if node.get("type") == "group" else []
    return not node.get(OFF) and (not items or any(map(is_on, items)))


def items_read(group: Tree, reading: Reading) -> list[tuple[int, Any]]:
    """The items of a group that are read, each with its place in the form."""
    return [(place, item) for place, item in enumerate(items_of(group)) if reading.keeps or is_on(item)]


def join_of(node: Tree) -> str:
    join = text(node, "join")
    return join if join in JOINS else "all"


def items_of(node: Tree) -> list[Any]:
    items = node.get("items")
    return items if isinstance(items, list) else []


def _slug(node: Tree, kind: str, form: str, path: Path, reading: Reading) -> str:
    reading.places[(*path, kind)] = f"{form}.{kind}"
    return text(node, kind) or reading.blank((*path, kind), CHOOSE)


def _tested(kind: str, node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    slug = _slug(node, kind, form, path, reading)
    if not slug:
        return {kind: slug}
    left = left_kind(kind, slug, text(node, "op"), reading.catalog)
    return {kind: slug, **read_test(node, left, form, path, reading)}


def read_test(node: Tree, kind: str, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """The operator and its right-hand side, for a left side of a kind."""
    reading.places[(*path, "op")] = f"{form}.op"
    reading.places[(*path, "value")] = f"{form}.value"
    op = text(node, "op") or reading.blank((*path, "op"), CHOOSE)
    value = node.get("value")
    value = value if isinstance(value, dict) else {}
    here = (*path, "value")
    if own := own_side(node, kind, reading.catalog):
        return {"op": op, "value": _own(own, value, kind, f"{form}.value", here, reading)}
    kind = value_kind(op, kind)
    match shape_of(op):
        case Shape.NONE:
            return {"op": op}
        case Shape.ONE:
            return {"op": op, "value": _one(value, kind, op, here, reading)}
        case Shape.MANY:
            many = value.get("many")
            many = [value_of(one, kind) for one in many if one] if isinstance(many, list) else []
            if not many:
                reading.blank(here)
            return {"op": op, "value": many}
        case Shape.PAIR:
            ends = [below(value, end) for end in ("low", "high")]
            pair = [_one(end, kind, op, (*here, number), reading) for number, end in enumerate(ends)]
            return {"op": op, "value": pair}
        case Shape.SPAN:
            return {"op": op, "value": _span(value, here, reading)}
        case Shape.PLACE:
            return {"op": op, "value": _place(value, op, f"{form}.value", here, reading)}


def _place(value: Tree, op: str, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    if op == "within_km":
        km = _count(value, "km", path, reading)
        return {"km": km, "of": {key: _count(value, key, path, reading) for key in POINT}}
    if text(value, "region") == POLYGON:
        corners = corners_of(text(value, "corners"))
        return {POLYGON: corners or reading.blank(path)}
    return {"box": {side: _count(value, side, path, reading) for side in SIDES}}


def _own(own: str, value: Tree, left: str, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """Another value of the customer. A date has no multiple."""
    if own == "attribute":
        return {"attribute": _slug(value, "attribute", form, path, reading)}
    here = (*path, "measure")
    measure = read_measure(below(value, "measure"), f"{form}.measure", here, reading)
    if left not in NUMBER:
        return {"measure": measure}
    reading.places[(*path, "times")] = f"{form}.times"
    times = _count(value, "times", (*path, "times"), reading)
    return {"measure": measure} if times == 1 else {"measure": measure, "times": times}


def _one(value: Tree, kind: str, op: str, path: Path, reading: Reading) -> Any:
    match text(value, "side") if kind == "date" else "":
        case "ago" | "ahead" as side:
            return {side: _count(value, "n", path, reading), "unit": text(value, "unit") or "day"}
        case "start_of":
            return {"start_of": text(value, "unit") or "month"}
        case _:
            typed = text(value, "text")
            if typed == "" or (kind != "text" and not typed.strip()):
                return reading.blank(path)
            return value_of(typed, kind)


def _span(value: Tree, path: Path, reading: Reading) -> dict[str, Any]:
    return {"n": _count(value, "n", path, reading), "unit": text(value, "unit") or "day"}


def _count(node: Tree, key: str, path: Path, reading: Reading) -> Any:
    typed = text(node, key).strip()
    return value_of(typed, "number") if typed else reading.blank(path)


def _event(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    found = _happened(node, form, path, reading)
    measure: dict[str, Any] = {"agg": text(node, "agg") or "count"}
    kind = _measured(node, measure, form, (*path, "measure"), reading)
    return {**found, "measure": measure, **read_test(node, kind, form, path, reading)}


def _happened(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """Which events are meant: their names, what must be true of them, and when."""
    found = _occurrence(node, form, path, reading)
    reading.places[(*path, "window")] = f"{form}.window"
    return {**found, "window": read_window(below(node, "window"), (*path, "window"), reading)}


def _pattern(kind: str, node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """What happened for the first time, no longer, again, or regularly."""
    if kind == "first":
        return _happened(node, form, path, reading)
    found = _occurrence(node, form, path, reading)
    if kind == "regular":
        numbers = {key: _count(node, key, (*path, key), reading) for key in ("times", "in", "of")}
        return {**found, **numbers, "per": text(node, "per") or "month"}
    spans = {key: _span(below(node, key), (*path, key), reading) for key in ("quiet", "after")}
    return {**found, **spans}


def _sequence(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """One after the other, in time. Steps are no conditions by themselves, so only their parts have places."""
    for key in ("sequence", "within", "window"):
        reading.places[(*path, key)] = form if key == "sequence" else f"{form}.{key}"
    return {
        "sequence": [
            _step(step, f"{form}.steps.{number}", (*path, "sequence", number), reading)
            for number, step in enumerate(steps_of(node))
        ],
        "within": _span(below(node, "within"), (*path, "within"), reading),
        "window": read_window(below(node, "window"), (*path, "window"), reading),
    }


def steps_of(node: Tree) -> list[Tree]:
    steps = node.get("steps")
    return [step if isinstance(step, dict) else {} for step in steps] if isinstance(steps, list) else []


def _step(step: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    reading.places[(*path, "absent")] = f"{form}.absent"
    what = _occurrence(step, form, path, reading)
    return {**what, "absent": True} if text(step, "absent") else what


def _rank(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    end = "bottom" if text(node, "end") == "bottom" else "top"
    reading.places[(*path, end)] = f"{form}.n"
    measure = read_measure(node, form, (*path, "measure"), reading)
    return {"measure": measure, end: _count(node, "n", (*path, end), reading), "unit": text(node, "unit")}


def _sample(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    salt = text(node, "salt") or reading.blank((*path, "salt"))
    ends = {end: share_of(_count(node, end, (*path, end), reading)) for end in ("from", "to")}
    return {"salt": salt, **ends}


def _occurrence(node: Tree, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """Which events are meant, whenever they were."""
    chosen = node.get("event")
    names = [name for name in chosen if name] if isinstance(chosen, list) else []
    reading.places[(*path, "event")] = f"{form}.event"
    if not names:
        reading.blank((*path, "event"), CHOOSE)
    found: dict[str, Any] = {"event": names[0] if len(names) == 1 else names}
    if "*" in names:
        found["event"] = "*"
    where = node.get("where")
    if isinstance(where, dict) and items_read(where, reading):
        found["where"] = read_condition({**where, "type": "group"}, f"{form}.where", (*path, "where"), reading)
    return found


def _measured(node: Tree, measure: dict[str, Any], form: str, path: Path, reading: Reading) -> str:
    """Fills in the measured property; returns the kind of the measure's value."""
    reading.places[path] = f"{form}.agg"
    reading.places[(*path, "property")] = f"{form}.property"
    if needs_property(measure["agg"]):
        measure["property"] = text(node, "property") or reading.blank((*path, "property"), CHOOSE)
    return value_kind_of_measure(
        measure["agg"], left_kind("property", measure.get("property", ""), "", reading.catalog)
    )


def read_measure(node: Any, form: str, path: Path, reading: Reading) -> dict[str, Any]:
    """A measure in full, as it stands alone in a measure tag."""
    node = node if isinstance(node, dict) else {}
    reading.places[path] = form
    found = _happened(node, form, path, reading)
    measure: dict[str, Any] = {"agg": text(node, "agg") or "count"}
    _measured(node, measure, form, path, reading)
    return {**found, **measure}


def read_events(node: Tree, form: str, reading: Reading, *, windowed: bool = True) -> dict[str, Any]:
    """The events a kind looks at, as they stand in its definition."""
    return _happened(node, form, (), reading) if windowed else _occurrence(node, form, (), reading)


def read_window(node: Tree, path: Path, reading: Reading) -> Any:
    unit = text(node, "unit") or "day"
    match text(node, "shape"):
        case "last":
            window = {"last": _count(node, "n", path, reading), "unit": unit}
            return {**window, "complete": True} if node.get("complete") else window
        case "previous" | "this" as shape:
            return {shape: text(node, "calendar") or "month"}
        case "between_ago":
            ends = [_count(node, end, path, reading) for end in ("far", "near")]
            return {"between_ago": ends, "unit": unit}
        case "fixed":
            days = {end: text(node, end) for end in ("from", "to") if text(node, end)}
            if not days:
                reading.blank(path)
            return days
        case _:
            return "ever"
