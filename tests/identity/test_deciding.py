"""What people decide about who is who: merging, parting, keeping apart, and taking each of these back."""

import pyarrow as pa
import pytest

from cdp.errors import UserError
from cdp.identity.models import IdentifierType, Merge, Review
from cdp.identity.services import (
    customer_part,
    customers_keep_apart,
    customers_merge,
    identities_link,
    merge_undo,
    review_decide,
    review_undo,
    reviews_decide_above,
    reviews_open,
)
from cdp.identity.verdicts import roots_by_row
from cdp.store.lake import snapshot
from cdp.store.models import Customer
from cdp.store.services import attribute_register, batch_commit, batch_open, batch_undo, records_add

pytestmark = pytest.mark.django_db
TYPES = ("phone", "email", "device")


def load(*rows, city=None):
    """Each row: phone, e-mail, device; returns the batch and the origin of each row."""
    batch = batch_open(source="test")
    padded = [(*row, None, None)[:3] for row in rows]
    columns = {kind: pa.array([row[place] for row in padded], pa.string()) for place, kind in enumerate(TYPES)}
    linked = identities_link(batch=batch, identifiers=pa.table({"row": range(len(rows)), **columns}))
    if city:
        records_add(batch=batch, records=pa.table({"origin_id": linked["origin_id"], "city": [city] * len(rows)}))
    batch_commit(batch=batch)
    return batch, linked["origin_id"].to_pylist()


@pytest.fixture
def two(db):
    """Anna by phone and Ben by e-mail, and where they live."""
    attribute_register(slug="city", kind="text")
    _batch, (anna,) = load(("1",), city="杭州")
    _batch, (ben,) = load((None, "b"), city="南京")
    return anna, ben


def is_one(one, other):
    roots = roots_by_row([one, other])
    return roots[one] == roots[other]


def state():
    """Everything a person could see: who is who, what is known of each, what the lake says."""
    customers = Customer.objects.order_by("pk").values_list("pk", "merged_into", "attributes")
    with snapshot() as lake:
        mirror = lake.frame(lake.tables.profiles.order_by("customer_id")).to_pylist()
    return list(customers), mirror


def proposed(one, other, score=0.9, kind="score", evidence='{"weights": {"name": 7.5}}'):
    return pa.table({"one": [one], "other": [other], "kind": [kind], "score": [score], "evidence": [evidence]})


def test_a_merge_by_hand_is_undone_exactly(two, analyst):
    before = state()
    merge = customers_merge(one=two[1], other=two[0], by=analyst, note="同一个人")
    assert is_one(*two) and Customer.objects.get(pk=two[0]).attributes == {"city": "南京"}
    assert (merge.winner_rows, merge.loser_rows, merge.merged_by) == ([two[0]], [two[1]], analyst)
    assert len(state()[1]) == 1
    merge_undo(merge=merge, by=analyst)
    assert state() == before
    assert Merge.objects.get().undone_by == analyst


def test_undoing_twice_and_merging_one_are_told(two, analyst):
    merge = customers_merge(one=two[0], other=two[1], by=analyst)
    with pytest.raises(UserError, match="one customer already"):
        customers_merge(one=two[0], other=two[1], by=analyst)
    merge_undo(merge=merge, by=analyst)
    with pytest.raises(UserError, match="undone already"):
        merge_undo(merge=merge, by=analyst)
    with pytest.raises(UserError, match="no customer 999"):
        customers_merge(one=two[0], other=999, by=analyst)


def test_a_merge_by_a_shared_identifier_is_undone_for_good(two, analyst):
    before = state()
    batch, (row,) = load(("1", "b"))
    assert is_one(*two)
    merge_undo(merge=Merge.objects.get(batch=batch), by=analyst)
    assert state() == before
    assert row == two[0], "a row that shows both stays with the more trusted identifier"
    load(("1", "b"), (None, "b"))
    assert not is_one(*two)
    assert not Review.objects.filter(state="open").exists(), (
        "what was known when they were parted is not asked again"
    )


def test_a_new_link_between_customers_kept_apart_goes_to_review(two, analyst):
    customers_keep_apart(one=two[0], other=two[1], by=analyst)
    load(("1", None, "d"), (None, "b", "d"))
    assert not is_one(*two)
    review = Review.objects.get()
    assert (review.kind, review.evidence) == ("apart", {"identifiers": [{"type": "device", "value": "d"}]})
    review_decide(review=review, decision="merge", by=analyst)
    assert is_one(*two)
    review_undo(review=review, by=analyst)
    assert not is_one(*two)
    assert Review.objects.get().state == "open"


def test_customers_kept_apart_stay_so_through_others(two, analyst):
    """A link to somebody who is one with Anna is a link to Anna."""
    customers_keep_apart(one=two[0], other=two[1], by=analyst)
    load(("1", "a"))
    _batch, (cleo,) = load(("3", "b"))
    assert is_one(cleo, two[1])
    load(("3", "a"))
    assert not is_one(*two)
    assert Review.objects.get().kind == "apart"


def test_what_was_kept_apart_outlives_undoing_and_loading_again(two, analyst):
    customers_keep_apart(one=two[0], other=two[1], by=analyst)
    batch_undo(batch=Customer.objects.get(pk=two[1]).batch)
    load((None, "b"))
    batch, rows = load(("1", "b"))
    assert Merge.objects.filter(batch=batch).count() == 0 and rows == [two[0]]


def test_a_row_that_joined_a_customer_from_the_start_can_be_parted(two, analyst):
    _batch, (cleo,) = load(("3", "b"))
    assert is_one(cleo, two[1])
    customer_part(row=cleo, by=analyst)
    assert not is_one(cleo, two[1])
    with pytest.raises(UserError, match="belongs to nobody else"):
        customer_part(row=cleo, by=analyst)


def test_too_many_of_a_type_go_to_review(two, analyst):
    IdentifierType.objects.filter(slug="phone").update(most=2)
    load(("2", "b"), ("3", "b"), ("4", "b"))
    assert sorted(Review.objects.values_list("kind", flat=True)) == ["limit"]
    assert Customer.objects.filter(merged_into=None).count() == 3
    customers_merge(one=Review.objects.get().one_id, other=Review.objects.get().other_id, by=analyst)
    assert Review.objects.get().state == "merged", "a merge by hand may exceed the limit, and answers the question"


def test_a_shared_device_merges_nobody(two, analyst):
    IdentifierType.objects.filter(slug="device").update(shared=True)
    _batch, rows = load(("1", None, "d"), ("2", None, "d"), (None, None, "d"))
    assert is_one(rows[0], rows[2]) and not is_one(rows[0], rows[1])
    assert Review.objects.get().kind == "shared"


def test_decisions_about_scores_are_made_in_bulk_and_taken_back(two, analyst):
    _batch, (cleo, dora) = load(("3",), ("4",))
    assert reviews_open(pairs=proposed(*two)) == 1
    assert reviews_open(pairs=proposed(*two, score=0.8)) == 0, "it is being asked already"
    assert reviews_open(pairs=proposed(cleo, dora, score=0.5)) == 1
    assert reviews_decide_above(score=0.7, decision="merge", by=analyst) == 1
    assert is_one(*two) and not is_one(cleo, dora)
    review_undo(review=Review.objects.get(score=0.9), by=analyst)
    assert not is_one(*two)
    low = Review.objects.get(score=0.5)
    review_decide(review=low, decision="ask", by=analyst, asked=analyst)
    review_decide(review=low, decision="apart", by=analyst, note="两姐妹")
    assert (low.state, low.note, low.decided_by) == ("apart", "两姐妹", analyst)
    assert reviews_open(pairs=proposed(dora, cleo, score=0.99)) == 0, "who is kept apart is not proposed again"
    with pytest.raises(UserError, match="decided meanwhile"):
        review_decide(review=low, decision="merge", by=analyst)


def test_undoing_a_load_takes_its_questions_along(two, analyst):
    IdentifierType.objects.filter(slug="phone").update(most=1)
    batch, _rows = load(("2", "b"), ("3", "b"))
    assert Review.objects.count() == 1
    batch_undo(batch=batch)
    assert not Review.objects.exists()
