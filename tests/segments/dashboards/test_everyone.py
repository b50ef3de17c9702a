"""What is kept of everybody is right in every range of customers, and is asked once for each state of the data."""

from collections import defaultdict
from datetime import date, timedelta

import pyarrow as pa
import pytest
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards import answers, deeds, everyone, states
from segments.dashboards.answers import values_of
from segments.dashboards.deeds import deeds_read
from segments.dashboards.everyone import Everyone
from tests.world import DEEDS, PEOPLE


def doers(of):
    found = defaultdict(BitMap)
    for deed in DEEDS:
        found[of(deed)].add(deed.customer_id)
    return dict(found)


@pytest.mark.parametrize("customers", [2_000_000, 3, 1], ids=["all at once", "a few", "one by one"])
def test_who_did_what_when_and_where(settled, monkeypatch, customers):
    monkeypatch.setattr(deeds, "RANGE", customers)
    with snapshot() as lake:
        found = deeds_read(lake)
    assert found.events == doers(lambda deed: deed.event)
    assert found.months == doers(lambda deed: f"{deed.time:%Y-%m}")
    assert found.channels == {name: who for name, who in doers(lambda deed: deed.channel).items() if name}
    hours = doers(lambda deed: 24 * deed.time.weekday() + deed.time.hour)
    assert {slot: who for slot, who in enumerate(found.hours) if who} == hours
    days = defaultdict(list)
    for deed in DEEDS:
        days[deed.customer_id].append((deed.time.date() - date(1970, 1, 1)).days)
    done = found.done
    assert done.customers.tolist() == sorted(days)
    told = zip(done.customers.tolist(), done.last.tolist(), done.events.tolist(), strict=True)
    assert list(told) == [(who, max(days[who]), len(days[who])) for who in sorted(days)]


@pytest.mark.parametrize("later", [0, 400], ids=["as of the last event", "as of long before it"])
def test_who_was_active_lately_whatever_came_after(settled, later):
    newest = max(deed.time.date() for deed in DEEDS)
    last = newest - timedelta(days=later)
    lately = {deed.customer_id for deed in DEEDS if last - timedelta(days=30) < deed.time.date() <= last}
    with snapshot() as lake:
        assert set(Everyone(lake).active(last, 30)) == lately


def test_nobody_who_is_no_customer_any_more_is_counted(settled):
    class Fewer:
        def __init__(self, lake):
            self.parts, self.rows_of = lake.parts, lake.rows_of

        def universe(self):
            return BitMap([PEOPLE[0].id])

    with snapshot() as lake:
        found = deeds_read(Fewer(lake))
    assert set().union(*found.events.values()) == {PEOPLE[0].id} == set(found.done.customers.tolist())


def test_the_values_of_a_thing_and_those_left_out(monkeypatch):
    monkeypatch.setattr(answers, "MOST_VALUES", 2)
    pairs = [(7, "tea"), (8, "tea"), (9, "tea"), (7, "cake"), (8, "cake"), (5, "soup"), (7, "soap")]
    found = values_of(pa.table({"customer_id": [one for one, _ in pairs], "value": [value for _, value in pairs]}))
    assert list(found.holders.items()) == [("tea", BitMap([7, 8, 9])), ("cake", BitMap([7, 8]))]
    assert (found.known, found.rest) == (BitMap([5, 7, 8, 9]), BitMap([5]))


def test_a_state_is_asked_once_and_forgotten_after_the_next_two(settled, monkeypatch):
    asked = []

    def noted(lake):
        asked.append(lake.version)
        return deeds_read(lake)

    monkeypatch.setattr(everyone, "deeds_read", noted)
    states.forget()
    with snapshot() as lake:
        assert Everyone(lake).deeds is Everyone(lake).deeds
        assert asked == [lake.version]
        for version in ("next", "one more"):
            monkeypatch.setattr(lake, "version", version)
            Everyone(lake)
        assert list(states._kept) == ["next", "one more"]
