"""Flat form fields ↔ a tree of plain values.

A field's name is its path: `layers.0.when.items.1.op`. Numbers are places in a list, whose gaps close;
a name ending in `[]` holds every value posted under it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

MAX_DEPTH = 60
Tree = dict[str, Any]


def text(node: Tree, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def below(node: Tree, key: str) -> Tree:
    """The part of the tree under a key; an empty one when there is none."""
    part = node.get(key)
    return part if isinstance(part, dict) else {}


def tree_of(fields: Iterable[tuple[str, list[str]]]) -> Tree:
    """The tree of posted fields, such as `QueryDict.lists()`. Over-deep names are dropped."""
    root: Tree = {}
    for name, values in fields:
        steps = name.removesuffix("[]").split(".")
        if len(steps) <= MAX_DEPTH:
            _put(root, steps, list(values) if name.endswith("[]") else values[-1] if values else "")
    closed = _closed(root)
    return closed if isinstance(closed, dict) else {}


def _put(root: Tree, steps: list[str], value: str | list[str]) -> None:
    node = root
    for step in steps[:-1]:
        below = node.get(step)
        if not isinstance(below, dict):
            below = node[step] = {}
        node = below
    if not isinstance(node.get(steps[-1]), dict):
        node[steps[-1]] = value


def _closed(node: Any) -> Any:
    """Tables whose keys are all numbers become lists, in order of the numbers."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_closed(node[key]) for key in sorted(node, key=int)]
    return {key: _closed(value) for key, value in node.items()}


def fields_of(tree: Tree) -> Iterator[tuple[str, list[str]]]:
    """The fields that would be posted for a tree; the inverse of `tree_of`."""
    yield from _fields((), tree)


def _fields(path: tuple[str, ...], node: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _fields((*path, key), value)
    elif isinstance(node, list) and all(isinstance(item, str) for item in node):
        if node:
            yield f"{'.'.join(path)}[]", list(node)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _fields((*path, str(index)), item)
    else:
        yield ".".join(path), [node]
