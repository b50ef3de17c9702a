"""A column in memory says what the stored one says, in whichever of its forms."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tags.rules import held_rows
from tags.rules.columns import MOST_VALUES, Coded, Many, coded, customers
from tags.rules.held_rows import ranges


@pytest.mark.parametrize("different", [1, 255, 256, 257, 300, MOST_VALUES])
@pytest.mark.parametrize("missing", [True, False])
def test_numbered_values_are_those_there_were_however_many_there_are(different, missing):
    texts = [f"order {number}" for number in range(different)] * 2 + [None] * missing
    found = coded(pa.chunked_array([texts[:different], texts[different:]]))
    assert isinstance(found, Coded)
    assert found.values.take(pa.array(found.codes)).to_pylist() == texts


def test_too_many_values_are_not_numbered():
    assert coded(pa.chunked_array([[str(number) for number in range(MOST_VALUES + 1)]])) == Many()


@given(st.lists(st.tuples(st.integers(0, 9), st.text()), min_size=1))
def test_every_row_goes_with_its_customer(rows):
    ids, texts = pa.chunked_array([[id for id, _ in rows]], pa.int32()), pa.chunked_array([[t for _, t in rows]])
    who = customers(ids)
    assert list(zip(who.ids.tolist(), who.ordered(texts).to_pylist(), strict=True)) == sorted(
        rows, key=lambda row: row[0]
    )


@given(st.lists(st.integers(0, 12), max_size=60), st.integers(1, 14), st.integers(1, 9))
def test_a_range_of_rows_never_ends_within_a_customer(ids, size, block):
    rows = np.sort(np.array(ids, np.int32))
    with pytest.MonkeyPatch.context() as small:
        small.setattr(held_rows, "BLOCK", block)
        parts = [set(rows[low:high].tolist()) for low, high in ranges(rows, size)]
        number = sum(high - low for low, high in ranges(rows, size))
    assert number == np.count_nonzero(rows < size)
    assert sum(map(len, parts)) == len(set().union(*parts)) == len(set(rows[rows < size].tolist()))
