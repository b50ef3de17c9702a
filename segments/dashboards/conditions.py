"""A value of a chart as a condition of the rule language: what was found can become a segment at once."""

from collections.abc import Callable
from typing import Any, TypeAlias

from segments.personas.statistics import Distribution, Share

from .group import Group
from .queries.answer import Answer

Rule: TypeAlias = dict[str, Any]
Condition: TypeAlias = Callable[[Group, Answer, Share], Rule | None]
BOOLEANS = {"true": "is_true", "false": "is_false"}


def attribute_rule(slug: str, kind: str, value: str) -> Rule:
    if kind == "boolean":
        return {"attribute": slug, "op": BOOLEANS[value]}
    return {"attribute": slug, "op": "has" if kind == "list" else "is", "value": value}


def of_attribute(group: Group, answer: Answer, share: Share) -> Rule:
    kind = next((field.kind for field in group.attributes if field.slug == answer.subject), "text")
    return attribute_rule(answer.subject, kind, share.value)


def of_attribute_step(group: Group, answer: Answer, share: Share) -> Rule:
    return _between(answer, share, {"attribute": answer.subject})


def of_attribute_either(group: Group, answer: Answer, share: Share) -> Rule:
    """Of what is drawn in an order of its own: texts such as age bands, or steps of numbers."""
    kinds = {field.slug: field.kind for field in group.attributes}
    is_text = kinds.get(answer.subject) == "text"
    return of_attribute(group, answer, share) if is_text else of_attribute_step(group, answer, share)


def of_tag(group: Group, answer: Answer, share: Share) -> Rule:
    return {"tag": answer.subject, "op": "is", "value": share.value}


def of_tag_step(group: Group, answer: Answer, share: Share) -> Rule:
    return _between(answer, share, {"tag": answer.subject})


def of_event(group: Group, answer: Answer, share: Share) -> Rule:
    return {"event": share.value}


def of_channel(group: Group, answer: Answer, share: Share) -> Rule:
    return {"event": "*", "where": [{"property": "channel", "op": "is", "value": share.value}]}


def of_goods(group: Group, answer: Answer, share: Share) -> Rule:
    op = "has" if group.properties[answer.subject].kind == "list" else "is"
    named = {"property": answer.subject, "op": op, "value": share.value}
    return {"event": group.meaning.purchase or "*", "where": [named]}


def of_orders(group: Group, answer: Answer, share: Share) -> Rule | None:
    """None where some purchases have an order's number and others none: no rule counts both."""
    order, measure = group.meaning.order, {"agg": "count"}
    found = group.everyone.orders(group.meaning)
    if order is not None and not (found.unnumbered == found.orders).all():
        if found.unnumbered.any():
            return None
        measure = {"agg": "distinct", "property": order}
    return _of_buyers(group, _between(answer, share, {"event": group.meaning.purchase, "measure": measure}))


def of_spend(group: Group, answer: Answer, share: Share) -> Rule:
    measure = {"agg": "sum", "property": group.meaning.amount}
    return _of_buyers(group, _between(answer, share, {"event": group.meaning.purchase, "measure": measure}))


def _of_buyers(group: Group, rule: Rule) -> Rule:
    """Who never bought has a sum and a count of 0, too."""
    return {"all": [{"event": group.meaning.purchase}, *rule.get("all", [rule])]}


def _between(answer: Answer, share: Share, what: Rule) -> Rule:
    """From the share's edge on, and below the next one's; the first is open below, and the last above."""
    assert isinstance(answer.data, Distribution)
    edges = [one.value for one in answer.data.shares]
    place = edges.index(share.value)
    sides = [{**what, "op": ">=", "value": float(edges[place])}] if place else []
    sides += [{**what, "op": "<", "value": float(edges[place + 1])}] if place + 1 < len(edges) else []
    sides = sides or [{**what, "op": "exists"}]
    return sides[0] if len(sides) == 1 else {"all": sides}
