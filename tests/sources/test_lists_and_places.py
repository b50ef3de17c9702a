"""Lists and places all the way: from a file into typed columns, onto the customer's page, to Excel and back."""

import pyarrow as pa
import pytest
from django.urls import reverse
from import_export.formats.base_formats import XLSX

from cdp.access.viewer import SYSTEM
from cdp.identity.resources import CustomerResource
from cdp.store.delta import table_files
from cdp.store.lake import snapshot
from cdp.store.models import Customer
from cdp.store.selectors import timeline
from cdp.store.services import lake_compact
from tests.sources.test_loading import load, refused

pytestmark = pytest.mark.django_db

LISTS = pa.list_(pa.string())
PLACES = pa.struct([("lat", pa.float64()), ("lon", pa.float64())])
WEST_LAKE, THE_BUND = {"lat": 30.25, "lon": 120.14}, {"lat": 31.24, "lon": 121.49}
VISITS = {
    "kind": "events",
    "name": "visit",
    "time": {"column": "时间"},
    "identifiers": {"member_no": "会员号"},
    "attributes": {"interests": {"column": "兴趣", "kind": "list"}, "home": {"column": "住址", "kind": "geo"}},
    "properties": {"basket": {"column": "篮子", "kind": "list"}, "where": {"column": "位置", "kind": "geo"}},
}
FIRST = (
    "会员号\t时间\t兴趣\t住址\t篮子\t位置\n"
    "1\t2026-01-01 10:00\t跑步、读书\tPOINT(120.14 30.25)\t鞋；袜；鞋\t31.24，121.49\n"
    '2\t2026-01-01 11:00\t\t\t["a,b", "it\'s"]\t{"lat": 30.25, "lon": 120.14}\n'
    "3\t2026-01-01 12:00\t[]\t无\t\t\n"
)
LATER = "会员号\t时间\t兴趣\t住址\t篮子\t位置\n1\t2026-02-01 10:00\t音乐\t31.24,121.49\t帽\t\n"


def visits():
    with snapshot() as lake:
        return lake.frame(lake.tables.events.order_by("time").select("basket", "where"))


def profiles():
    with snapshot() as lake:
        return lake.frame(lake.tables.profiles.order_by("customer_id").select("interests", "home"))


def test_they_reach_the_lake_in_columns_of_their_own_type():
    load(FIRST, "shop", VISITS)
    assert visits().to_pylist() == [
        {"basket": ["鞋", "袜"], "where": THE_BUND},
        {"basket": ["a,b", "it's"], "where": WEST_LAKE},
        {"basket": None, "where": None},
    ]
    assert profiles().to_pylist() == [
        {"interests": ["跑步", "读书"], "home": WEST_LAKE},
        {"interests": None, "home": None},
        {"interests": None, "home": None},
    ]
    assert visits().schema.types == profiles().schema.types == [LISTS, PLACES]


def test_the_latest_word_counts_and_compaction_keeps_it():
    load(FIRST, "shop", VISITS)
    load(LATER, "shop", VISITS)
    before = visits().to_pylist()
    assert before[-1] == {"basket": ["帽"], "where": None}
    assert profiles().to_pylist()[0] == {"interests": ["音乐"], "home": THE_BUND}
    lake_compact(everything=True)
    assert visits().to_pylist() == before
    assert len(table_files("events")) == 2


def test_what_is_neither_is_refused_with_the_reason():
    bad = "4\t2026-01-01 13:00\t[1\t95,200\t{}\t西湖边\n"
    row = load(FIRST + bad, "shop", VISITS)
    assert (row.summary["accepted"], row.summary["rejected"]) == (3, 1)
    [told] = [dict(zip(*pair, strict=True)) for pair in [refused(row)]]
    assert told["列"] == "兴趣; 住址; 篮子; 位置"
    assert told["原因"].count(";") == 2  # the two lists have one reason
    assert Customer.objects.count() == 3


def test_they_are_read_on_the_customers_page_and_in_the_list(admin_client):
    load(FIRST, "shop", VISITS)
    anna = Customer.objects.order_by("pk").first().pk
    page = admin_client.get(reverse("personas:customer", args=[anna])).content.decode()
    for text in ("跑步", "读书", "30.2500, 120.1400", "鞋", "31.2400, 121.4900"):
        assert text in page
    listed = admin_client.get(reverse("customers")).content.decode()
    assert "跑步, 读书" in listed
    assert "30.2500, 120.1400" in listed
    assert timeline(SYSTEM, anna)[0]["where"] == THE_BUND


def test_they_come_out_to_excel_and_in_again():
    load(FIRST + "5\t2026-01-01 10:00\t['a;b', 'c']\t\t\t\n", "shop", VISITS)
    sheet = XLSX().create_dataset(XLSX().export_data(CustomerResource(SYSTEM).export()))
    shown = [(row["interests"], row["home"]) for row in sheet.dict]
    assert shown[0] == ("跑步;读书", "30.25,120.14")
    assert shown[-1] == ('["a;b", "c"]', None)
    edited = XLSX().create_dataset(
        XLSX().export_data(_with(sheet, -1, interests='["a;b", "d"]', home="31.24,121.49"))
    )
    result = CustomerResource(SYSTEM).import_data(edited, dry_run=False)
    assert not result.has_errors() and not result.has_validation_errors()
    assert profiles().to_pylist()[-1] == {"interests": ["a;b", "d"], "home": THE_BUND}
    assert profiles().to_pylist()[0] == {"interests": ["跑步", "读书"], "home": WEST_LAKE}


def _with(sheet, number, **cells):
    rows = sheet.dict
    rows[number] = {**rows[number], **cells}
    sheet.dict = rows
    return sheet
