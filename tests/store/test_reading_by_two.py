"""Reads that a second connection shares: in their order, and never beside what only this one can see."""

import threading
from functools import partial

import pytest
from django.db import transaction

from cdp.store import bulk
from cdp.store.bulk import read_by_two

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def database_in_a_file(monkeypatch):
    monkeypatch.setattr(bulk, "_is_in_memory", lambda: False)


def readers(count):
    return read_by_two([threading.get_ident] * count)


@pytest.mark.parametrize("count", range(6))
def test_each_gives_its_own_in_their_order(count):
    assert read_by_two([partial(int, place) for place in range(count)]) == list(range(count))


def test_every_other_one_is_read_beside():
    here = threading.get_ident()
    assert [one == here for one in readers(4)] == [True, False, True, False]


def test_within_a_transaction_all_are_read_where_it_is():
    with transaction.atomic():
        assert set(readers(4)) == {threading.get_ident()}


def test_a_database_in_memory_is_read_where_it_is(monkeypatch):
    monkeypatch.setattr(bulk, "_is_in_memory", lambda: True)
    assert set(readers(4)) == {threading.get_ident()}


def test_what_goes_wrong_beside_is_raised_here():
    with pytest.raises(ValueError, match="two"):
        read_by_two([lambda: 1, partial(int, "two")])
