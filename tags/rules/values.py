"""Right-hand sides: whether a literal fits a kind, and what it becomes for the compiler."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from cdp.errors import N_, Problem

from .nodes import Ago, Ahead, AttributeOf, Circle, Literal, MeasureOf, Operand, Region, Span, StartOf, Test
from .operators import Operator, Shape
from .windows import FIRST_YEAR, LAST_YEAR, Interval, Moment, covered, last_span, next_span

Path = tuple[str | int, ...]
DATE_EXPRESSIONS = Ago | Ahead | StartOf
MONEY_LIMIT = Decimal(10) ** 16


def text_normal(text: str) -> str:
    """The form stored text is kept in."""
    return unicodedata.normalize("NFKC", text)


def pattern_normal(pattern: str) -> str:
    """A pattern for normalised text: a full-width bracket is a bracket of the text, not of the pattern."""
    return "".join(c if text_normal(c) == c else re.escape(text_normal(c)) for c in pattern)


def date_read(text: str) -> date | datetime | None:
    """`YYYY-MM-DD` is a day, `YYYY-MM-DDTHH:MM[:SS]` (or with a space) a wall-clock time, else None."""
    try:
        read = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        return None
    return None if isinstance(read, datetime) and (read.tzinfo is not None or len(text) < 16) else read


def literal_problem(kind: str, value: Operand, op: Operator, path: Path) -> Problem | None:
    """What is wrong with one literal where a kind is wanted."""
    if isinstance(value, DATE_EXPRESSIONS) and kind != "date":
        return Problem(path, N_("A date does not fit here."), N_("Give a plain value."))
    match kind:
        case "text":
            return _text_problem(value, op, path)
        case "number" | "money":
            return _number_problem(kind, value, path)
        case "date":
            if isinstance(value, DATE_EXPRESSIONS) or (isinstance(value, str) and date_read(value)):
                return None
            hint = N_('For example "2026-06-18", or {"ago": 30, "unit": "day"}.')
            return Problem(path, N_("A date is needed."), hint)
        case _:
            return Problem(path, N_("This kind of value cannot be compared here."))


def _text_problem(value: Operand, op: Operator, path: Path) -> Problem | None:
    if not isinstance(value, str):
        return Problem(path, N_("A text is needed."), N_('Put it in quotation marks, for example "gold".'))
    if any("\ud800" <= c <= "\udfff" for c in value):
        return Problem(path, N_("The text has characters that are none."), N_("Write it again."))
    if op.is_pattern:
        try:
            pc.match_substring_regex(pa.array([""]), pattern_normal(value))
        except pa.ArrowInvalid as error:
            reason = str(error).removeprefix("Invalid regular expression: ")
            hint = N_("Check its brackets and signs.")
            return Problem(path, N_("The pattern cannot be read: %(reason)s."), hint, {"reason": reason})
    return None


def _number_problem(kind: str, value: Operand, path: Path) -> Problem | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Problem(path, N_("A number is needed."), N_("For example 500."))
    size = abs(Decimal(value))
    if kind == "money" and (size >= MONEY_LIMIT or _decimals(value) > 6):
        return Problem(path, N_("The amount is too long."), N_("Give at most six decimals."))
    if size >= Decimal(10) ** 300:
        return Problem(path, N_("The number is too large."))
    return None


def _decimals(value: int | Decimal) -> int:
    exponent = Decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def operands(test: Test) -> tuple[Operand, ...]:
    """The literals of a test's right-hand side, in order; a length, a place or another value has none."""
    match test.value:
        case None | Span() | Circle() | Region() | AttributeOf() | MeasureOf():
            return ()
        case tuple():
            return test.value
        case _:
            return (test.value,)


def arguments(op: Operator, kind: str, test: Test, moment: Moment) -> tuple[Any, ...]:
    """The right-hand side as the operator's `test` takes it: str, int, float, Decimal, Interval or a place."""
    match op.shape:
        case Shape.NONE:
            return ()
        case Shape.SPAN:
            assert isinstance(test.value, Span)
            return (span_interval(op, test.value, moment),)
        case Shape.PLACE:
            return (test.value,)
        case Shape.ONE | Shape.MANY | Shape.PAIR:
            wanted = op.kind_of_value(kind)
            return tuple(_converted(wanted, value, op, moment) for value in operands(test))
        case _:
            assert_never(op.shape)


def span_interval(op: Operator, span: Span, moment: Moment) -> Interval:
    return last_span(span, moment) if op.name.endswith("_last") else next_span(span, moment)


def _converted(kind: str, value: Operand, op: Operator, moment: Moment) -> Any:
    match kind:
        case "text":
            assert isinstance(value, str)
            return pattern_normal(value) if op.is_pattern else text_normal(value)
        case "number":
            assert isinstance(value, int | Decimal)
            whole = Decimal(value) == int(value) and abs(int(value)) < 2**53
            return int(value) if whole else float(value)
        case "money":
            assert isinstance(value, int | Decimal)
            return Decimal(value)
        case "date":
            return covered(_date(value), moment)
        case _:
            raise ValueError(f"no literals of kind {kind}")


def _date(value: Operand) -> DATE_EXPRESSIONS | date | datetime:
    if isinstance(value, Literal) and isinstance(value, str):
        read = date_read(value)
        assert read is not None, value
        return read
    assert isinstance(value, DATE_EXPRESSIONS | date)
    return value
