"""Moving a condition or a group to another place of the form tree, also into a group and out of it."""

from typing import Any

from .posted import Tree

WHERE = ".where."
LAYERS = "layers"


def at(tree: Any, path: str) -> Any:
    """What a path leads to; None when it is not there."""
    node = tree
    for step in path.split("."):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def place(tree: Tree, path: str) -> tuple[list[Any] | None, int]:
    """The list that holds what the path leads to, and where in it."""
    above, _dot, last = path.rpartition(".")
    holder = at(tree, above) if above else None
    there = isinstance(holder, list) and last.isdecimal() and int(last) < len(holder)
    return (holder, int(last)) if there else (None, 0)


def move(tree: Tree, path: str, target: str, index: int) -> str:
    """Put it before the `index`-th item of the list at `target`, counted before anything moves. Returns its new
    path. Nothing moves into itself, what filters an event stays among what filters events, values among values."""
    holder, number = place(tree, path)
    if holder is None or _under(target, path) or not _fits(path, target):
        return ""
    into = _items(tree, target)
    if into is None:
        return ""
    around, group = _group_of(tree, path)
    node = holder.pop(number)
    into.insert(min(index - (into is holder and number < index), len(into)), node)
    if around is not None and not holder:
        # A group that has lost its last condition goes, too.
        around[:] = [one for one in around if one is not group]
    return _path_of(tree, node, "")


def _group_of(tree: Tree, path: str) -> tuple[list[Any] | None, Any]:
    """The group that something stands in, and the list that this group stands in; None for the outermost."""
    around, number = place(tree, path.rpartition(".")[0].removesuffix(".items"))
    if around is None or not _is_group(around[number]):
        return None, None
    return around, around[number]


def _path_of(part: Any, node: Any, path: str) -> str:
    """Where in the tree an object is."""
    if part is node:
        return path
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    found = (_path_of(one, node, f"{path}.{key}" if path else str(key)) for key, one in inner)
    return next(filter(None, found), "")


def into_group(tree: Tree, path: str) -> str:
    """Into the group before it, else the group after it, else into a group of its own."""
    holder, number = place(tree, path)
    if holder is None:
        return ""
    above = path.rpartition(".")[0]
    if number and _is_group(holder[number - 1]):
        target = f"{above}.{number - 1}.items"
        return move(tree, path, target, len(_items(tree, target) or ()))
    if number + 1 < len(holder) and _is_group(holder[number + 1]):
        return move(tree, path, f"{above}.{number + 1}.items", 0)
    holder[number] = {"type": "group", "join": "any", "items": [holder[number]]}
    return f"{path}.items.0"


def out_of_group(tree: Tree, path: str) -> str:
    """Behind the group it is in; of the outermost group nothing goes out."""
    around, _group = _group_of(tree, path)
    if around is None:
        return path
    above, _dot, number = path.rpartition(".")[0].removesuffix(".items").rpartition(".")
    return move(tree, path, above, int(number) + 1)


def _is_group(node: Any) -> bool:
    return isinstance(node, dict) and node.get("type") == "group"


def _items(tree: Tree, target: str) -> list[Any] | None:
    """The list at `target`; that of a group which has none yet is made."""
    found = at(tree, target)
    if target == LAYERS:
        return found if isinstance(found, list) else None
    group = at(tree, target.removesuffix(".items"))
    if found is None and target.endswith(".items") and _is_group(group):
        found = group["items"] = []
    return found if isinstance(found, list) and target.endswith(".items") else None


def _under(target: str, path: str) -> bool:
    return target == path or target.startswith(f"{path}.")


def _fits(path: str, target: str) -> bool:
    if LAYERS in (target, path.rpartition(".")[0]):
        return path.rpartition(".")[0] == target
    return (WHERE in path) == (WHERE in f"{target}.") and ".items." in path
