"""Reading the next while the one before is used."""

import threading

import pytest

from cdp.exports import people


class Outside:
    """A connection outside any transaction."""

    in_atomic_block = False
    closed = 0

    def close(self):
        self.closed += 1


@pytest.fixture
def outside(monkeypatch):
    made = Outside()
    monkeypatch.setattr(people, "connection", made)
    return made


def test_the_next_is_read_while_one_is_used_and_the_order_stays(outside):
    begun = [threading.Event() for _ in range(4)]

    def read(number):
        begun[number].set()
        return number

    for number in people.ahead(read, range(3)):
        assert number == 2 or begun[number + 1].wait(5)
    assert list(people.ahead(read, range(4))) == [0, 1, 2, 3]
    assert list(people.ahead(read, [])) == []
    assert outside.closed == 3, "the reader's own connection does not stay open"


def test_what_fails_is_told_in_its_turn(outside):
    def read(number):
        if number == 1:
            raise KeyError(number)
        return number

    found = people.ahead(read, range(3))
    assert next(found) == 0
    with pytest.raises(KeyError):
        next(found)
    assert outside.closed == 1


def test_whoever_stops_early_waits_for_no_more_than_one(outside):
    read = []
    found = people.ahead(lambda number: read.append(number) or number, iter(range(100)))
    next(found)
    found.close()
    assert len(read) <= 2
    assert outside.closed == 1
