"""Which kind of value a measure or a tag has, and so which operators fit it."""

from typing import assert_never

from .nodes import Agg, Test
from .operators import operator
from .values import operands

LABEL = "label"
NUMBER = ("number", "money")


def measure_kind(agg: Agg, property_kind: str | None) -> str | None:
    """The kind of a measure's value; None when the measure cannot be taken of such a property."""
    match agg:
        case Agg.COUNT | Agg.DAYS | Agg.DAYS_SINCE_FIRST | Agg.DAYS_SINCE_LAST | Agg.SHARE:
            return "number"
        case Agg.FIRST | Agg.LAST:
            return "date"
        case Agg.DISTINCT:
            return "number" if property_kind in ("text", "number", "money", "date", "boolean") else None
        case Agg.MIN | Agg.MAX:
            return property_kind if property_kind in (*NUMBER, "date") else None
        case Agg.SUM | Agg.AVG | Agg.MEDIAN | Agg.P90:
            return property_kind if property_kind in NUMBER else None
        case _:
            assert_never(agg)


def fits(op: str, left: str, right: str) -> bool:
    """Whether an operator compares a left side of a kind with another value of the customer."""
    if left in NUMBER:
        return right in NUMBER
    if left == "date":
        return right == "date"
    return left == right == "text" and op in ("is", "is_not")


def tag_kind(test: Test, *, has_numbers: bool, has_labels: bool) -> str:
    """Whether a tag is asked for its number or for its label; a binned measure has both."""
    if not has_numbers:
        return LABEL
    if not has_labels:
        return "number"
    if any(isinstance(value, str) for value in operands(test)):
        return LABEL
    return "number" if operator(test.op, "number") else LABEL
