"""What is built from what: references inside definitions, cycles, and the order of refreshing. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .rules.formulas.tokens import tags_named

TAG, SEGMENT, LIST, PERSONA = "tag", "segment", "list", "persona"


@dataclass(frozen=True, order=True)
class Ref:
    """A tag, segment, list or persona by its slug."""

    kind: str
    slug: str


Graph = Mapping[Ref, frozenset[Ref]]


def references(definition: Any) -> frozenset[Ref]:
    """Every tag, segment and list a definition's JSON names, at any depth."""
    return frozenset(_references(definition))


def _references(value: Any) -> Iterator[Ref]:
    if isinstance(value, Mapping):
        for kind in (TAG, SEGMENT, LIST):
            if isinstance(value.get(kind), str):
                yield Ref(kind, value[kind])
        if isinstance(value.get("formula"), str):
            yield from (Ref(TAG, slug) for slug in tags_named(value["formula"]))
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)


def cycle(graph: Graph, start: Ref) -> list[Ref]:
    """The way from `start` back to itself, first and last the same; empty when there is none."""
    came_from: dict[Ref, Ref] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop()
        for needed in sorted(graph.get(node, frozenset())):
            if needed == start:
                return [*_way(came_from, start, node), start]
            if needed not in came_from:
                came_from[needed] = node
                waiting.append(needed)
    return []


def _way(came_from: Mapping[Ref, Ref], start: Ref, end: Ref) -> list[Ref]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def order(graph: Graph, wanted: Iterable[Ref]) -> list[Ref]:
    """`wanted`, each after whatever of it it is built from, directly or through others."""
    chosen = set(wanted)
    done: dict[Ref, None] = {}
    for ref in sorted(chosen):
        _visit(graph, ref, done, set())
    return [ref for ref in done if ref in chosen]


def _visit(graph: Graph, ref: Ref, done: dict[Ref, None], open_refs: set[Ref]) -> None:
    # A cycle is refused when saving; should one be there all the same, it must not hang a refresh.
    if ref in done or ref in open_refs:
        return
    open_refs.add(ref)
    for needed in sorted(graph.get(ref, frozenset())):
        _visit(graph, needed, done, open_refs)
    done[ref] = None


def upstream(graph: Graph, wanted: Iterable[Ref]) -> set[Ref]:
    """Everything `wanted` is built from, directly or through others, without itself."""
    found: set[Ref] = set()
    waiting = list(wanted)
    while waiting:
        new = graph.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting.extend(new)
    return found


def downstream(graph: Graph, start: Ref) -> dict[Ref, Ref]:
    """Whatever is built on `start`, directly or through others, the nearest first; and for each what it
    names to get there."""
    users: dict[Ref, set[Ref]] = {}
    for user, needed in graph.items():
        for ref in needed:
            users.setdefault(ref, set()).add(user)
    found: dict[Ref, Ref] = {}
    waiting = deque([start])
    while waiting:
        step = waiting.popleft()
        for user in sorted(users.get(step, set()) - set(found) - {start}):
            found[user] = step
            waiting.append(user)
    return found


def edges_read(rows: Iterable[tuple[str, str | None, str | None]], kind: str) -> dict[Ref, frozenset[Ref]]:
    """Stored edges as a graph: rows of user's slug, needed kind and needed slug; of a user that needs
    nothing one row without the last two."""
    found: dict[Ref, set[Ref]] = {}
    for slug, needed_kind, needed_slug in rows:
        needed = found.setdefault(Ref(kind, slug), set())
        if needed_kind and needed_slug:
            needed.add(Ref(needed_kind, needed_slug))
    return {ref: frozenset(needed) for ref, needed in found.items()}
