from pathlib import Path

import pytest

from cdp.sources.mapping import parse
from cdp.sources.proposal import propose
from cdp.sources.readers import files
from cdp.sources.selectors import Sample

from .filing import ACTIONS, ORDERS, USERS, write


def proposed(path: Path):
    sample = Sample(files.look(path))
    proposal = propose(sample)
    parse(proposal.mapping, sample.columns)
    return proposal


def test_users_of_a_shop_are_proposed_as_customers(tmp_path):
    mapping = proposed(write(tmp_path / "u.csv", USERS, "gb18030")).mapping
    assert mapping["kind"] == "customers"
    assert mapping["identifiers"] == {"jd_user": "user_id"}
    assert mapping["attributes"] == {
        "age_band": "age",
        "gender": {"column": "sex", "values": {"0": "male", "1": "female", "2": "unknown"}},
        "member_level": "user_lv_cd",
        "registered_at": "user_reg_tm",
    }


def test_behaviour_is_proposed_as_events_named_by_its_type(tmp_path):
    mapping = proposed(write(tmp_path / "a.csv", ACTIONS)).mapping
    assert mapping["identifiers"] == {"jd_user": "user_id"}
    assert mapping["name"]["column"] == "type"
    assert mapping["name"]["values"]["2"] == "add_to_cart"
    assert mapping["time"] == {"column": "time"}
    assert mapping["key"] is None
    assert mapping["properties"] == {"sku_id": "text", "model_id": "text", "cate": "text", "brand": "text"}


def test_orders_without_a_customer_are_offered_as_customers_of_their_own_with_a_warning(tmp_path):
    proposal = proposed(write(tmp_path / "o.csv", ORDERS))
    assert proposal.mapping["identifiers"] == {"order_no": "订单编号"}
    assert proposal.mapping["key"] == "订单编号"
    assert proposal.mapping["time"] == {"column": "订单创建时间"}
    assert proposal.mapping["attributes"] == {"province": "收货地址"}
    assert proposal.mapping["properties"]["amount"] == {"column": "买家实际支付金额", "kind": "money"}
    assert proposal.mapping["name"] == {"column": "订单付款时间", "empty": "order_unpaid", "filled": "purchase"}
    assert "who the customer is" in proposal.warnings[0].message


def test_a_file_that_names_nobody_says_so(tmp_path):
    sample = Sample(files.look(write(tmp_path / "c.csv", "dt,评分\n2016-02-01,3\n2016-02-02,4\n")))
    proposal = propose(sample)
    assert proposal.mapping["identifiers"] == {}
    assert "who the customer is" in proposal.warnings[0].message


def test_phones_and_mail_are_known_by_their_looks_and_masked_ones_are_left_alone(tmp_path):
    text = (
        "联系方式,联系人手机,信箱\n13800138000,138****1234,a@example.com\n13900139000,139****1234,b@example.com\n"
    )
    mapping = proposed(write(tmp_path / "l.csv", text)).mapping
    assert mapping["identifiers"] == {"phone": "联系方式", "email": "信箱"}


def test_orders_with_a_name_and_a_phone_are_orders_not_customers(tmp_path):
    text = "手机号,姓名,订单时间,金额\n13800138000,陈一,2026-09-05 10:01:00,￥62.50\n"
    mapping = proposed(write(tmp_path / "o.csv", text)).mapping
    assert mapping["kind"] == "events"
    assert mapping["time"] == {"column": "订单时间"}
    assert mapping["attributes"] == {"name": "姓名"}
    assert mapping["properties"] == {"amount": {"column": "金额", "kind": "money"}}


def test_places_and_lists_are_known_by_their_looks(tmp_path):
    text = (
        "会员号\t兴趣标签\t坐标\t备注\t库存\n"
        "1\t跑步、读书\t30.2741，120.1551\t一、二\t1,120\n"
        "2\t音乐\tPOINT(121.49 31.24)\t三\t2,100\n"
    )
    mapping = proposed(write(tmp_path / "m.csv", text)).mapping
    kinds = {slug: spec["kind"] for slug, spec in mapping["attributes"].items()}
    assert kinds == {"兴趣标签": "list", "坐标": "geo", "备注": "text", "库存": "text"}


@pytest.mark.parametrize("header", ["order_time", "order time", "Order Time", "Order-Time"])
def test_a_header_is_known_however_its_words_are_joined(tmp_path, header):
    mapping = proposed(write(tmp_path / "o.csv", f"phone,{header}\n13800138000,2024-05-31 10:00\n")).mapping
    assert mapping["time"] == {"column": header}


def test_a_time_in_words_is_why_rows_are_taken_for_customers_and_it_is_said(tmp_path):
    proposal = proposed(write(tmp_path / "o.csv", "手机号,下单时间\n13800138000,昨天下午\n13900139000,前天\n"))
    assert proposal.mapping["kind"] == "customers"
    (warning,) = proposal.warnings
    assert "cannot be read as one" in warning.message
    assert warning.params == {"column": "下单时间", "sample": "昨天下午"}


def test_customers_without_any_time_are_proposed_without_a_word(tmp_path):
    assert proposed(write(tmp_path / "c.csv", "手机号,城市\n13800138000,杭州\n")).warnings == ()
