"""A live count keeps what it read in memory, and never tells what no longer holds."""

import pytest
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.store.lake import Lake
from cdp.store.models import Batch, Customer
from cdp.store.services import batch_undo, lake_compact, profiles_refresh, property_register
from tags import answers, membership
from tags.rules.answers import Answers
from tags.rules.held import Held
from tags.selectors import rule_count
from tests.shop import AS_OF, bought

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def room(monkeypatch):
    """Nothing is held yet, and no answer is kept."""
    held = Held(2**20)
    monkeypatch.setattr(answers, "HELD", held)
    monkeypatch.setattr("tags.selectors.ANSWERS", Answers(most_bytes=0))
    return held


@pytest.fixture
def anna_and_ben(shop):
    anna, ben = shop.people(2)
    shop.buy((anna, "2026-05-02T10:00", 10.0), (anna, "2026-06-02T10:00", 20.0), (ben, "2026-06-03T10:00", 5.0))
    return anna, ben


@pytest.fixture
def read(monkeypatch):
    """The months that were read from files."""
    months, rows_of = [], Lake.rows_of

    def reading(self, part, columns):
        months.append(part.month)
        return rows_of(self, part, columns)

    monkeypatch.setattr(Lake, "rows_of", reading)
    return months


def count(rule, viewer=SYSTEM):
    return rule_count(viewer, rule, AS_OF).count


def spent(at_least):
    return {
        "event": "purchase",
        "measure": {"agg": "sum", "property": "amount"},
        "op": ">=",
        "value": at_least,
    }


def test_another_number_to_compare_with_reads_nothing(anna_and_ben, read):
    assert count(spent(20)) == 1
    assert set(read) == {"2026-05", "2026-06"}
    read.clear()
    assert [count(spent(value)) for value in (5, 30, 31)] == [2, 1, 0]
    assert read == []


def test_new_events_count_at_once_and_only_their_month_is_read(anna_and_ben, shop, read):
    _anna, ben = anna_and_ben
    assert count(bought(2)) == 1
    read.clear()
    shop.buy((ben, "2026-06-04T10:00", 1.0))
    assert count(bought(2)) == 2
    assert set(read) == {"2026-06"}


def test_what_was_undone_counts_no_longer(anna_and_ben, shop):
    _anna, ben = anna_and_ben
    shop.buy((ben, "2026-06-04T10:00", 1.0))
    assert count(bought(2)) == 2
    batch_undo(batch=Batch.objects.latest("pk"))
    assert count(bought(2)) == 1


def test_merged_customers_count_as_one_at_once_and_after_their_events_are_folded_in(anna_and_ben):
    anna, ben = anna_and_ben
    assert (count(bought(3)), count(bought(1))) == (0, 2)
    Customer.objects.filter(pk=ben).update(merged_into=anna, moved=True)
    profiles_refresh()
    assert (count(bought(3)), count(bought(1))) == (1, 1)
    lake_compact(everything=True)
    assert (count(bought(3)), count(bought(1))) == (1, 1)
    Customer.objects.filter(pk=ben).update(merged_into=None, moved=True)
    profiles_refresh()
    assert (count(bought(3)), count(bought(1))) == (0, 2)


def test_what_a_merged_customer_spent_stays_with_them_whoever_comes_between(shop):
    anna, ben, carl = shop.people(3)
    shop.buy((anna, "2026-06-01T10:00", 10.0), (ben, "2026-06-02T10:00", 20.0), (carl, "2026-06-03T10:00", 300.0))
    Customer.objects.filter(pk=carl).update(merged_into=anna, moved=True)
    profiles_refresh()
    assert [count(spent(value)) for value in (20, 21, 310, 311)] == [2, 1, 1, 0]


def test_a_property_registered_since_is_missing_in_what_was_stored_before(anna_and_ben):
    assert count(bought(1)) == 2
    property_register(slug="coupon", kind="text", name_zh_hans="优惠券", name_en="coupon")
    used = {"property": "coupon", "op": "exists"}
    assert count(bought(1) | {"where": used}) == 0
    assert count(bought(1) | {"where": {"not": used}}) == 2


def test_who_may_see_some_customers_only_counts_those_whoever_asked_before(anna_and_ben, analyst, monkeypatch):
    """What is held is not what is shown."""
    _anna, ben = anna_and_ben
    assert count(bought(1)) == 2
    monkeypatch.setattr(membership, "scope", lambda viewer: None if viewer is SYSTEM else BitMap([ben]))
    assert count(bought(1), analyst) == 1
    assert count(spent(20), analyst) == 0


def test_without_room_nothing_is_held_and_the_count_is_the_same(anna_and_ben, monkeypatch, read):
    monkeypatch.setattr(answers, "HELD", Held(0))
    assert [count(bought(value)) for value in (1, 2, 3)] == [2, 1, 0]
    assert read == []
    assert answers.HELD.bytes == 0


def test_what_is_held_stays_within_its_room(anna_and_ben, shop, room, monkeypatch):
    small = Held(1_000)
    monkeypatch.setattr(answers, "HELD", small)
    for value in range(1, 20):
        count(spent(value))
        assert small.bytes <= 1_000
