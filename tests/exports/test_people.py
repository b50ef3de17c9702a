"""What stands in a file of customers."""

import csv
import io
from datetime import date, datetime

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from django.utils import translation

from cdp.access.masking import masked, masked_sql
from cdp.engine import workspace
from cdp.exports import people, writing
from cdp.exports.layout import CHANGED, attributes_all, layout_of
from cdp.store.models import Customer
from cdp.store.services import attribute_register

pytestmark = pytest.mark.django_db


def rows(ids, attributes=(), *, clear=True):
    with translation.override("en"):
        layout = layout_of(attributes, clear=clear)
    tables = list(people.people_rows(np.array(sorted(ids), np.uint32), layout))
    return pa.concat_tables(tables).to_pylist()


def written(tmp_path, table, **options):
    path = tmp_path / "file.xlsx"
    writing.xlsx_write(path, iter([table]), title="Everyone", rows=table.num_rows, **options)
    return openpyxl.load_workbook(path)


VALUES = [
    "",
    "a",
    "abcd",
    "abcde",
    "王小明",
    "李四",
    "+8613800138000",
    "wei@example.com",
    "@home",
    "a@b@c",
    "oW12x",
]


@pytest.mark.parametrize("value", VALUES)
def test_the_engine_masks_as_pages_do(value):
    with workspace() as workbench:
        told = workbench.execute(f"SELECT {masked_sql('value')} FROM (SELECT ? AS value)", [value]).fetchall()
    assert told == [(masked(value),)]


def test_each_customer_is_a_row_with_name_identifiers_and_what_is_known(zhejiang):
    first, second, _third = rows(zhejiang, ["province"])
    assert first["Customer"] == zhejiang[0]
    assert (first["Name"], first["Member number"], first["Phone"]) == ("王小明", "M0", "+8613800138000")
    assert (second["Name"], second["Province"]) == (None, "浙江省")


def test_personal_values_are_masked_and_others_are_not(zhejiang):
    first = rows(zhejiang, clear=False)[0]
    assert (first["Name"], first["Phone"], first["Member number"]) == ("王****", "+86138****00", "M0")


def test_whoever_was_merged_away_shows_as_the_one_they_became(zhejiang):
    one, other, third = zhejiang
    Customer.objects.filter(pk=other).update(merged_into=one)
    found = rows(zhejiang)
    assert [row["Customer"] for row in found] == [one, third]
    assert found[0]["Member number"] == "M0;M1"


def test_few_among_many_are_sought_one_by_one(zhejiang, shop):
    shop.people(60)
    wanted = [zhejiang[0], Customer.objects.latest("pk").pk]
    (stretch,) = people.stretches(np.array(wanted))
    assert not stretch.dense
    assert [row["Customer"] for row in rows(wanted, ["province"])] == wanted


def test_stretches_hold_everybody_once(monkeypatch):
    monkeypatch.setattr(people, "STRETCH", 4)
    monkeypatch.setattr(people, "SOUGHT", 2)
    ids = np.array([1, 2, 3, 4, 500, 900, 901, 902, 5000])
    found = list(people.stretches(ids))
    assert np.concatenate([stretch.ids for stretch in found]).tolist() == ids.tolist()
    assert [stretch.dense for stretch in found] == [True, False, False, True]


def test_attributes_of_one_name_get_columns_of_their_own(zhejiang):
    attribute_register(slug="phone_note", kind="text", name_en="Phone")
    with translation.override("en"):
        assert layout_of(["phone_note"], clear=True).columns[-1].heading == "Phone (2)"


def test_all_attributes_are_those_somebody_has(zhejiang):
    attribute_register(slug="shoe_size", kind="number")
    assert "province" in attributes_all()
    assert "shoe_size" not in attributes_all()


def test_the_moment_of_the_last_change_is_told_in_the_business_zone(zhejiang):
    Customer.objects.filter(pk=zhejiang[0]).update(updated_at="2026-06-30T20:00:00+00:00")
    assert rows(zhejiang, [CHANGED])[0]["Changed"] == datetime(2026, 7, 1, 4, 0)  # noqa: DTZ001


TABLE = pa.table(
    {
        "Customer": pa.array([1, 2, 3]),
        "phone": ["013800138000", "+8613800138001", None],
        "note": ["=1+1", "-7", "@home"],
        "spent": [12.5, None, 3.0],
        "since": pa.array([date(2026, 6, 30), None, date(2025, 1, 1)]),
    }
)


def test_cells_are_of_their_kind_and_the_headings_stay_in_sight(tmp_path):
    sheet = written(tmp_path, TABLE).active
    first = sheet[2]
    assert [cell.value for cell in first] == [1, "013800138000", "=1+1", 12.5, datetime(2026, 6, 30)]  # noqa: DTZ001
    assert [cell.data_type for cell in first] == ["n", "s", "s", "n", "d"]
    assert (first[4].number_format, sheet.freeze_panes, sheet.title) == ("yyyy-mm-dd", "A2", "Everyone")
    assert sheet["A1"].font.bold


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path):
    book = written(tmp_path, pa.concat_tables([TABLE, TABLE]), most=4)
    assert [sheet.title for sheet in book] == ["Everyone", "Everyone 2"]
    assert [len(list(sheet.values)) for sheet in book] == [5, 3]
    assert next(book["Everyone 2"].values)[0] == "Customer"


def test_a_text_that_looks_like_a_formula_cannot_run_in_csv(tmp_path):
    path = tmp_path / "file.csv"
    writing.csv_write(path, iter([TABLE]))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row[2] for row in found] == ["note", "'=1+1", "-7", "'@home"]
    assert found[2][1] == "+8613800138001"


def test_what_goes_wrong_while_rows_are_made_is_told_as_it_was(tmp_path):
    def broken():
        yield TABLE
        raise KeyError("the second stretch")

    with pytest.raises(KeyError, match="the second stretch"):
        writing.xlsx_write(tmp_path / "file.xlsx", broken(), title="Everyone", rows=6)
