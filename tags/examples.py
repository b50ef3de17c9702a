"""Some of the customers a form gives, and why they are among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from cdp.identity.rows import CustomerRow, customer_rows
from cdp.store.lake import snapshot

from .kinds import Sentence
from .live_members import everyone_of, members_of
from .moments import moment_of
from .readings import label_names
from .rules.definition import MeasureTag, read_definition
from .rules.explain import Explainer
from .rules.validate import read_rule
from .why import customer_asked, explainer_of, layers_explained
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
    return {value: name.strip(NAMELESS) for value, name in label_names(work.of, work.definition).items()}


def example_why(work: Work, customer: str) -> WhyPage:
    """What stands in the form, condition by condition; of kinds without conditions its sentences. `UserError`."""
    with snapshot() as lake:
        found = customer_asked(work.viewer, customer)
        explainer = explainer_of(lake, work.catalog, found, moment_of().as_of)
        values, parts = members_of(work, lake), _explained(work, explainer)
    if work.of == RULE:
        answer = _("is a member") if found in everyone_of(values) else _("is not a member")
    else:
        answer = _(", ").join(_labels(found, values, label_names_of(work))) or _("no value")
    return WhyPage(
        name=_("What is in the form"),
        back_url="",
        customer_id=found,
        as_of=explainer.moment.as_of,
        answer=answer,
        parts=parts,
        texts=() if parts else tuple(_said(one) for one in work.sentences()),
    )


def _explained(work: Work, explainer: Explainer) -> tuple[Part, ...]:
    if work.of == RULE:
        return (Part(explainer.node(read_rule(work.definition, work.catalog))),)
    definition = read_definition(work.of, work.definition, work.catalog)
    if isinstance(definition, MeasureTag):
        return (Part(explainer.measure(definition.measure)),)
    return layer_parts(layers_explained(definition, explainer))


def _said(one: Sentence) -> str:
    return f"{one.value} — {one.text}" if one.value else one.text
