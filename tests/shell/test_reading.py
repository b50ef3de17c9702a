"""How numbers and moments read in each language."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override

from cdp.errors import Problem
from cdp.templatetags.quanxi import duration, number, percent, problem_hint, problem_text, short, when

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("zh-hans", 9_999, "9,999"),
        ("zh-hans", 123_456, "12.3 万"),
        ("zh-hant", 123_456, "12.3 萬"),
        ("zh-hans", 250_000_000, "2.5 亿"),
        ("en", 123_456, "123.5K"),
        ("en", Decimal("2000000"), "2M"),
        ("en", None, "—"),
    ],
)
def test_large_numbers_are_short(language, value, text):
    with override(language):
        assert strip_tags(short(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1_234_567, "1,234,567"), (0, "0"), (1.5, "1.5"), (Decimal("3.00"), "3"), (None, "—")]
)
def test_whole_numbers_have_separators(value, text):
    assert number(value) == text


def test_a_share_is_a_percentage():
    assert percent(0.1234) == "12.3%"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "不到 1 秒"), (42, "42 秒"), (75, "1 分 15 秒"), (3700, "1 小时 1 分")]
)
def test_time_taken_reads_as_people_say_it(seconds, text):
    with override("zh-hans"):
        assert duration(seconds) == text


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(seconds=5), "刚刚", "just now"),
        (timedelta(minutes=5), "5 分钟前", "5 minutes ago"),
        (timedelta(hours=4), "今天 14:30", "today 14:30"),
        (timedelta(hours=28), "昨天 14:30", "yesterday 14:30"),
        (timedelta(days=18), "11月3日 18:30", "3 Nov, 18:30"),
        (timedelta(days=400), "2025年10月17日", "17 Oct 2025"),
    ],
)
def test_a_moment_reads_as_people_say_it(monkeypatch, ago, chinese, english):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with override("zh-hans"):
        assert strip_tags(when(NOW - ago)) == chinese
    with override("en"):
        assert strip_tags(when(NOW - ago)) == english


def test_the_exact_moment_is_there_on_hover_with_its_zone():
    assert 'title="2026-11-21 18:30:00 (Asia/Shanghai)"' in when(NOW)


def test_a_problem_is_told_with_its_fix():
    problem = Problem((), "Two columns are both %(name)s", "Keep one and set the other aside", {"name": "phone"})
    with override("zh-hans"):
        assert problem_text(problem) == "有两列都是 phone"
        assert problem_hint(problem.as_json()) == "保留一列，另一列设为不使用"
