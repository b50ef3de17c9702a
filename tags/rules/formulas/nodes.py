"""A formula as frozen, closed nodes. `at` is where a name stands in the text, counted from 1."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, assert_never


class Op(StrEnum):
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Function(StrEnum):
    MIN = "min"
    MAX = "max"
    ABS = "abs"
    ROUND = "round"
    COALESCE = "coalesce"


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class TagNumber:
    """The customer's number of a tag."""

    slug: str
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class AttributeNumber:
    """The customer's attribute."""

    slug: str
    at: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    op: Op
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """`round` has the number of decimals as its second argument, a `Number`."""

    function: Function
    arguments: tuple["Expression", ...]


Name: TypeAlias = TagNumber | AttributeNumber
Expression: TypeAlias = Number | TagNumber | AttributeNumber | Negative | Binary | Call


def names(expression: Expression) -> Iterator[Name]:
    """Every tag and attribute of a formula, left to right."""
    match expression:
        case Number():
            return
        case TagNumber() | AttributeNumber():
            yield expression
        case Negative(of):
            yield from names(of)
        case Binary(_, left, right):
            yield from names(left)
            yield from names(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from names(argument)
        case _:
            assert_never(expression)
