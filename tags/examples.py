"""Some of the customers a form gives, and why they are among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pyroaring import BitMap

from cdp.identity.rows import CustomerRow, customer_rows
from cdp.store.lake import snapshot

from .live_members import everyone_of, members_of
from .moments import moment_of
from .rules.catalog import name_in
from .rules.definition import MeasureTag, read_definition
from .rules.explain import Explainer
from .rules.validate import read_rule
from .why import customer_asked, explainer_of, layers_explained, values_now
from .why_pages import Part, WhyPage, layer_parts
from .workbench import NAMELESS, RULE, Work

SHOWN = 10


@dataclass(frozen=True)
class Example:
    """`labels`: the values of a tag the customer would have."""

    row: CustomerRow
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Examples:
    """Of `count` customers a few, spread over all of them. `columns`: the types of their identifiers."""

    count: int
    columns: Sequence[str]
    rows: Sequence[Example]


def examples_of(work: Work) -> Examples:
    """`UserError`."""
    with snapshot() as lake:
        values = members_of(work, lake)
    everyone = everyone_of(values)
    chosen = _spread(everyone)
    columns, rows = customer_rows(work.viewer, chosen) if chosen else ([], [])
    names = label_names_of(work)
    return Examples(len(everyone), columns, [Example(row, _labels(row.customer_id, values, names)) for row in rows])


def _spread(everyone: BitMap) -> list[int]:
    """The same ones for the same customers, far apart: those who came together are alike."""
    count = min(SHOWN, len(everyone))
    return [everyone[place * len(everyone) // count] for place in range(count)]


def _labels(customer_id: int, values: Mapping[str, BitMap], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(value, value) for value, members in values.items() if value and customer_id in members)


def label_names_of(work: Work) -> dict[str, str]:
    """Value → what it is called in the form; a place number for one that has no name yet."""
    if work.of == RULE:
        return {}
    parts: list[Any] = [*work.definition.get("layers", ()), *work.definition.get("bins", ())]
    # Whoever else there is may be a bare value.
    rest = work.definition.get("rest")
    parts += [{"value": rest} if isinstance(rest, str) else rest] if rest else []
    named = {one["value"]: name_in(one.get("names") or {}, work.language, one["value"]) for one in parts}
    return {value: name.strip(NAMELESS) for value, name in named.items()}


def example_why(work: Work, customer: str) -> WhyPage:
    """The rule as it stands in the form, condition by condition. `UserError`."""
    with snapshot() as lake:
        found = customer_asked(work.viewer, customer)
        explainer = explainer_of(lake, work.catalog, found, moment_of().as_of)
        answer, parts = _explained(work, explainer)
    return WhyPage(
        name=_("What is in the form"),
        back_url="",
        customer_id=found,
        as_of=explainer.moment.as_of,
        answer=answer,
        parts=parts,
    )


def _explained(work: Work, explainer: Explainer) -> tuple[str, tuple[Part, ...]]:
    """What it comes to for the customer, and how."""
    if work.of == RULE:
        rule = explainer.node(read_rule(work.definition, work.catalog))
        return (_("is a member") if rule.holds else _("is not a member")), (Part(rule),)
    definition = read_definition(work.of, work.definition, work.catalog)
    if isinstance(definition, MeasureTag):
        return "", (Part(explainer.measure(definition.measure)),)
    layers, names = layers_explained(definition, explainer), label_names_of(work)
    labels = [names.get(value, value) for value in values_now(definition, layers)]
    return _(", ").join(labels) or _("no value"), layer_parts(layers)
