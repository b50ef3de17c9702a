"""Rows past the ORM are the rows the ORM would have written."""

import json

import pyarrow as pa
import pytest
from django.db import IntegrityError, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from cdp.identity.models import Identifier
from cdp.settings.env import database
from cdp.store import bulk
from cdp.store.bulk import (
    among,
    found_in,
    ids_reserve,
    rows_delete,
    rows_insert,
    rows_read,
    rows_together,
    rows_update,
)
from cdp.store.models import Batch, Customer, Record

pytestmark = pytest.mark.django_db
IDS = pa.schema([("id", pa.int64())])


@pytest.fixture
def customer():
    return Customer.objects.create(batch=Batch.objects.create(source="test"))


@pytest.mark.parametrize(
    ("values", "origins"),
    [
        (["it's", 'a "quoted" one', "中文, with commas", "line\nbreak"], None),
        (["a", "b", "c", "d"], "mixed"),
        ([f"v{n}" for n in range(1203)], "mixed"),
    ],
    ids=["odd texts", "two free columns", "more than one statement"],
)
def test_what_is_inserted_is_read_back(customer, values, origins):
    other = Customer.objects.create(batch=customer.batch)
    owners = [customer.pk if origins is None or n % 3 else other.pk for n in range(len(values))]
    first = ids_reserve(Identifier, len(values))
    rows = pa.table({"id": range(first, first + len(values)), "value": values, "origin_id": owners})
    rows_insert(Identifier, rows, {"type": "text's", "batch_id": customer.batch_id, "primary": True})
    stored = list(Identifier.objects.order_by("pk").values_list("pk", "value", "origin_id", "type", "primary"))
    assert stored == [
        (first + n, value, owner, "text's", True)
        for n, (value, owner) in enumerate(zip(values, owners, strict=True))
    ]


ODD_TEXTS = ["it's", 'a "quoted" one', "中文\\n, {}", "line\nbreak"]


def test_whole_numbers_and_texts_go_in_together_and_keep_their_order(customer):
    owners = [customer.pk, *(Customer.objects.create(batch=customer.batch).pk for _ in ODD_TEXTS[1:])][::-1]
    said = [json.dumps({"name": text}) for text in ODD_TEXTS]
    rows_insert(Record, pa.table({"origin_id": owners, "attributes": said}), {"batch_id": customer.batch_id})
    stored = Record.objects.order_by("pk").values_list("origin_id", "attributes", "batch_id")
    assert list(stored) == [
        (owner, {"name": text}, customer.batch_id) for owner, text in zip(owners, ODD_TEXTS, strict=True)
    ]


@pytest.mark.parametrize("also", [{}, {"type": ["c", "a", "d", "b"]}], ids=["one column", "more columns"])
def test_each_row_gets_its_own_new_value_whatever_the_order(customer, also):
    for number, text in enumerate(ODD_TEXTS):
        Identifier.objects.create(
            type="text", value=f"old {text}", batch_id=customer.batch_id, origin=customer, primary=number > 1
        )
    ids = list(Identifier.objects.order_by("-value").values_list("pk", flat=True))
    rows_update(Identifier, pa.table({"id": ids, "value": ODD_TEXTS, **also}), {"primary": False})
    stored = {row.pk: (row.value, row.type, row.primary) for row in Identifier.objects.all()}
    types = also.get("type", ["text"] * len(ids))
    assert stored == {pk: (text, kind, False) for pk, text, kind in zip(ids, ODD_TEXTS, types, strict=True)}


def test_reserved_ids_are_never_given_again(customer):
    first = ids_reserve(Customer, 10)
    assert first > customer.pk
    assert ids_reserve(Customer, 1) == first + 10
    assert Customer.objects.create(batch=customer.batch).pk > first + 10


def test_rows_are_updated_by_their_own_values_and_constants(customer):
    other = Customer.objects.create(batch=customer.batch)
    third = Customer.objects.create(batch=customer.batch, merged_into=customer)
    rows_update(
        Customer,
        pa.table({"id": [other.pk, third.pk], "merged_into_id": pa.array([customer.pk, None], pa.int64())}),
        {"moved": True},
    )
    found = Customer.objects.order_by("pk").values_list("merged_into_id", "moved")
    assert list(found) == [(None, False), (customer.pk, True), (None, True)]
    rows_delete(Customer, [other.pk])
    where, ids = among("id", [customer.pk, other.pk])
    assert rows_read(f"SELECT id FROM store_customer WHERE {where}", IDS, [ids])["id"].to_pylist() == [customer.pk]


def test_texts_are_found_with_their_places_however_odd_they_are(customer):
    for text in ODD_TEXTS[1:]:
        Identifier.objects.create(type="text", value=text, batch_id=customer.batch_id, origin=customer)
    asked = ["unknown", *ODD_TEXTS[::-1]]
    found, param = found_in("identity_identifier", "value", asked)
    schema = pa.schema([("place", pa.int64()), ("value", pa.string())])
    rows = rows_read(f"SELECT given.place AS place, stored.value AS value {found}", schema, [param]).to_pylist()
    assert {row["place"]: row["value"] for row in rows} == dict(enumerate(ODD_TEXTS[:0:-1], 1))


def test_of_few_rows_written_together_all_are_stored_or_none(customer):
    row = pa.table({"value": ["one"], "origin_id": [customer.pk]})
    with pytest.raises(KeyError), rows_together(1):
        rows_insert(Identifier, row, {"type": "text", "batch_id": customer.batch_id, "primary": True})
        raise KeyError
    assert not Identifier.objects.exists()


@pytest.mark.parametrize("count", [3, 1203], ids=["one statement", "several"])
def test_a_row_that_cannot_be_stored_takes_those_before_it_back(customer, count):
    rows = pa.table({"value": [*(str(n) for n in range(count)), "0"], "origin_id": [customer.pk] * (count + 1)})
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_insert(Identifier, rows, {"type": "text", "batch_id": customer.batch_id, "primary": True})
    assert not Identifier.objects.exists()


def test_very_many_rows_leave_nothing_in_the_log_for_the_next_writer(tmp_path, monkeypatch):
    file = tmp_path / "own.sqlite3"
    options = database("NOWHERE", file)["OPTIONS"]
    own = SQLite({**connections["default"].settings_dict, "NAME": str(file), "OPTIONS": options}, "own")
    monkeypatch.setattr(bulk, "connection", own)
    with rows_together(1_000_000), own.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (text)")
        cursor.execute("INSERT INTO kept VALUES (hex(zeroblob(100000)))")
        assert file.stat().st_size < 200_000
    assert file.stat().st_size > 200_000
    own.close()


@pytest.mark.parametrize("apart", [1, 50], ids=["side by side", "far apart"])
@pytest.mark.parametrize("columns", [{}, {"attributes": '{"name": "%d"}'}], ids=["a constant", "a value each"])
def test_what_is_updated_is_updated_wherever_the_rows_lie(customer, apart, columns):
    ids = range(1000, 1000 + 20 * apart, apart)
    Customer.objects.bulk_create(Customer(pk=pk, batch=customer.batch) for pk in [*ids, 999])
    values = {name: [text % pk for pk in ids] for name, text in columns.items()}
    rows_update(
        Customer, pa.table({"id": list(ids)[::-1], **{k: v[::-1] for k, v in values.items()}}), {"moved": True}
    )
    changed = Customer.objects.filter(moved=True).order_by("pk")
    assert list(changed.values_list("pk", flat=True)) == list(ids)
    assert {row.attributes.get("name") for row in changed} == ({str(pk) for pk in ids} if columns else {None})
