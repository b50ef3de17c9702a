"""Who is who must not depend on the order batches come in, nor on batches that were taken back."""

import uuid
from contextlib import contextmanager

import hypothesis
import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.identity.models import Identifier, IdentifierType, Merge
from cdp.identity.selectors import customer_by, identifier_columns, identifiers_of
from cdp.identity.services import identities_link, identities_preview
from cdp.identity.verdicts import roots_by_row
from cdp.store.models import Batch, Customer
from cdp.store.services import batch_commit, batch_open, batch_undo, records_add

pytestmark = pytest.mark.django_db
TYPES = ("phone", "email", "device")


@pytest.fixture(autouse=True)
def nothing_is_shared(db):
    """Plain linking: whatever people share counts like everything else."""
    IdentifierType.objects.update(shared=False)


def table(rows):
    """Each row: up to three identifiers, None where there is none."""
    padded = [(*row, None, None, None)[:3] for row in rows]
    columns = {kind: pa.array([row[place] for row in padded], pa.string()) for place, kind in enumerate(TYPES)}
    return pa.table({"row": pa.array(range(len(rows)), pa.int64()), **columns})


def load(*rows, commit=True):
    batch = batch_open(source="test")
    linked = identities_link(batch=batch, identifiers=table(rows))
    if commit:
        batch_commit(batch=batch)
    return batch, linked.to_pylist()


def people():
    """Everyone, as the set of their identifiers."""
    sets = {}
    for identifier in Identifier.objects.select_related("origin"):
        owner = identifier.origin.merged_into_id or identifier.origin_id
        sets.setdefault(owner, set()).add((identifier.type, identifier.value))
    return {frozenset(one) for one in sets.values()}


def naive(batches):
    """The same from scratch: merge sets that share an identifier, row by row."""
    sets = []
    for rows in batches:
        for row in rows:
            mine = {(kind, value) for kind, value in zip(TYPES, row, strict=False) if value}
            if mine:
                touching = [one for one in sets if one & mine]
                sets = [one for one in sets if not one & mine] + [mine.union(*touching)]
    return {frozenset(one) for one in sets}


def live():
    return Customer.objects.filter(merged_into=None).count()


def test_rows_that_share_an_identifier_are_one_customer():
    _batch, rows = load(("1", "a"), ("2",), (None, "a", "x"), (), ("1",))
    assert [row["origin_id"] is None for row in rows] == [False, False, False, True, False]
    one, two, three, _none, five = (row["origin_id"] for row in rows)
    assert one == five and roots_by_row([one, two, three]) == {one: one, two: two, three: one}
    assert not any(row["known"] for row in rows)
    assert live() == 2


def test_a_link_found_later_merges_into_the_smaller_id():
    load(("1",))
    load((None, "a"))
    ids = list(Customer.objects.values_list("pk", flat=True))
    batch, rows = load(("1", "a"))
    assert rows[0]["known"]
    merge = Merge.objects.get()
    assert (merge.winner_id, merge.loser_id, merge.batch_id) == (ids[0], ids[1], batch.pk)
    assert customer_by(SYSTEM, "email", "a").pk == ids[0]
    assert [one.value for one in identifiers_of(SYSTEM, ids[0])] == ["1", "a"]
    assert identifier_columns([ids[0]]).to_pylist()[0]["email"] == "a"


def test_the_preview_counts_what_the_load_then_does():
    load(("1",), ("2",), (None, "b"))
    rows = [("1", "b"), ("2",), ("3",), ()]
    preview = identities_preview(identifiers=table(rows))
    assert (preview.known, preview.new, preview.without, preview.merged) == (2, 1, 1, 1)
    load(*rows)
    assert live() == 3


def test_taking_back_the_batch_that_linked_parts_what_came_after():
    load(("1",))
    linking, _rows = load(("1", "a"))
    later, rows = load((None, "a", "x"))
    records_add(batch=later, records=pa.table({"origin_id": [rows[0]["origin_id"]], "city": ["杭州市"]}))
    assert people() == {frozenset({("phone", "1"), ("email", "a"), ("device", "x")})}
    batch_undo(batch=linking)
    assert people() == {frozenset({("phone", "1")}), frozenset({("email", "a"), ("device", "x")})}
    assert customer_by(SYSTEM, "email", "a").attributes == {"city": "杭州市"}
    assert customer_by(SYSTEM, "phone", "1").attributes == {}


def test_a_batch_that_was_never_finished_can_be_taken_back():
    batch, _rows = load(("1", "a"), ("2",), commit=False)
    Identifier.objects.filter(value="2").delete()
    load(("1",))
    batch_undo(batch=batch)
    assert people() == {frozenset({("phone", "1")})}
    assert Customer.objects.count() == 1
    assert Customer.objects.get().batch.state == "done"
    assert Batch.objects.get(pk=batch.pk).state == "undone"


def test_unregistered_types_are_refused():
    with pytest.raises(UserError, match="carrier_pigeon"):
        identities_link(batch=batch_open(source="a"), identifiers=pa.table({"row": [1], "carrier_pigeon": ["x"]}))


cell = st.one_of(st.none(), st.sampled_from("abcd"))
batches_of_rows = st.lists(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=4), min_size=1, max_size=5)


@contextmanager
def empty_world(settings, folder):
    """Each example starts from nothing."""
    settings.CDP_LAKE = str(folder / uuid.uuid4().hex)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@hypothesis.settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches_of_rows, data=st.data())
def test_any_order_of_loads_and_undos_equals_linking_from_scratch(batches, data, settings, tmp_path):
    with empty_world(settings, tmp_path):
        check_loads_and_undos(batches, data.draw(st.sets(st.integers(0, len(batches) - 1))))


def check_loads_and_undos(batches, gone):
    loaded = []
    for rows in batches:
        before = identities_preview(identifiers=table(rows))
        alive = live()
        loaded.append(load(*rows)[0])
        assert live() == alive + before.new - before.merged
    assert people() == naive(batches)
    for index in sorted(gone, key=lambda i: (i * 7) % 5):
        batch_undo(batch=loaded[index])
    assert people() == naive([rows for index, rows in enumerate(batches) if index not in gone])
    assert live() == len(people())
    for batch in loaded:
        batch_undo(batch=batch)
    assert not Customer.objects.exists() and not Identifier.objects.exists()
