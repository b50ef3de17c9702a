"""What each kind makes of texts people really send, in Python and in the fast SQL alike."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cdp.cleaning.columns import CLEANERS
from cdp.cleaning.regions import PROVINCES
from cdp.engine import workspace
from cdp.errors import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
REFUSED = object()
HANGZHOU = {"lat": 30.27, "lon": 120.15}


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI).replace(tzinfo=None)


CASES = {
    "phone": {
        "13800138000": "+8613800138000",
        "+86 138-0013-8000": "+8613800138000",
        "008613800138000": "+8613800138000",
        "8613800138000": "+8613800138000",
        "１３８００１３８０００": "+8613800138000",
        " 138 0013 8000 ": "+8613800138000",
        "13800138000.0": "+8613800138000",
        "(86)13800138000": "+8613800138000",
        "021-62881234": "+862162881234",
        "+852 2123 4567": "+85221234567",
        "1.38E+10": REFUSED,
        "138001380e2": REFUSED,
        "138****1234": REFUSED,
        "12345": REFUSED,
        "张三": REFUSED,
        "1" * 300: REFUSED,
        "无": None,
        "-1": None,
    },
    "email": {
        "Li.Lei@Example.COM": "li.lei@example.com",
        "ｌｉ＠example.com": "li@example.com",
        "han@mail.example.cn": "han@mail.example.cn",
        "no at sign": REFUSED,
        "a@b": REFUSED,
        "l***@example.com": REFUSED,
        "NULL": None,
    },
    "identifier": {
        "266079.0": "266079",
        "266079": "266079",
        "00123": "00123",
        "M-0001": "M-0001",
        "o6_bmjrPTlm6_2sgVt7hMZOPfL2M": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
        "6.2E+17": REFUSED,
        "张**": REFUSED,
        "x" * 256: REFUSED,
        "null": None,
        "-1": None,
    },
    "text": {
        "  浙江　杭州 ": "浙江 杭州",
        "ＶＩＰ": "VIP",
        "26-35岁": "26-35岁",
        "iPhone 15 Pro": "iPhone 15 Pro",
        "NA": None,
        "空": None,
        "": None,
        "x" * 10_001: REFUSED,
    },
    "number": {
        "12": 12.0,
        "1,234.5": 1234.5,
        "12%": 0.12,
        "1.5万": 15000.0,
        "十二": REFUSED,
        "1_000": REFUSED,
        "0x1F": REFUSED,
        "0b11": REFUSED,
        "1e3": 1000.0,
        "inf": REFUSED,
        "1e999": REFUSED,
        "12 ": 12.0,
        "-1": None,
        "-2": -2.0,
    },
    "money": {
        "178.8": Decimal("178.80"),
        "¥1,234.50": Decimal("1234.50"),
        "￥ 12": Decimal("12.00"),
        "1.2万元": Decimal("12000.00"),
        "(35.00)": Decimal("-35.00"),
        "-¥5": Decimal("-5.00"),
        "RMB 8": Decimal("8.00"),
        "0.125": Decimal("0.13"),
        "0.005": Decimal("0.01"),
        "1e2": Decimal("100.00"),
        "-1": Decimal("-1.00"),
        "免费": REFUSED,
        "1" * 17: REFUSED,
        "null": None,
    },
    "date": {
        "2024-05-31": at(2024, 5, 31),
        "2024-05-31 14:30": at(2024, 5, 31, 14, 30),
        "2024-05-31T14:30:05": at(2024, 5, 31, 14, 30, 5),
        "2024/5/1 9:05": at(2024, 5, 1, 9, 5),
        "2024年5月1日": at(2024, 5, 1),
        "2024年5月1日 下午3时05分": at(2024, 5, 1, 15, 5),
        "2024.5.1": at(2024, 5, 1),
        "20240501": at(2024, 5, 1),
        "20240501093000": at(2024, 5, 1, 9, 30),
        "45413.5": at(2024, 5, 1, 12),
        "2024-05-01T01:00:00Z": at(2024, 5, 1, 9),
        "2024-05-01 09:00:00+08:00": at(2024, 5, 1, 9),
        "1714525200": at(2024, 5, 1, 9),
        "1714525200000": at(2024, 5, 1, 9),
        "1990年3月": at(1990, 3, 1),
        "2024-02-30": REFUSED,
        "2024-05-01 03:04+08": at(2024, 5, 1, 3, 4),
        "2024-05-01 24:00:00": at(2024, 5, 2),
        "2024-05-01 25:00:00": REFUSED,
        "0001-01-01": REFUSED,
        "明天": REFUSED,
        "12": REFUSED,
        "无": None,
    },
    "boolean": {"是": True, "否": False, "Y": True, "0": False, "也许": REFUSED, "-1": None},
    "list": {
        "a, b，a;c": ["a", "b", "c"],
        "跑步、读书；音乐|电影｜美食": ["跑步", "读书", "音乐", "电影", "美食"],
        "only one": ["only one"],
        "a,,-,b,无": ["a", "b"],
        '["x", "y"]': ["x", "y"],
        '["it\'s", "a,b", 3, true, null]': ["it's", "a,b", "3", "true"],
        "['x', 'y']": ["x", "y"],
        "[x, y]": ["x", "y"],
        "[]": None,
        " , ": None,
        "无": None,
        "[1": REFUSED,
        '[{"a": 1}]': REFUSED,
        '{"a": 1}': REFUSED,
        "x" * 10_001: REFUSED,
        "[" * 5_000: REFUSED,
    },
    "geo": {
        "30.27, 120.15": HANGZHOU,
        "30.27，120.15": HANGZHOU,
        "120.15,30.27": HANGZHOU,
        "(30.27 120.15)": HANGZHOU,
        "[30.27, 120.15]": HANGZHOU,
        "POINT(120.15 30.27)": HANGZHOU,
        "point (120.15 30.27)": HANGZHOU,
        "SRID=4326;POINT(120.15 30.27)": HANGZHOU,
        '{"lat": 30.27, "lon": 120.15}': HANGZHOU,
        '{"Longitude": "120.15", "Latitude": "30.27"}': HANGZHOU,
        '{"lng": 120.15, "lat": 30.27}': HANGZHOU,
        '{"type": "Point", "coordinates": [120.15, 30.27]}': HANGZHOU,
        "-33.87, 151.21": {"lat": -33.87, "lon": 151.21},
        "90,-180": {"lat": 90.0, "lon": -180.0},
        "90.01, 100": REFUSED,
        "30, 180.5": REFUSED,
        "POINT(30.27 120.15)": REFUSED,
        "SRID=2326;POINT(120.15 30.27)": REFUSED,
        '{"lat": 30.27}': REFUSED,
        '{"lat": NaN, "lon": 1}': REFUSED,
        '{"lat": true, "lon": [1]}': REFUSED,
        '{"type": "Point", "coordinates": [1]}': REFUSED,
        "30.27": REFUSED,
        "x": REFUSED,
        "-": None,
    },
    "province": {
        "上海": "上海市",
        "内蒙古": "内蒙古自治区",
        "内蒙古自治区": "内蒙古自治区",
        "浙江": "浙江省",
        "浙江省杭州市西湖区": "浙江省",
        "廣東": "广东省",
        "火星": REFUSED,
        "-1": None,
    },
    "gender": {"男": "male", "F": "female", "保密": "unknown", "2": REFUSED, "-1": None},
}
ROWS = [(kind, text, want) for kind, cases in CASES.items() for text, want in cases.items()]


@pytest.mark.parametrize(("kind", "text", "want"), ROWS, ids=[f"{k}-{t[:20]}" for k, t, _ in ROWS])
def test_a_text_becomes_its_clean_value_or_is_refused_with_a_reason(kind, text, want):
    value = CLEANERS[kind].value(text, SHANGHAI)
    if want is REFUSED:
        assert isinstance(value, Problem)
        assert value.message
        assert value.hint
    else:
        assert value == want


@pytest.mark.parametrize("kind", [kind for kind in CASES if CLEANERS[kind].fast])
def test_the_fast_expression_gives_the_same_value_or_leaves_it_to_python(kind):
    cleaner = CLEANERS[kind]
    texts = [text for cases in CASES.values() for text in cases]
    with workspace() as connection:
        for text in texts:
            fast = connection.execute(
                f"SELECT CAST({cleaner.fast_over('c')} AS {cleaner.type}) FROM (SELECT ?::VARCHAR AS c)", [text]
            ).fetchone()[0]
            assert fast is None or fast == cleaner.value(text, SHANGHAI), text


def test_all_34_provinces_are_known_by_full_and_short_name():
    assert len(PROVINCES) == 34
    clean = CLEANERS["province"].clean
    assert all(clean(name) == name for name in PROVINCES)
