"""Numbers packed for keeping come out as they went in, in fewer bytes where that is possible."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tags.measurements import OneByOne
from tags.packed import pack, stored, unpack
from tags.tables import NUMBERS, numbers_table, patched, table_write

whole = st.integers(-(2**40), 2**40).map(float)
amounts = st.integers(-(2**34), 2**34).map(lambda cents: cents / 100)
anything = st.floats(allow_nan=False)
columns = st.sampled_from([whole, amounts, anything, whole | amounts, st.integers(0, 300).map(float)])
numbers = columns.flatmap(lambda values: st.dictionaries(st.integers(0, 2**32 - 1), values, max_size=30))


def table(of: dict[int, float]) -> pa.Table:
    return numbers_table(np.array(sorted(of), np.uint32), np.array([of[who] for who in sorted(of)], np.float64))


@given(numbers)
def test_what_comes_out_is_what_went_in(of):
    assert unpack(pack(table(of)).write()).table() == table(of)


@given(numbers, st.sets(st.integers(0, 2**32 - 1), max_size=5))
def test_some_are_looked_up_without_the_others(of, others):
    wanted = sorted({*list(of)[:5], *others})
    found, there = unpack(pack(table(of)).write()).of(np.array(wanted, np.uint32))
    assert there.tolist() == [who in of for who in wanted]
    assert found[there].tolist() == [of[who] for who in wanted if who in of]


@given(numbers, st.sets(st.integers(0, 2**32 - 1), max_size=5))
def test_one_customer_is_told_the_same_as_in_the_table(of, others):
    found = stored(pack(table(of)).write())
    assert {who: found.of(who) for who in {*of, *others}} == {who: of.get(who) for who in {*of, *others}}


@given(numbers, st.dictionaries(st.integers(0, 9), st.none() | whole), st.data())
def test_one_customer_is_told_what_became_other_since(of, since, data):
    """Also of those of whom there is only a row, without a number: they have none any more."""
    since |= dict.fromkeys(data.draw(st.sets(st.sampled_from(sorted(of)))) if of else [])
    ids = sorted(since)
    absent = np.array([since[who] is None for who in ids], bool)
    patch = numbers_table(np.array(ids, np.uint32), np.array([since[who] or 0.0 for who in ids]), absent)
    one = OneByOne((1, ""), stored(pack(table(of)).write()), patch, None)
    whole_table = patched(table(of), patch).to_pydict()
    expected = dict(zip(whole_table["customer_id"], whole_table["value"], strict=True))
    assert {who: one.of(who) for who in {*of, *since}} == {who: expected.get(who) for who in {*of, *since}}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([0.0, 255.0], "uint8"),
        ([0.0, 256.0], "uint16"),
        ([-1.0, 70_000.0], "int32"),
        ([0.5, 0.25], "uint8"),
        ([19.99, 1_000_000.01], "int32"),
        ([1 / 3, 1.0], "float64"),
        ([0.1, 3e7], "float64"),
        ([float("inf"), 1.0], "float64"),
    ],
)
def test_numbers_take_as_few_bytes_as_they_need(values, kept):
    assert pack(numbers_table(np.arange(2), np.array(values))).kept.dtype == kept


def test_what_was_kept_before_numbers_were_packed_is_still_read():
    before = pa.table([[1, 5], [0.5, 2.0]], schema=NUMBERS)
    assert unpack(table_write(before)).table() == before
    assert [stored(table_write(before)).of(who) for who in (1, 2, 5)] == [0.5, None, 2.0]
