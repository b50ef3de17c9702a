"""Numbers as a whole and what became other since: the two together are always the numbers of now."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from tags.models import Measurement, MeasurementBase
from tags.selectors import tag_numbers
from tags.tables import NUMBERS, difference, patch_of, patched, table_read, table_write
from tests.shop import SPENT, tag_make

numbers = st.dictionaries(st.integers(0, 40), st.sampled_from([0.0, 1.5, -2.0]))


def table(of: dict[int, float]) -> pa.Table:
    return pa.table([sorted(of), [of[who] for who in sorted(of)]], schema=NUMBERS)


@given(numbers, numbers)
def test_a_difference_makes_one_out_of_the_other(before, after):
    found = difference(table(before), table(after))
    assert patched(table(before), table_read(table_write(found))) == table(after)
    same = {who for who in before if who in after and before[who] == after[who]}
    assert set(found["customer_id"].to_pylist()) == (before.keys() | after.keys()) - same


@given(numbers, numbers, st.sets(st.integers(0, 40)))
def test_a_patch_replaces_only_those_it_is_about(before, after, members):
    found = patched(table(before), patch_of(table(after), BitMap(members)))
    expected = {who: n for who, n in before.items() if who not in members}
    expected |= {who: n for who, n in after.items() if who in members}
    assert found == table(expected)


@pytest.mark.django_db
def test_only_what_became_other_is_written(shop, analyst, compute):
    people = shop.people(20)
    shop.buy(*((who, "2026-06-01 10:00:00", 10.0) for who in people))
    tag = tag_make("spent", {"v": 1, "measure": SPENT}, analyst)
    compute(tag)
    (base,) = MeasurementBase.objects.values_list("pk", flat=True)
    shop.buy((people[3], "2026-06-02 10:00:00", 5.0))
    compute(tag)
    assert list(MeasurementBase.objects.values_list("pk", flat=True)) == [base]
    assert table_read(Measurement.objects.get().patch).to_pydict() == {"customer_id": [people[3]], "value": [15.0]}
    shop.buy(*((who, "2026-06-03 10:00:00", 1.0) for who in people[:6]))
    compute(tag)
    assert (Measurement.objects.get().patch, MeasurementBase.objects.get().pk > base) == (None, True)
    assert tag_numbers(SYSTEM, "spent")["value"].to_pylist() == [11.0] * 3 + [16.0] + [11.0] * 2 + [10.0] * 14
