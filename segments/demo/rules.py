"""Short ways to write the conditions the demo world's tags and segments are made of."""

from typing import Any

Rule = dict[str, Any]
EVER = "ever"


def last(days: int) -> Rule:
    return {"last": days, "unit": "day"}


def ago(far: int, near: int) -> Rule:
    return {"between_ago": [far, near], "unit": "day"}


def did(event: str | list[str], op: str, value: Any, window: Any, **more: Any) -> Rule:
    """Over the matching events of the window: a measure (a count unless said otherwise) against a value."""
    where, measure = more.get("where"), {"agg": more.get("agg", "count")}
    if "of" in more:
        measure["property"] = more["of"]
    rule = {"event": event, "measure": measure, "window": window, "op": op, "value": value}
    return rule | ({"where": where} if where else {})


def bought(op: str, times: int, window: Any, where: Rule | None = None) -> Rule:
    return did("purchase", op, times, window, where=where)


def spent(op: str, yuan: Any, window: Any) -> Rule:
    return did("purchase", op, yuan, window, agg="sum", of="amount")


def prop(name: str, op: str, *value: Any) -> Rule:
    return {"property": name, "op": op} | ({"value": value[0]} if value else {})


def attribute(name: str, op: str, *value: Any) -> Rule:
    return {"attribute": name, "op": op} | ({"value": value[0]} if value else {})


def tag(slug: str, op: str, *value: Any) -> Rule:
    return {"tag": slug, "op": op} | ({"value": value[0]} if value else {})


def all_of(*rules: Rule) -> Rule:
    return {"all": list(rules)}


def any_of(*rules: Rule) -> Rule:
    return {"any": list(rules)}


def none_of(rule: Rule) -> Rule:
    return {"not": rule}
