"""What the form needs to know of operators and measures: looked up in the rules' own tables, never listed again."""

from cdp.errors import N_
from tags.rules.catalog import Catalog
from tags.rules.nodes import Agg
from tags.rules.operators import SHAPES, Operator, Shape, operator, operators_of
from tags.rules.parse_measures import NEEDS_PROPERTY
from tags.rules.value_kinds import LABEL, measure_kind

# How each measure is called in a drop-down.
MEASURES = {
    Agg.COUNT: N_("number of times"),
    Agg.DAYS: N_("number of days"),
    Agg.SUM: N_("sum of"),
    Agg.AVG: N_("average of"),
    Agg.MIN: N_("smallest"),
    Agg.MAX: N_("largest"),
    Agg.MEDIAN: N_("median of"),
    Agg.P90: N_("90th percentile of"),
    Agg.DISTINCT: N_("number of different"),
    Agg.FIRST: N_("date of the first time"),
    Agg.LAST: N_("date of the last time"),
    Agg.DAYS_SINCE_FIRST: N_("days since the first time"),
    Agg.DAYS_SINCE_LAST: N_("days since the last time"),
    Agg.SHARE: N_("share among the same events without the filter"),
}
# What a marketer most often wants first; whatever else the table has stands below it in the drop-down.
FIRST_CHOICE = {
    "text": "in",
    "number": ">=",
    "money": ">=",
    "date": "within_last",
    "list": "has_any",
    "label": "in",
}


def shape_of(op: str) -> Shape:
    return SHAPES.get(op, Shape.ONE)


def value_kind(op: str, kind: str) -> str:
    """The kind of the right-hand side for a left side of a kind."""
    row = operator(op, kind)
    return row.kind_of_value(kind) if row else kind


def needs_property(agg: str) -> bool:
    return agg in NEEDS_PROPERTY


def value_kind_of_measure(agg: str, property_kind: str) -> str:
    """The kind of a measure's value; a number while the choice does not fit together yet."""
    known = agg in Agg.__members__.values()
    return (measure_kind(Agg(agg), property_kind) if known else None) or "number"


def left_kind(kind: str, slug: str, op: str, catalog: Catalog) -> str:
    """The kind of what is compared: of an attribute, a property or a tag."""
    match kind:
        case "attribute":
            known = catalog.attributes.get(slug)
            return known.kind if known else "text"
        case "property":
            found = catalog.property_field(slug)
            return found.kind if found else "text"
        case _:
            tag = catalog.tags.get(slug)
            numeric = tag is not None and tag.has_numbers and (operator(op, "number") or not tag.has_labels)
            return "number" if numeric else LABEL


def operators_for(kind: str, slug: str, catalog: Catalog) -> tuple[Operator, ...]:
    """What a drop-down offers. A tag of numbers that has labels too is asked for either."""
    tag = catalog.tags.get(slug) if kind == "tag" else None
    if tag is None or not tag.has_numbers:
        return operators_of(left_kind(kind, slug, "", catalog))
    numeric = operators_of("number")
    taken = {row.name for row in numeric}
    return (*numeric, *(row for row in operators_of(LABEL) if tag.has_labels and row.name not in taken))


def default_op(rows: tuple[Operator, ...], kind: str) -> str:
    names = [row.name for row in rows]
    return FIRST_CHOICE[kind] if FIRST_CHOICE.get(kind) in names else names[0]
