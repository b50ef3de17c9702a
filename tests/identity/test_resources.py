"""Customers out to Excel and their attributes in again, never more than the viewer may see."""

import io

import openpyxl
import pyarrow as pa
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from import_export.formats.base_formats import XLSX

from cdp.identity import admin, resources
from cdp.identity.resources import SOURCE, CustomerResource
from cdp.store.lake import snapshot
from cdp.store.models import Batch, Customer
from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

pytestmark = pytest.mark.django_db
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(viewer):
    book = openpyxl.load_workbook(io.BytesIO(XLSX().export_data(CustomerResource(viewer).export())))
    header, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def book_of(rows):
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def take_in(viewer, rows, dry_run=False):
    dataset = XLSX().create_dataset(book_of(rows))
    result = CustomerResource(viewer).import_data(dataset, user=viewer, dry_run=dry_run)
    assert not result.has_errors(), [str(error.error) for _n, errors in result.row_errors() for error in errors]
    return {row.number: " ".join(row.error.messages) for row in result.invalid_rows}


@pytest.fixture
def anna(shop):
    """Anna, with a name, a phone, a number and a date."""
    attribute_register(slug="visits", kind="number")
    attribute_register(slug="since", kind="date")
    (anna,) = shop.people(1, "浙江省")
    shop.identify(anna, phone="+8613800138000")
    batch = batch_open(source="crm")
    row = {"origin_id": [anna], "name": ["王小明"], "visits": [3.0], "since": [None]}
    records_add(batch=batch, records=pa.table(row))
    batch_commit(batch=batch)
    return Customer.objects.get(pk=anna)


@pytest.fixture
def marketer(django_user_model):
    """May load and export, may not see personal values."""
    user = django_user_model.objects.create_user("mei", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=("load_data", "export_customers")))
    return user


def test_personal_values_are_masked_for_who_may_not_see_them(anna, analyst, marketer):
    (clear,), (hidden,) = sheet(analyst), sheet(marketer)
    assert (clear["name"], clear["phone"], clear["province"]) == ("王小明", "+8613800138000", "浙江省")
    assert "王小明" not in hidden.values() and "+8613800138000" not in hidden.values()
    assert (hidden["customer_id"], hidden["province"], hidden["phone"][-2:]) == (anna.pk, "浙江省", "00")


def test_edited_cells_become_one_batch_and_the_rest_stays(anna, marketer):
    (row,) = sheet(marketer)
    row |= {"province": "江苏", "visits": "1,234", "since": "2026/5/1", "city": ""}
    assert take_in(marketer, [row]) == {}
    anna.refresh_from_db()
    assert anna.attributes["province"] == "江苏省"
    assert anna.attributes["visits"] == 1234
    assert anna.attributes["name"] == "王小明"
    assert anna.attributes["since"].startswith("2026-05-01")
    batch = Batch.objects.latest("pk")
    assert batch.source == SOURCE
    assert batch.records.get().attributes.keys() == {"province", "visits", "since"}
    with snapshot() as lake:
        assert lake.frame(lake.tables.profiles.select("province"))["province"].to_pylist() == ["江苏省"]


def test_an_unedited_sheet_writes_nothing(anna, analyst, marketer):
    before = Batch.objects.count()
    for viewer in (analyst, marketer):
        assert take_in(viewer, sheet(viewer)) == {}
    assert Batch.objects.count() == before


def test_a_dry_run_writes_nothing(anna, marketer):
    before = Batch.objects.count()
    (row,) = sheet(marketer)
    assert take_in(marketer, [row | {"province": "江苏"}], dry_run=True) == {}
    anna.refresh_from_db()
    assert (Batch.objects.count(), anna.attributes["province"]) == (before, "浙江省")


def test_every_bad_row_is_told_in_words_and_nothing_is_written(anna, marketer):
    (row,) = sheet(marketer)
    rows = [
        row | {"since": "soon", "visits": "many"},
        row | {"name": "张****"},
        row | {"customer_id": 999_999},
        row | {"customer_id": "=cmd"},
        row | {"province": "江苏"},
    ]
    told = take_in(marketer, rows)
    assert list(told) == [1, 2, 3, 4]
    assert "since" in told[1] and "visits" in told[1]
    assert "name" in told[2] and "999999" in told[3]
    anna.refresh_from_db()
    assert anna.attributes["province"] == "浙江省"


def test_who_may_not_load_cannot_import(anna, django_user_model):
    visitor = django_user_model.objects.create_user("visitor", is_staff=True)
    rows = [sheet(visitor)[0] | {"province": "江苏"}]
    result = CustomerResource(visitor).import_data(XLSX().create_dataset(book_of(rows)), user=visitor)
    assert result.base_errors
    assert Customer.objects.get().attributes["province"] == "浙江省"


def test_a_large_sheet_is_sent_to_the_upload_page(anna, analyst, client, monkeypatch):
    client.force_login(analyst)
    monkeypatch.setattr(resources, "IMPORT_ROWS", 1)
    (row,) = sheet(analyst)
    upload = SimpleUploadedFile("c.xlsx", book_of([row, row]), XLSX_TYPE)
    page = client.post(
        reverse("admin:store_customer_import"), {"import_file": upload, "format": "0", "resource": ""}
    )
    text = page.content.decode()
    assert (page.status_code, "Traceback" in text) == (200, False)
    assert ("2" in text, page.context.get("confirm_form")) == (True, None)


def test_a_sheet_of_something_else_is_told_in_words(anna, analyst, client):
    client.force_login(analyst)
    upload = SimpleUploadedFile("c.xlsx", book_of([{"sku": "A1", "price": 3}]), XLSX_TYPE)
    page = client.post(
        reverse("admin:store_customer_import"), {"import_file": upload, "format": "0", "resource": ""}
    )
    text = page.content.decode()
    assert ("customer_id" in text, "Traceback" in text, page.status_code) == (True, False, 200)


def test_the_stock_page_takes_a_sheet_in_two_steps(anna, analyst, client):
    client.force_login(analyst)
    (row,) = sheet(analyst)
    upload = SimpleUploadedFile("c.xlsx", book_of([row | {"province": "江苏"}]), XLSX_TYPE)
    page = client.post(
        reverse("admin:store_customer_import"), {"import_file": upload, "format": "0", "resource": ""}
    )
    anna.refresh_from_db()
    assert (page.status_code, anna.attributes["province"]) == (200, "浙江省")
    client.post(reverse("admin:store_customer_process_import"), page.context["confirm_form"].initial)
    anna.refresh_from_db()
    assert anna.attributes["province"] == "江苏省"


def test_a_large_export_is_refused_with_a_way_out(anna, analyst, client, monkeypatch):
    client.force_login(analyst)
    ready = client.post(reverse("admin:store_customer_export"), {"format": "0", "resource": ""})
    assert ready.headers["Content-Type"] == XLSX_TYPE
    monkeypatch.setattr(admin, "EXPORT_ROWS", 0)
    refused = client.post(reverse("admin:store_customer_export"), {"format": "0", "resource": ""})
    assert refused.headers["Location"] == reverse("admin:store_customer_changelist")


def test_the_stock_page_masks_what_the_export_masks(anna, marketer, client):
    marketer.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client.force_login(marketer)
    page = client.get(reverse("admin:store_customer_change", args=[anna.pk])).content.decode()
    assert "浙江省" in page and "王小明" not in page
    assert client.get(reverse("admin:store_customer_changelist")).status_code == 200
