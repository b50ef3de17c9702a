"""Formula: numbers of other tags and attributes, column by column for all customers at once."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import reduce
from typing import TypeAlias, assert_never

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.errors import N_, user_error
from tags.rules.catalog import Catalog, name_in
from tags.rules.definition import Formula
from tags.rules.formulas.nodes import (
    AttributeNumber,
    Binary,
    Call,
    Expression,
    Function,
    Name,
    Negative,
    Number,
    Op,
    TagNumber,
    names,
)
from tags.rules.windows import Moment

from . import binning
from .base import Facts, Result, Sentence, World
from .words import KindWords, words_of

Column: TypeAlias = np.ndarray
"""A float64 for each customer of the universe; NaN where there is none."""


def evaluate(definition: Formula, world: World) -> Result:
    ids = np.array(world.universe.to_array(), dtype=np.uint32)
    known = {name: _column(name, ids, world) for name in set(names(definition.expression))}
    with np.errstate(all="ignore"):
        column = value_of(definition.expression, known, len(ids))
    table = pa.table({"customer_id": ids, "value": column})
    return binning.binned(definition.bins, binning.finite(table))


def _column(name: Name, ids: np.ndarray, world: World) -> Column:
    table = _tag(name.slug, world) if isinstance(name, TagNumber) else _attribute(name.slug, world)
    column = np.full(len(ids), np.nan)
    who = table["customer_id"].to_numpy().astype(np.uint32)
    if not len(ids):
        return column
    place = np.minimum(np.searchsorted(ids, who), len(ids) - 1)
    known = ids[place] == who
    column[place[known]] = table["value"].cast(pa.float64()).to_numpy()[known]
    return column


def _tag(slug: str, world: World) -> pa.Table:
    numbers = world.evaluation.members.tag_numbers(slug)
    if numbers is None:
        raise user_error(N_('The tag "%(tag)s" has no numbers.'), N_("Choose a tag that is a number."), tag=slug)
    return numbers


def _attribute(slug: str, world: World) -> pa.Table:
    lake = world.evaluation.lake
    profiles = lake.tables.profiles
    known = profiles.filter(profiles[slug].notnull())
    return lake.frame(known.select("customer_id", value=known[slug].cast("float64")), scope=None)


# What a missing number touches is missing, and so is what is no finite number.


def value_of(expression: Expression, known: Mapping[Name, Column], size: int) -> Column:
    match expression:
        case Number(value):
            return np.full(size, float(value))
        case TagNumber() | AttributeNumber():
            return known[expression]
        case Negative(of):
            return -value_of(of, known, size)
        case Binary(op, left, right):
            found = BINARY[op](value_of(left, known, size), value_of(right, known, size))
            return np.where(np.isfinite(found), found, np.nan)
        case Call(function, arguments):
            return _called(function, arguments, known, size)
        case _:
            assert_never(expression)


BINARY: Mapping[Op, Callable[[Column, Column], Column]] = {
    Op.ADD: np.add,
    Op.SUBTRACT: np.subtract,
    Op.MULTIPLY: np.multiply,
    Op.DIVIDE: np.divide,
}


def _called(
    function: Function, arguments: tuple[Expression, ...], known: Mapping[Name, Column], size: int
) -> Column:
    columns = [value_of(argument, known, size) for argument in arguments]
    match function:
        case Function.MIN:
            return reduce(np.minimum, columns)
        case Function.MAX:
            return reduce(np.maximum, columns)
        case Function.ABS:
            return np.abs(columns[0])
        case Function.ROUND:
            decimals = arguments[1].value if len(arguments) > 1 and isinstance(arguments[1], Number) else Decimal(0)
            return _rounded(columns[0], 10.0 ** int(decimals))
        case Function.COALESCE:
            return reduce(lambda first, other: np.where(np.isnan(first), other, first), columns)
        case _:
            assert_never(function)


def _rounded(column: Column, scale: float) -> Column:
    """Halves away from zero, as people round."""
    found = np.copysign(np.floor(np.abs(column) * scale + 0.5) / scale, column)
    return np.where(np.isfinite(found), found, column)


def keep(definition: Formula, result: Result, before: Result, universe: BitMap) -> Result:
    return binning.keep(definition.bins, result, before, universe)


# In words


def read_out(
    definition: Formula, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    said = Sentence("", _said(definition.expression, catalog, language, words_of(language)))
    return [said, *binning.read_bins_out(definition.bins, language, facts)]


def _said(expression: Expression, catalog: Catalog, language: str, words: KindWords) -> str:
    def said(part: Expression) -> str:
        return _said(part, catalog, language, words)

    match expression:
        case Number(value):
            return binning.number_text(value)
        case TagNumber(slug):
            given = catalog.tags[slug].names if slug in catalog.tags else {}
            return words.quoted.format(name=name_in(given, language, slug))
        case AttributeNumber(slug):
            known = catalog.attributes.get(slug)
            return words.quoted.format(name=name_in(known.names if known else {}, language, slug))
        case Negative(of):
            return f"−{_bracketed(of, said(of), words)}"
        case Binary(op, left, right):
            first, second = _bracketed(left, said(left), words, op), _bracketed(right, said(right), words, op, True)
            return f"{first} {SIGNS[op]} {second}"
        case Call(function, arguments):
            return words.functions[function].format(list=words.comma.join(map(said, arguments)))
        case _:
            assert_never(expression)


SIGNS: Mapping[Op, str] = {Op.ADD: "+", Op.SUBTRACT: "−", Op.MULTIPLY: "×", Op.DIVIDE: "÷"}
SUMS = (Op.ADD, Op.SUBTRACT)


def _bracketed(part: Expression, text: str, words: KindWords, around: Op | None = None, right: bool = False) -> str:
    """In brackets where the signs alone would be read otherwise."""
    if isinstance(part, Negative):
        return words.bracketed.format(text=text)
    if not isinstance(part, Binary):
        return text
    weaker = part.op in SUMS and around not in SUMS
    again = right and (part.op in SUMS) == (around in SUMS)
    return words.bracketed.format(text=text) if weaker or again else text
