"""What a group is made of, which cannot surprise anyone: what its rule names, and what follows from that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# One fact in several attributes.
FAMILIES = (frozenset({"age", "birthday", "age_band"}), frozenset({"province", "city", "district"}))


def defined_by(rules: Iterable[Any], tags: Mapping[str, Any], purchase: str | None) -> frozenset[str]:
    """Subjects that say again what the rules say: attributes; tags (`tags` are their definitions) that are named or
    made of such attributes; `event=…` for an event; the number of orders and their sum where they are measured."""
    named = set(_named(list(rules)))
    attributes = {slug for kind, slug in named if kind == "attribute"}
    attributes |= {slug for family in FAMILIES if family & attributes for slug in family}
    built = {slug for slug, definition in tags.items() if attributes & _attributes_of(definition)}
    events = {f"event={slug}" for kind, slug in named if kind == "event"}
    counted = {"orders", "spend"} if ("measured", purchase) in named else set()
    return frozenset(attributes | built | events | counted | {slug for kind, slug in named if kind == "tag"})


def _attributes_of(definition: Any) -> set[str]:
    return {slug for kind, slug in _named([definition]) if kind == "attribute"}


def _named(rule: Any) -> Iterator[tuple[str, str]]:
    """Kind and slug of what is named, wherever it stands in a rule."""
    if isinstance(rule, dict):
        for kind in ("attribute", "tag", "event"):
            slugs = rule.get(kind)
            for slug in slugs if isinstance(slugs, list) else [slugs]:
                if isinstance(slug, str):
                    yield kind, slug
                    if kind == "event" and ("measure" in rule or "agg" in rule):
                        yield "measured", slug
        for part in rule.values():
            yield from _named(part)
    elif isinstance(rule, list):
        for part in rule:
            yield from _named(part)
