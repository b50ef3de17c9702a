"""The mirror in the lake follows the customers, and only the files that hold a change are written."""

import uuid
from contextlib import contextmanager

import hypothesis
import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cdp.identity.models import IdentifierType
from cdp.identity.services import identities_link
from cdp.store import mirror
from cdp.store.delta import table_files
from cdp.store.lake import snapshot
from cdp.store.models import Attribute, Batch, BatchState, Customer, ProfileChange
from cdp.store.services import (
    attribute_register,
    batch_commit,
    batch_open,
    batch_undo,
    events_add,
    lake_compact,
    profiles_refresh,
    records_add,
)
from cdp.store.views import columns_of
from tests.store.world import orders, people

pytestmark = pytest.mark.django_db
TYPES = ("phone", "email")


@pytest.fixture(autouse=True)
def two_customers_a_file(monkeypatch):
    monkeypatch.setattr(mirror, "RANGE_BITS", 1)


def load(rows, commit=True, **said):
    """Each row: a phone and an e-mail, None where there is none; `said` about each of them."""
    batch = batch_open(source="shop")
    identifiers = {kind: pa.array([row[place] for row in rows], pa.string()) for place, kind in enumerate(TYPES)}
    table = pa.table({"row": pa.array(range(len(rows)), pa.int64()), **identifiers})
    linked = identities_link(batch=batch, identifiers=table)
    there = linked["origin_id"].is_valid()
    records = pa.table({"origin_id": linked["origin_id"], **said}).filter(there)
    if said and len(records):
        records_add(batch=batch, records=records)
    if commit:
        batch_commit(batch=batch)
    return batch


def mirrored():
    """customer_id → what the lake says, without what is missing."""
    with snapshot() as lake:
        rows = lake.frame(lake.tables.profiles).to_pylist()
    assert len({row["customer_id"] for row in rows}) == len(rows)
    return {row.pop("customer_id"): {key: value for key, value in row.items() if value is not None} for row in rows}


def expected():
    """The same out of the customers themselves."""
    seen = Customer.objects.filter(merged_into=None).exclude(batch__state=BatchState.OPEN)
    kept = set(Attribute.objects.filter(personal=False).values_list("slug", flat=True))
    return {row.pk: {slug: row.attributes[slug] for slug in kept & row.attributes.keys()} for row in seen}


def paths():
    return {file.path for file in table_files("profiles")}


def test_a_commit_writes_only_the_files_that_hold_a_change():
    load([(str(n), None) for n in range(8)], province=[f"P{n}" for n in range(8)])
    before = paths()
    assert len(before) in (4, 5)
    load([("3", None)], province=["here"])
    assert len(paths() - before) == len(before - paths()) == 1
    assert mirrored() == expected()
    assert not ProfileChange.objects.exists()


def test_a_commit_of_events_alone_writes_no_profile():
    load([("1", None), ("2", None)], province=["a", "b"])
    before = paths()
    anna = Customer.objects.first()
    batch = batch_open(source="shop")
    events_add(batch=batch, events=orders((1, anna.pk, "purchase", "2025-01-01 10:00:00")))
    batch_commit(batch=batch)
    assert paths() == before


def test_a_new_attribute_rewrites_nothing_and_one_no_longer_personal_everything():
    load([(str(n), None) for n in range(6)], province=["p"] * 6)
    before = paths()
    attribute_register(slug="pets", kind="list")
    attribute_register(slug="secret", kind="text", personal=True)
    load([("0", None)], pets=pa.array([["cat"]]), secret=["s"])
    assert len(paths() & before) == len(before) - 1
    assert mirrored() == expected()
    assert all("secret" not in row for row in mirrored().values())
    before = paths()
    Attribute.objects.filter(slug="secret").update(personal=False)
    Attribute.objects.filter(slug="province").update(personal=True)
    load([("5", None)], pets=pa.array([["dog"]]))
    assert not paths() & before
    assert mirrored() == expected()
    assert {row.get("secret") for row in mirrored().values()} == {"s", None}


def test_an_attribute_takes_room_from_the_first_file_on_that_somebody_has_a_value_in():
    attribute_register(slug="pets", kind="list")
    attribute_register(slug="城市", kind="text")
    load([(str(n), None) for n in range(4)], province=["p"] * 4)
    written = {"customer_id", "province", "城市"}
    assert {frozenset(columns_of("profiles", file)) for file in table_files("profiles")} == {frozenset(written)}
    load([("0", None)], pets=pa.array([["cat"]]), 城市=["here"])
    fresh, *others = sorted(table_files("profiles"), key=lambda file: file.low["customer_id"])
    assert columns_of("profiles", fresh) == written | {"pets"}
    assert {frozenset(columns_of("profiles", file)) for file in others} == {frozenset(written)}
    assert mirrored() == expected()


def test_who_is_merged_away_leaves_the_mirror_and_comes_back_when_it_is_undone():
    load([("1", None), (None, "a")], province=["x", "y"])
    both = mirrored()
    linking = load([("1", "a")])
    assert list(mirrored()) == [min(both)]
    batch_undo(batch=linking)
    assert mirrored() == both == expected()


def test_who_was_never_anybody_of_their_own_is_seen_once_a_limit_parts_them():
    load([("1", "a"), ("1", "b"), *((f"other {n}", None) for n in range(8))])
    another = load([("1", None)])
    assert len(mirrored()) == 9
    IdentifierType.objects.filter(slug="email").update(most=1)
    batch_undo(batch=another)
    assert len(expected()) == 10
    assert mirrored() == expected()


def test_a_commit_that_died_before_it_was_shown_changes_nothing(monkeypatch):
    load([("1", None)], province=["a"])
    lost = load([("1", None), ("2", None)], commit=False, province=["lost", "lost"])
    with monkeypatch.context() as patch:
        patch.setattr("cdp.store.batches.version_publish", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            batch_commit(batch=lost)
    assert [row["province"] for row in mirrored().values()] == ["a"]
    load([("3", None)], province=["c"])
    assert mirrored() == expected()
    assert len(mirrored()) == 2
    batch_undo(batch=lost)
    assert [row["province"] for row in mirrored().values()] == ["a", "c"]
    assert mirrored() == expected()


def test_a_lake_with_one_file_for_everybody_is_split_by_the_next_commit(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(mirror, "RANGE_BITS", 18)
        load([(str(n), None) for n in range(6)], province=["p"] * 6)
        assert len(paths()) == 1
    load([("0", None)], province=["q"])
    assert len(paths()) in (3, 4)
    assert mirrored() == expected()


def test_customers_of_a_batch_still_open_are_seen_with_the_first_that_knows_them_too():
    waiting = load([("1", None)], commit=False)
    assert mirrored() == {}
    load([("1", None)])
    assert list(mirrored()) == [Customer.objects.get().pk]
    batch_undo(batch=waiting)
    assert mirrored() == expected() != {}


def test_customers_nobody_can_name_leave_with_their_batch():
    load([("1", None)])
    batch = batch_open(source="shop")
    people(batch, 3)
    batch_commit(batch=batch)
    assert len(mirrored()) == 4
    batch_undo(batch=batch)
    assert mirrored() == expected()
    assert len(mirrored()) == 1


@contextmanager
def empty_world(settings, folder):
    """Each example starts from nothing."""
    settings.CDP_LAKE = str(folder / uuid.uuid4().hex)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


cell = st.one_of(st.none(), st.sampled_from("abcd"))
rows = st.lists(st.tuples(cell, cell), min_size=1, max_size=4)
step = st.one_of(
    st.tuples(st.just("load"), rows, st.booleans(), st.booleans()),
    st.tuples(st.just("commit"), st.integers(0, 9)),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("register"), st.sampled_from(["pets", "colour"])),
    st.tuples(st.just("compact")),
)


@hypothesis.settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=2, max_size=9))
def test_whatever_happens_the_mirror_is_what_a_full_rewrite_gives(steps, settings, tmp_path):
    with empty_world(settings, tmp_path):
        for number, (what, *given) in enumerate(steps):
            take(number, what, *given)
            assert mirrored() == expected()
        shown = mirrored()
        profiles_refresh()
        assert mirrored() == shown


def take(number, what, *given):
    """One step; those that find nothing to do do nothing. Ends with a commit, so that all of it can be seen."""
    of_state = {"commit": [BatchState.OPEN], "undo": [BatchState.OPEN, BatchState.DONE]}
    if what == "load":
        rows, commit, says = given
        slugs = Attribute.objects.filter(slug__in=["province", "pets", "colour"]).values_list("slug", flat=True)
        said = {slug: [[f"{number}"] if slug == "pets" else f"{number}"] * len(rows) for slug in slugs if says}
        load(rows, commit, **said)
    elif what == "register":
        attribute_register(slug=given[0], kind="list" if given[0] == "pets" else "text")
    elif what == "compact":
        lake_compact(everything=True)
    elif found := list(Batch.objects.filter(state__in=of_state[what], source="shop").order_by("pk")):
        {"commit": batch_commit, "undo": batch_undo}[what](batch=found[given[0] % len(found)])
    batch_commit(batch=batch_open(source="clock"))
