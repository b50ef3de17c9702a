"""A column of one part of the events as it is held in memory, in the order of customers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .rows import numbers_of

# So many different values of a part are numbered; a column with more is not worth a table of them.
MOST_VALUES = 4096
OBJECT = 64
WHOLE = (pa.types.is_date32, pa.types.is_int8)


@dataclass(frozen=True)
class Customers:
    """Ids (int32, ascending), and how the rows of the part are put in that order; None where they lie in it."""

    ids: np.ndarray
    order: np.ndarray | None

    @property
    def bytes(self) -> int:
        return OBJECT + self.ids.nbytes + (0 if self.order is None else self.order.nbytes)

    def ordered(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        return column if self.order is None else column.take(pa.array(self.order))


@dataclass(frozen=True)
class Coded:
    """Few values: each row has the number (uint8 or uint16) of one of `values`, of which one may be missing. Days
    are in their order."""

    codes: np.ndarray
    values: pa.Array

    @property
    def bytes(self) -> int:
        return OBJECT + self.codes.nbytes + self.values.nbytes


@dataclass(frozen=True)
class Plain:
    """Raw numbers as `numbers_of` gives them, and where there are any; None: everywhere."""

    values: np.ndarray
    there: np.ndarray | None = None

    @property
    def bytes(self) -> int:
        return OBJECT + self.values.nbytes + (0 if self.there is None else self.there.nbytes)


@dataclass(frozen=True)
class Many:
    """Stands for a column of more than MOST_VALUES values: what is asked of it is held, not the column."""

    bytes: int = OBJECT


Column = Coded | Plain | Many


def customers(column: pa.ChunkedArray) -> Customers:
    ids = numbers_of(column)
    if (ids[1:] >= ids[:-1]).all():
        return Customers(ids, None)
    order = np.argsort(ids, kind="stable").astype(np.int32)
    return Customers(ids[order], order)


def plain(column: pa.ChunkedArray) -> Plain:
    there = column.is_valid().combine_chunks().to_numpy(zero_copy_only=False) if column.null_count else None
    return Plain(numbers_of(column), there)


def coded(column: pa.ChunkedArray) -> Coded | Many:
    """Numbered values; `Many` for a kind that is not numbered, too."""
    if (found := _by_place(column)) is not None:
        return found
    if not _countable(column.type):
        return Many()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if not column.num_chunks:
        return Coded(np.empty(0, np.uint8), pa.array([], column.type.value_type))
    whole = column.unify_dictionaries().combine_chunks()
    indices, values = whole.indices, whole.dictionary
    if len(values) > MOST_VALUES:
        return Many()
    if indices.null_count:
        indices = indices.fill_null(len(values))
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
    return Coded(indices.to_numpy().astype(np.uint8 if len(values) <= 2**8 else np.uint16), values)


def _by_place(column: pa.ChunkedArray) -> Coded | None:
    """Whole numbers close together (hours, days, most quantities): the values from the lowest to the highest."""
    whole = any(test(column.type) for test in WHOLE)
    if not (whole or pa.types.is_float64(column.type)) or not len(column) or column.null_count:
        return None
    numbers = numbers_of(column)
    low, high = (numbers.min().item() if whole else 0.0), numbers.max().item()
    if not (numbers.min() >= low and high - low < 2**8):  # As it is where one of them is nan.
        return None
    codes = (numbers - numbers.dtype.type(low)).astype(np.uint8) if whole else numbers.astype(np.uint8)
    if not whole and not (codes == numbers).all():
        return None
    between = np.arange(int(low), int(high) + 1, dtype=numbers.dtype)
    return Coded(codes, pa.array(between).cast(column.type))


def _countable(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_dictionary,
        pa.types.is_string,
        pa.types.is_float64,
        pa.types.is_boolean,
        pa.types.is_int8,
        pa.types.is_date32,
    )
    return any(test(kind) for test in tests)
