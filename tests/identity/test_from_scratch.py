"""Whatever was loaded, undone, merged, parted and kept apart: the outcome is that of telling it from the start."""

import contextlib

import hypothesis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cdp.errors import UserError
from cdp.identity.models import BlockedIdentifier, Identifier, IdentifierType, Merge, Review, Verdict
from cdp.identity.services import (
    customer_part,
    customers_keep_apart,
    customers_merge,
    identities_link,
    identities_preview,
    merge_undo,
    review_decide,
    review_undo,
)
from cdp.store.lake import snapshot
from cdp.store.models import Customer
from cdp.store.services import (
    attribute_register,
    batch_commit,
    batch_open,
    batch_undo,
    event_type_register,
    events_add,
    records_add,
)
from tests.identity.from_scratch import BLOCKED, MOST, SHARED, TYPES, identifiers, told
from tests.identity.test_linking import empty_world, people

pytestmark = pytest.mark.django_db

cell = st.one_of(st.none(), st.sampled_from("ab" + BLOCKED), st.sampled_from("abc"))
rows = st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=4)
number = st.integers(0, 9)
deeds = st.one_of(
    st.tuples(st.just("load"), rows),
    st.tuples(st.just("load"), rows),
    st.tuples(st.just("load again"), number),
    st.tuples(st.just("undo"), number),
    st.tuples(st.just("merge"), number, number),
    st.tuples(st.just("merge and think again"), number, number),
    st.tuples(st.just("keep apart"), number, number),
    st.tuples(st.just("un-merge"), number),
    st.tuples(st.just("part"), number),
    st.tuples(st.just("decide"), number, st.sampled_from(["merge", "apart"])),
    st.tuples(st.just("decide and think again"), number, st.sampled_from(["merge", "apart"])),
)
stories = st.builds(lambda first, then: [("load", first), *then], rows, st.lists(deeds, min_size=2, max_size=8))


class Teller:
    """Does each deed with the product, and remembers what there is to tell."""

    def __init__(self):
        attribute_register(slug="city", kind="text")
        event_type_register(slug="visit")
        IdentifierType.objects.filter(slug__in=SHARED).update(shared=True)
        for slug, most in MOST.items():
            IdentifierType.objects.filter(slug=slug).update(most=most)
        BlockedIdentifier.objects.create(value=BLOCKED)
        self.batches = {}
        self.loaded = []

    def do(self, deed, *details):
        # What cannot be done is said in words, and nothing was changed.
        with contextlib.suppress(UserError):
            getattr(self, deed.replace(" ", "_").replace("-", "_"))(*details)

    def load(self, rows):
        columns = {kind: pa.array([row[place] for row in rows], pa.string()) for place, kind in enumerate(TYPES)}
        table = pa.table({"row": pa.array(range(len(rows)), pa.int64()), **columns})
        expected = identities_preview(identifiers=table)
        alive = Customer.objects.filter(merged_into=None).count()
        batch = batch_open(source="test")
        links = identities_link(batch=batch, identifiers=table)
        assert Customer.objects.filter(merged_into=None).count() == alive + expected.new - expected.merged
        there = links.filter(links["origin_id"].is_valid())
        words = [f"{batch.pk}.{row}" for row in there["row"].to_pylist()]
        if words:
            records_add(batch=batch, records=pa.table({"origin_id": there["origin_id"], "city": words}))
            ids = pa.array([word.encode() for word in words])
            times = pa.array([0] * len(words), pa.timestamp("us"))
            columns = {
                "event_id": ids,
                "origin_id": there["origin_id"],
                "event": ["visit"] * len(words),
                "time": times,
            }
            events_add(batch=batch, events=pa.table(columns))
        batch_commit(batch=batch)
        self.batches[batch.pk] = rows
        self.loaded.append((batch, rows))

    def load_again(self, number):
        if self.loaded:
            self.load(self.loaded[number % len(self.loaded)][1])

    def undo(self, number):
        if self.loaded:
            batch = self.loaded[number % len(self.loaded)][0]
            batch_undo(batch=batch)
            self.batches.pop(batch.pk, None)

    def somebody(self, number):
        everyone = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
        return everyone[number % len(everyone)] if everyone else 0

    def merge(self, one, other):
        return customers_merge(one=self.somebody(one), other=self.somebody(other), by=None)

    def merge_and_think_again(self, one, other):
        before = seen()
        merge_undo(merge=self.merge(one, other), by=None)
        assert seen() == before

    def keep_apart(self, one, other):
        customers_keep_apart(one=self.somebody(one), other=self.somebody(other), by=None)

    def un_merge(self, number):
        merges = list(Merge.objects.filter(undone_at=None).order_by("pk"))
        if merges:
            merge = merges[number % len(merges)]
            merge_undo(merge=merge, by=None)
            assert owner(merge.loser_id) != owner(merge.winner_id)

    def part(self, number):
        merged = list(Customer.objects.exclude(merged_into=None).order_by("pk").values_list("pk", "merged_into"))
        if merged:
            row, whose = merged[number % len(merged)]
            customer_part(row=row, by=None)
            assert owner(row) != owner(whose)

    def decide(self, number, decision):
        waiting = list(Review.objects.filter(state="open").order_by("pk"))
        if waiting:
            review = review_decide(review=waiting[number % len(waiting)], decision=decision, by=None)
            assert (owner(review.one_id) == owner(review.other_id)) == (decision == "merge")
            return review
        return None

    def decide_and_think_again(self, number, decision):
        before = seen()
        review = self.decide(number, decision)
        if review:
            review_undo(review=review, by=None)
            assert seen() == before

    def from_scratch(self):
        in_force = Verdict.objects.filter(lifted_at=None)
        ends = [
            (verdict, (verdict.one_type, verdict.one_value), (verdict.other_type, verdict.other_value))
            for verdict in in_force
        ]
        same = [(verdict.after_batch, one, other) for verdict, one, other in ends if verdict.says == "same"]
        apart = [(one, other) for verdict, one, other in ends if verdict.says == "apart"]
        return told(self.batches, same, apart)


def owner(row):
    customer = Customer.objects.get(pk=row)
    return customer.merged_into_id or customer.pk


def seen():
    """Who is who, profiles to the byte, identifiers, events and the mirror."""
    customers = Customer.objects.order_by("pk").values_list("pk", "merged_into", "attributes")
    held = Identifier.objects.order_by("pk").values_list("pk", "type", "value", "origin")
    with snapshot() as lake:
        events = lake.tables.events.select("event_id", "customer_id").order_by("event_id")
        mirror = lake.frame(lake.tables.profiles.order_by("customer_id")).to_pylist()
        return list(customers), list(held), lake.frame(events).to_pylist(), mirror


def check(teller):
    customers = teller.from_scratch()
    assert people() == {frozenset(customer) for customer in customers}
    assert Customer.objects.filter(merged_into=None).count() == len(customers)
    number_of = {}
    for type, value, origin in Identifier.objects.values_list("type", "value", "origin"):
        number_of[type, value] = owner(origin)
    said, visits = {}, {}
    for batch, rows in sorted(teller.batches.items()):
        for place, row in enumerate(rows):
            if mine := identifiers(row):
                said[number_of[mine[0]]] = f"{batch}.{place}"
                visits[f"{batch}.{place}".encode()] = number_of[mine[0]]
    profiles = Customer.objects.filter(merged_into=None).values_list("pk", "attributes")
    assert {pk: profile.get("city") for pk, profile in profiles} == said | {
        pk: None for pk, _profile in profiles if pk not in said
    }
    _customers, _held, events, mirror = seen()
    assert {event["event_id"]: event["customer_id"] for event in events} == visits
    assert {row["customer_id"]: row.get("city") for row in mirror} == {
        pk: profile.get("city") for pk, profile in profiles
    }


def tell(story, settings, tmp_path):
    with empty_world(settings, tmp_path):
        teller = Teller()
        for deed in story:
            teller.do(*deed)
            hypothesis.note(f"{deed} → {people()}")
        check(teller)
        for batch, _rows in teller.loaded:
            batch_undo(batch=batch)
        assert not Customer.objects.exists() and not Identifier.objects.exists() and not Review.objects.exists()


fixtures = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@hypothesis.settings(max_examples=7, **fixtures)
@given(story=stories)
def test_any_story_ends_as_if_told_from_the_start(story, settings, tmp_path):
    tell(story, settings, tmp_path)


@pytest.mark.deep
@hypothesis.settings(max_examples=400, **fixtures)
@given(story=stories)
def test_many_stories_end_as_if_told_from_the_start(story, settings, tmp_path):
    tell(story, settings, tmp_path)
