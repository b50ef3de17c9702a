"""Changes to the form tree that a button or a drag asks for: `add event rule`, `remove rule.items.1`, `up …`."""

import copy
from typing import Any

from .moves import at as _at
from .moves import into_group, move, out_of_group
from .moves import place as _place
from .posted import Tree, below, text

NEW: dict[str, Tree] = {
    "group": {"type": "group", "join": "any", "items": [{"type": "attribute"}]},
    "attribute": {"type": "attribute"},
    "event": {
        "type": "event",
        "event": [""],
        "agg": "count",
        "op": ">=",
        "value": {"text": "1"},
        "window": {"shape": "last", "n": "30", "unit": "day"},
    },
    "first": {"type": "first", "event": [""], "window": {"shape": "last", "n": "30", "unit": "day"}},
    "sample": {"type": "sample"},
    "rank": {
        "type": "rank",
        "event": [""],
        "agg": "count",
        "window": {"shape": "last", "n": "1", "unit": "year"},
    },
    "step": {"event": [""]},
    "tag": {"type": "tag"},
    "segment": {"type": "segment"},
    "list": {"type": "list"},
    "property": {"type": "property"},
    "layer": {"label": "", "when": {"type": "group", "join": "all", "items": [{"type": "attribute"}]}},
    "measure": {"event": [""], "agg": "count", "window": {"shape": "last", "n": "90", "unit": "day"}},
    "bin": {"label": "", "below": ""},
}


def new(kind: str) -> Tree:
    return copy.deepcopy(NEW[kind])


# What a command turns on and off: the opposite, left out of the rule, shown as its sentence alone.
MARKS = {"not": "negate", "off": "off", "fold": "fold"}


def edit(tree: Tree, command: str) -> str:
    """Carry out one command on the tree in place. Returns the path to put the cursor at.

    An unknown command or a path that is not there changes nothing: the form was open somewhere else.
    """
    verb, *words = command.split(" ")
    match verb, words:
        case "add", [kind, path] if kind in NEW:
            return _add(tree, kind, path)
        case "compare", [own, path]:
            return _compare(_at(tree, path), own, path)
        case "or", [path]:
            return _another_event(_at(tree, path), path)
        case "not" | "off" | "fold", [path]:
            return _turn(_at(tree, path), MARKS[verb], path)
        case "in", [path]:
            return into_group(tree, path)
        case "out", [path]:
            return out_of_group(tree, path)
        case "move", [path, target, number] if number.isdecimal():
            return move(tree, path, target, int(number))
        case "remove" | "copy" | "up" | "down" | "wrap" | "unwrap", [path]:
            holder, index = _place(tree, path)
            return _CHANGES[verb](holder, index, path) if holder is not None else ""
        case _:
            return ""


def _add(tree: Tree, kind: str, path: str) -> str:
    """Append to the list at `path`; one that is still empty is made."""
    above, _dot, last = path.rpartition(".")
    parent = _at(tree, above) if above else tree
    if not isinstance(parent, dict):
        return ""
    items = parent.get(last)
    if not isinstance(items, list):
        items = parent[last] = []
    # One bin divides nothing, so the first two come together.
    items.extend(new(kind) for _ in range(2 if kind == "bin" and not items else 1))
    return f"{path}.{len(items) - 1}"


def _another_event(row: Any, path: str) -> str:
    if not isinstance(row, dict):
        return ""
    row["event"] = [*(row.get("event") or []), ""]
    return f"{path}.event.{len(row['event']) - 1}"


def _compare(row: Any, own: str, path: str) -> str:
    """Another value of the customer comes on the right; a measure begins as the left one, a while earlier."""
    if not isinstance(row, dict):
        return ""
    row["value"] = {"times": "1", "measure": _earlier(row), **below(row, "value"), "own": own}
    return f"{path}.value.{'times' if own == 'measure' else own}"


def _earlier(row: Tree) -> Tree:
    """What is measured on the left in the stretch of time before; for an attribute a new measure."""
    if row.get("type") != "event":
        return new("measure")
    same: Tree = {key: copy.deepcopy(row[key]) for key in ("event", "where", "agg", "property") if key in row}
    return {**same, "window": _window_before(below(row, "window"))}


def _window_before(window: Tree) -> Tree:
    shape, n = text(window, "shape"), text(window, "n").strip()
    if shape == "this":
        return {"shape": "previous", "calendar": text(window, "calendar") or "month"}
    if shape == "last" and n.isdecimal():
        far = str(2 * int(n))
        return {"shape": "between_ago", "far": far, "near": n, "unit": text(window, "unit") or "day"}
    return {"shape": "ever"}


def _turn(node: Any, mark: str, path: str) -> str:
    if not isinstance(node, dict):
        return ""
    node[mark] = "" if node.get(mark) else "1"
    return path


def _remove(items: list[Any], index: int, path: str) -> str:
    del items[index]
    return path.rpartition(".")[0] + f".{max(0, index - 1)}"


def _copy(items: list[Any], index: int, path: str) -> str:
    items.insert(index + 1, copy.deepcopy(items[index]))
    return path.rpartition(".")[0] + f".{index + 1}"


def _move(step: int) -> Any:
    def move(items: list[Any], index: int, path: str) -> str:
        target = min(max(index + step, 0), len(items) - 1)
        items.insert(target, items.pop(index))
        return path.rpartition(".")[0] + f".{target}"

    return move


def _wrap(items: list[Any], index: int, path: str) -> str:
    items[index] = {"type": "group", "join": "any", "items": [items[index]]}
    return f"{path}.items.0"


def _unwrap(items: list[Any], index: int, path: str) -> str:
    inner = items[index].get("items") if isinstance(items[index], dict) else None
    items[index : index + 1] = inner if isinstance(inner, list) else [items[index]]
    return path


_CHANGES = {"remove": _remove, "copy": _copy, "up": _move(-1), "down": _move(1), "wrap": _wrap, "unwrap": _unwrap}
