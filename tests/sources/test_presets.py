"""Exports as platforms write them are recognised by their headers and understood without a mapping."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from cdp.identity.models import Identifier
from cdp.sources.mapping import parse
from cdp.sources.models import Source
from cdp.sources.presets import PRESETS
from cdp.sources.presets.applying import applied
from cdp.sources.presets.recognising import recognised
from cdp.sources.readers import files
from cdp.sources.selectors import Sample
from cdp.sources.understanding import understood
from cdp.store.lake import snapshot
from cdp.store.models import Attribute, Customer

from .exports import EXPORTS, TMALL
from .filing import ORDERS, USERS, write
from .test_load_command import run

FILES = [(slug, *export) for slug, exports in EXPORTS.items() for export in exports]
IDENTIFIED_BY = {
    "tmall_orders": {"taobao"},
    "jd_orders": {"jd_user"},
    "pdd_orders": {"order_no"},
    "douyin_orders": {"order_no"},
    "youzan_orders": {"phone"},
    "kuaishou_orders": {"kuaishou_user"},
    "wechat_followers": {"wechat_openid"},
    "wecom_contacts": {"wecom_user", "phone"},
    "pos_tickets": {"member_no"},
    "membership_cards": {"member_no", "phone"},
    "crm_contacts": {"phone", "email"},
    "survey_results": {"phone"},
    "panel_profiles": {"device"},
}


def head(path) -> Sample:
    return Sample(files.look(path))


def test_every_preset_has_an_example_here():
    assert EXPORTS.keys() == PRESETS.keys() == IDENTIFIED_BY.keys()


@pytest.mark.parametrize(("slug", "header", "row"), FILES, ids=[slug for slug, *_ in FILES])
def test_an_export_is_recognised_and_its_mapping_can_be_read(slug, header, row, tmp_path):
    sample = head(write(tmp_path / "e.csv", f"{header}\n{row}\n"))
    assert recognised(sample.columns) is PRESETS[slug]
    mapping = parse(applied(PRESETS[slug], sample).mapping, sample.columns)
    names_nobody = header == ORDERS.splitlines()[0]
    assert mapping.identifiers.keys() >= ({"order_no"} if names_nobody else IDENTIFIED_BY[slug])
    assert mapping.kind == PRESETS[slug].kind


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "header", "row"), [(slug, *EXPORTS[slug][0]) for slug in EXPORTS], ids=EXPORTS)
def test_an_export_is_loaded_without_a_mapping(slug, header, row, tmp_path):
    path = write(tmp_path / "e.csv", f"{header}\n{row}\n", "gb18030")
    code, text, total = run(str(path), "--source", slug, "--yes")
    assert (code, total["accepted"], total["rejected"]) == (0, 1, 0), text
    assert f"({slug})" in text
    assert Source.objects.get(slug=slug).channel == PRESETS[slug].channel
    assert not Identifier.objects.filter(value__contains="*").exists()


@pytest.mark.parametrize("text", [USERS, "手机号,姓名,订单时间,金额\n1,2,3,4\n", "a,b\n1,2\n"])
def test_other_files_are_like_no_preset(tmp_path, text):
    assert recognised(head(write(tmp_path / "o.csv", text)).columns) is None


def test_headers_are_known_with_units_spaces_and_signs_of_their_own(tmp_path):
    header = ' 订单号\t,商品总价（元）,用户实付金额（元）,\u200b订单状态 ,"订单成交\n时间"\n'
    sample = head(write(tmp_path / "p.csv", header + "1,2,3,待发货,2026-09-01\n"))
    assert recognised(sample.columns) is PRESETS["pdd_orders"]
    assert applied(PRESETS["pdd_orders"], sample).mapping["time"] == {"column": "订单成交 时间"}


@pytest.fixture
def loaded(db, tmp_path):
    path = write(tmp_path / "t.csv", TMALL, "gb18030")
    code, text, total = run(str(path), "--source", "tmall", "--preset", "tmall_orders", "--yes")
    assert code == 0, text
    return total


def test_status_words_give_events_and_a_refund_is_an_event_of_its_own(loaded):
    assert loaded["events"] == 5
    with snapshot() as lake:
        stored = lake.frame(lake.tables.events.order_by(["time", "event"])).to_pylist()
    assert [(event["event"], event["amount"]) for event in stored] == [
        ("purchase", Decimal("88.00")),
        ("purchase", Decimal("50.00")),
        ("refund", Decimal("20.00")),
        ("order_unpaid", Decimal("0.00")),
        ("order_closed", Decimal("0.00")),
    ]
    assert {event["channel"] for event in stored} == {"tmall"}


def test_hidden_phones_are_hints_and_whole_ones_identifiers(loaded):
    phones = Identifier.objects.filter(type="phone").values_list("value", flat=True)
    assert list(phones) == ["+8613800138000"]
    hints = {
        c.attributes["name"]: c.attributes.get("phone_hint") for c in Customer.objects.filter(merged_into=None)
    }
    assert hints == {"李雷": "138****8000", "韩梅梅": "139****9000"}
    assert Attribute.objects.get(slug="phone_hint").personal


def test_the_same_order_again_in_another_state_is_not_counted_twice(loaded, tmp_path):
    later = TMALL.replace("买家已付款，等待卖家发货", "卖家已发货，等待买家确认").replace(
        "等待买家付款", "交易成功"
    )
    total = run(str(write(tmp_path / "l.csv", later)), "--source", "tmall", "--yes")[2]
    assert (total["events"], total["repeated"]) == (1, 4)


def test_a_word_no_preset_knows_is_said_and_its_rows_come_back(db, tmp_path):
    path = write(tmp_path / "t.csv", TMALL.replace("交易成功", "外星交易"))
    code, text, total = run(str(path), "--source", "tmall", "--preset", "tmall_orders", "--yes")
    assert (code, total["accepted"], total["rejected"]) == (0, 3, 1)
    assert "外星交易" in text


def test_the_lines_of_an_order_are_told_apart(db, tmp_path):
    header, row = EXPORTS["jd_orders"][0]
    path = write(tmp_path / "j.csv", f"{header}\n{row}\n{row.replace('1001', '1002')}\n")
    total = run(str(path), "--source", "jd", "--yes")[2]
    assert (total["events"], total["repeated"]) == (2, 0)
    assert Source.objects.get(slug="jd").mapping["key"] == ["订单号", "商品ID"]


def test_a_preset_there_is_not_is_refused_with_those_there_are(db, tmp_path):
    code, text, _total = run(str(write(tmp_path / "t.csv", TMALL)), "--source", "t", "--preset", "tmal", "--yes")
    assert code == 1
    assert "tmall_orders" in text


def test_what_somebody_says_counts_more_than_what_it_looks_like(tmp_path):
    sample = head(write(tmp_path / "t.csv", TMALL))
    assert understood(sample).preset is PRESETS["tmall_orders"]
    assert understood(sample, preset="none").preset is None
    assert understood(sample, kind="customers").preset is None
    assert understood(sample, preset="jd_orders").preset is PRESETS["jd_orders"]


@pytest.mark.parametrize("line", [["presets"], ["load", "--presets"]])
def test_presets_are_listed(line):
    out = StringIO()
    call_command(*line, stdout=out)
    assert all(slug in out.getvalue() for slug in PRESETS)


def test_presets_are_listed_for_machines_too():
    out = StringIO()
    call_command("presets", "--json", stdout=out)
    assert {one["preset"] for one in json.loads(out.getvalue())} == PRESETS.keys()
