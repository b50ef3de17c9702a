"""How good a load is: counted by hand here, beside what the load counted; what is warned about, and where."""

import pytest

from cdp.sources.models import Source
from cdp.sources.quality import MEASURES

from .test_loading import PURCHASES, load

pytestmark = pytest.mark.django_db
# Five rows of three columns in use: 14 cells filled, one of which cannot be read; one true repeat.
ORDERS = (
    "手机号,时间,金额\n"
    "13800138000,2024-05-01,10\n"
    "13800138000,2024-05-01,10\n"
    "13900139000,2024-05-02,十元\n"
    "13900139000,2024-05-03,\n"
    "13700137000,2024-05-04,5\n"
)
# Two customers with several rows: one of them always of one city, the other not.
MEMBERS = "手机号,城市\n13800138000,杭州\n13800138000,杭州\n13900139000,北京\n13900139000,上海\n13700137000,\n"
CITY = {"kind": "customers", "identifiers": {"phone": "手机号"}, "attributes": {"city": "城市"}}


def test_the_measures_of_events_are_what_counting_by_hand_gives():
    found = load(ORDERS, "orders", PURCHASES).summary["quality"]
    assert found["completeness"] == round(14 / 15, 4)
    assert found["validity"] == round(13 / 14, 4)
    assert found["uniqueness"] == 4 / 5
    assert found["timeliness"] == 0.0, "these are of long ago"
    assert found["consistency"] is None, "the mapping has no attributes"
    assert [(one["column"], one["filled"], one["refused"]) for one in found["columns"]] == [
        ("手机号", 5, 0),
        ("金额", 4, 1),
        ("时间", 5, 0),
    ]


def test_the_measures_of_customers_are_what_counting_by_hand_gives():
    found = load(MEMBERS, "members", CITY).summary["quality"]
    assert (found["uniqueness"], found["consistency"]) == (3 / 5, 1 / 2)
    assert found["completeness"] == 9 / 10
    assert found["timeliness"] is None


def test_a_key_that_comes_twice_is_no_row_of_its_own():
    found = load(ORDERS.replace("十元", "1"), "orders", PURCHASES | {"key": "时间"}).summary["quality"]
    assert found["uniqueness"] == 4 / 5


def test_every_measure_is_on_the_pages_and_a_low_one_warns_at_home_and_at_the_source(admin_client):
    load(ORDERS, "orders", PURCHASES)
    load(MEMBERS, "members", CITY)
    text = admin_client.get("/data/quality/").content.decode()
    for label in ("完整性", "有效性", "唯一性", "一致性", "及时性"):
        assert label in text
    assert "92.9%" in text
    home = admin_client.get("/").content.decode()
    assert home.count("最近一次导入的质量未达到要求") == 2
    source = admin_client.get("/data/quality/orders/").content.decode()
    assert "<polyline" in source
    assert "低于 95%" in source


def test_what_a_source_is_content_with_is_its_own_and_nonsense_is_refused(admin_client):
    load(ORDERS, "orders", PURCHASES)
    lenient = {measure.name: "0" for measure in MEASURES}
    admin_client.post("/data/quality/orders/save/", lenient | {"days": "36500"})
    assert Source.objects.get().quality == {}
    admin_client.post("/data/quality/orders/save/", lenient | {"days": "3650"})
    assert "is-warn" not in admin_client.get("/").content.decode()
    assert load(ORDERS, "orders", PURCHASES).summary["quality"]["timeliness"] == 1.0


def test_a_load_of_nothing_good_has_measures_too():
    found = load("手机号,城市\n一,\n", "members", CITY, stage="check").summary["quality"]
    assert (found["validity"], found["uniqueness"]) == (0.0, None)
