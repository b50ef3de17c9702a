"""Of a next state of the data those alone are asked again who changed, and all answers are as if everybody was."""

from collections import OrderedDict
from datetime import timedelta
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from pyroaring import BitMap

from cdp.identity.services import customers_merge, merge_undo
from cdp.store.compaction import lake_compact
from cdp.store.lake import snapshot
from cdp.store.models import Customer
from cdp.store.services import batch_commit, batch_open, batch_undo, events_add, records_add
from segments.dashboards import answers, everyone, renewing, states
from segments.dashboards.answers import Orders, Values, attribute_of, doers_between, goods_of, numbers_of, orders_of
from segments.dashboards.deeds import Deeds, Done, deeds_read, doers_by_month
from segments.dashboards.everyone import Everyone
from segments.dashboards.filtered import CutLake, everyone_of
from segments.dashboards.filters import Filters
from segments.dashboards.reaching import reached_read
from segments.dashboards.renewing import renewed
from segments.personas.meaning import meaning_of
from tests.segments.settled import settle
from tests.world import AS_OF, CAST, HAN_MEIMEI, JIM, LI_LEI, LILY, LUCY, PEOPLE, at

DAY = AS_OF.date()
LATE = at("2026-11-20 22:30")
STEPS = ("visit", "purchase")
MEANING = meaning_of(CAST.events, dict(CAST.properties))
APP = Filters(channel="app", until=DAY)


@pytest.fixture
def world(own_lake, settings, db, monkeypatch):
    """The cast, and nobody too many to be asked again."""
    settle()
    states.forget()
    monkeypatch.setattr(states, "WORTH_ONE_OF", {states.EVENTS: 1, states.PROFILES: 1})
    yield
    states.forget()


def bought(customer_id, *, channel="app", when=LATE, category="snacks", event="purchase"):
    batch = batch_open(source="later", channel=channel)
    row = {"origin_id": [customer_id], "event": [event], "time": [when], "category": [category], "amount": [88.0]}
    row |= {"event_id": pa.array([b"%016d" % batch.pk], pa.binary())}
    events_add(batch=batch, events=pa.table(row))
    batch_commit(batch=batch)
    return batch


def told(customer_id, **profile):
    batch = batch_open(source="crm")
    records_add(batch=batch, records=pa.table({"origin_id": [customer_id], **{k: [v] for k, v in profile.items()}}))
    batch_commit(batch=batch)


def came(customer_id):
    batch = batch_open(source="new")
    Customer.objects.create(pk=customer_id, batch=batch)
    batch_commit(batch=batch)


def plain(answer):
    """Without the order of customers, which nobody relies on."""
    match answer:
        case Values():
            return list(answer.holders.items()), answer.known, answer.rest
        case Deeds():
            return answer.events, answer.months, answer.channels, list(answer.hours), plain(answer.done)
        case Done():
            return sorted(zip(answer.customers, answer.last, answer.events, strict=True))
        case Orders():
            columns = (answer.orders, answer.spend, answer.discount, answer.reduced, answer.last)
            told_of = (np.nan_to_num(one, nan=-1).round(6).tolist() for one in columns)
            return sorted(zip(answer.customers.tolist(), *told_of, strict=True))
        case answers.Numbers():
            return dict(zip(answer.customers.tolist(), answer.values.tolist(), strict=True))
    return list(answer.items()) if isinstance(answer, dict) else answer


def asked_anew(lake):
    return {
        "deeds": deeds_read(lake),
        "orders": orders_of(lake, MEANING),
        "goods": goods_of(lake, "purchase", "category", "text"),
        "bought": doers_by_month(lake, "purchase"),
        "reached": reached_read(lake, STEPS),
        "active": doers_between(lake, DAY - timedelta(days=30), DAY),
    }


def asked(kept):
    return {
        "deeds": kept.deeds,
        "orders": kept.orders(MEANING),
        "goods": kept.goods("purchase", "category", "text"),
        "bought": kept.bought("purchase"),
        "reached": kept.reached(STEPS),
        "active": kept.active(DAY, 30),
    }


def compare():
    """What is kept, of everything and of a cut, beside what everybody would answer now."""
    with snapshot() as lake:
        for filters in (Filters(), APP):
            kept = everyone_of(lake, filters, DAY, MEANING.properties)
            kept.ahead(STEPS)
            truth = asked_anew(CutLake(lake, filters, DAY) if filters else lake)
            found = asked(kept)
            assert {name: plain(one) for name, one in found.items()} == {n: plain(one) for n, one in truth.items()}
        for slug, kind in CAST.attributes.items():
            if kind == "number":
                assert plain(kept.numbers(slug)) == plain(numbers_of(lake, slug))
            elif kind in ("text", "list"):
                assert plain(kept.attribute(slug, kind)) == plain(attribute_of(lake, slug, kind))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(2, 22))])
def test_whatever_happens_every_answer_is_that_of_asking_everybody(world, analyst, seed):
    random, undoable, merges, next_id = Random(seed), [], [], iter(range(100, 200))

    def buys():
        who = random.choice([LI_LEI, LUCY, LILY, JIM])
        when = AS_OF.replace(tzinfo=None) - timedelta(days=random.choice([0, 1, 40, 400]))
        undoable.append(bought(who, channel=random.choice(["app", "tmall"]), when=when, event=random.choice(STEPS)))

    def comes():
        came(new := next(next_id))
        bought(new, category="gifts")

    def changes():
        told(random.choice([LI_LEI, HAN_MEIMEI, JIM]), city=random.choice(["北京市", "苏州市"]))

    def merges_two():
        if not merges:
            merges.append(customers_merge(one=HAN_MEIMEI, other=LI_LEI, by=analyst))
            return
        merge_undo(merge=merges.pop(), by=analyst)

    def undoes():
        if undoable:
            batch_undo(batch=undoable.pop())

    def tidies():
        lake_compact(everything=True)

    compare()
    happening = [buys, comes, changes, merges_two, undoes, tidies, merges_two, buys, undoes]
    random.shuffle(happening)
    for one in happening:
        one()
        if random.random() < 0.7:
            compare()
    compare()


def spied(monkeypatch, module, name):
    """Of whom each time `name` was asked."""
    seen, work = [], getattr(module, name)

    def noted(lake, *args):
        seen.append(lake)
        return work(lake, *args)

    monkeypatch.setattr(module, name, noted)
    return seen


def test_after_a_purchase_only_the_buyer_is_asked_again(world, monkeypatch):
    compare()
    deeds, cities = spied(monkeypatch, everyone, "deeds_read"), spied(monkeypatch, everyone, "attribute_of")
    bought(LUCY)
    compare()
    assert [set(lake.universe()) for lake in deeds] == [{LUCY}, {LUCY}]
    assert cities == []


def test_after_a_word_about_somebody_no_event_is_asked_again(world, monkeypatch):
    compare()
    deeds = spied(monkeypatch, everyone, "deeds_read")
    told(LI_LEI, city="苏州市")
    compare()
    assert deeds == []


def test_where_most_changed_everybody_is_asked_anew(world, monkeypatch):
    compare()
    monkeypatch.setitem(states.WORTH_ONE_OF, states.EVENTS, 20)
    deeds = spied(monkeypatch, everyone, "deeds_read")
    bought(LUCY)
    with snapshot() as lake:
        kept = Everyone(lake, MEANING.properties)
        assert plain(kept.deeds) == plain(deeds_read(lake))
        assert set(deeds[0].universe()) == {person.id for person in PEOPLE}


def test_a_value_that_was_left_out_may_have_become_frequent_so_all_are_counted_anew(monkeypatch):
    monkeypatch.setattr(renewing, "MOST_VALUES", 3)
    before = Values({"tea": BitMap([1, 2]), "cake": BitMap([3])}, BitMap([1, 2, 3]), BitMap())
    soup = Values({"soup": BitMap([4])}, BitMap([4]), BitMap())
    assert renewed(before, soup, BitMap([4])) is None
    full = Values({"tea": BitMap([1]), "cake": BitMap([1]), "soup": BitMap([1])}, BitMap([1]), BitMap())
    assert renewed(full, Values({}, BitMap(), BitMap()), BitMap([1])) is None
    assert renewed(Values({}, BitMap([7]), BitMap([7])), soup, BitMap([4])) is None
    moved = renewed(before, Values({"cake": BitMap([1])}, BitMap([1]), BitMap()), BitMap([1, 2]))
    assert list(moved.holders.items()) == [("cake", BitMap([1, 3]))]
    assert moved.known == BitMap([1, 3])


def test_what_is_not_told_by_customer_is_never_renewed():
    with pytest.raises(TypeError):
        renewed(7, 8, BitMap())


def test_a_state_and_the_one_before_it_are_kept_and_no_more(world):
    for number in range(4):
        bought(LUCY, when=at(f"2026-11-20 0{number}:00"))
        with snapshot() as lake:
            state = states.state_of(lake)
    assert isinstance(states._kept, OrderedDict) and len(states._kept) == states.STATES_KEPT
    assert state.before is not None and state.before.before is None
