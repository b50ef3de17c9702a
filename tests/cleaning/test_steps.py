"""What each step makes of texts people really send, what it counts, and what is said of steps written wrongly."""

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdp.cleaning.id_cards import check_sign
from cdp.cleaning.steps.chain import chain
from cdp.cleaning.steps.parse import parse_steps
from cdp.cleaning.steps.registry import STEPS
from cdp.cleaning.steps.step import Context

CONTEXT = Context(ZoneInfo("Asia/Shanghai"), date(2026, 11, 29))
REFUSED = object()

CASES = {
    "trim": ({}, {"　张三 \u200b": "张三", "a b": "a b", " ": None, "": None}),
    "nfkc": ({}, {"ＡＢＣ１２３": "ABC123", "㎡": "m2"}),
    "case": ({"to": "upper"}, {"vip金卡": "VIP金卡"}),
    "emoji": ({}, {"张三😀": "张三", "👨‍👩‍👧家": "家", "🇨🇳": None, "★好评": "★好评", "℃": "℃"}),
    "values": ({"values": {"1": "金卡", "2": None}}, {"1": "金卡", "2": None, "3": "3"}),
    "values refuse": ({"values": {"1": "金卡"}, "otherwise": "refuse"}, {"1": "金卡", "3": REFUSED, "": None}),
    "values empty": ({"values": {"1": "金卡"}, "otherwise": "empty"}, {"3": None}),
    "split": ({"by": "/", "take": 2}, {"女装/连衣裙/夏": "连衣裙", "女装": None}),
    "split last": ({"by": "/", "take": -1}, {"女装/连衣裙/夏": "夏", "女装": "女装"}),
    "split list": ({"by": "/"}, {"跑步/ 读书/": '["跑步", "读书"]'}),
    "regex": ({"pattern": r"会员(\d+)"}, {"会员0012号": "0012", "散客": None}),
    "regex whole": ({"pattern": r"\d+"}, {"会员0012号": "0012"}),
    "regex keep": ({"pattern": r"\d+", "otherwise": "keep"}, {"散客": "散客"}),
    "regex refuse": ({"pattern": r"\d+", "otherwise": "refuse"}, {"散客": REFUSED, "": None}),
    "regex replace": ({"pattern": r"(\d{4})-(\d+)", "replace": r"\2/\1"}, {"2024-5": "5/2024", "x": "x"}),
    "regex brackets": ({"pattern": r"[(](\()?(x)"}, {"((x": "("}),
    "default": ({"value": "未知"}, {"": "未知", "无": "未知", " NULL ": "未知", "金卡": "金卡"}),
    "phone": ({}, {"138 0013 8000": "+8613800138000", "138****8000": REFUSED, "无": None}),
    "email": ({}, {"Li@Example.COM": "li@example.com", "li@": REFUSED}),
    "date": ({}, {"2024年5月1日": "2024-05-01", "20240501093000": "2024-05-01 09:30:00", "明天": REFUSED}),
    "date forms": ({"formats": ["DD/MM/YYYY", "YYYY年M月D日"]}, {"01/05/2024": "2024-05-01", "5/31/2024": REFUSED}),
    "money": ({}, {"¥1,234.5": "1234.50", "1.2万元": "12000.00", "免费": REFUSED}),
    "money fen": ({"times": 0.01}, {"12345": "123.45"}),
    "region": ({"part": "district"}, {"浙江省杭州市西湖区文三路": "西湖区", "浙江": None, "火星": REFUSED}),
    "age": ({}, {"1990-11-29": "36", "1990-11-30": "35", "2000-02-29": "26", "2027-01-01": REFUSED, "无": None}),
    "birth_years": ({}, {"36": "1989-1990", "26-35岁": "1990-2000", "56岁以上": "-1970", "老": REFUSED}),
    "id_card": ({"part": "birthday"}, {"11010519491231002X": "1949-12-31", "110105194912310021": REFUSED}),
    "id_card old": ({}, {"110105491231002": "11010519491231002X", "110105491331002": REFUSED}),
    "id_card gender": ({"part": "gender"}, {"11010519491231002x": "female"}),
    "id_card province": ({"part": "province"}, {"11010519491231002X": "北京市", "99010519491231002X": REFUSED}),
    "person_name": (
        {},
        {"张 三": "张三", "李雷先生": "李雷", "Ms. Wang": "Wang", "Ｌｉ Lei": "Li Lei", "先生": "先生"},
    ),
}
ROWS = [(name, params, text, want) for name, (params, cases) in CASES.items() for text, want in cases.items()]


def run(steps, texts, rows=None):
    parsed, problems = parse_steps(steps)
    assert problems == []
    counts = np.ones(len(texts), dtype=np.int64) if rows is None else np.array(rows)
    return chain(parsed, pa.array(texts, pa.string()), counts, CONTEXT)


@pytest.mark.parametrize(("name", "params", "text", "want"), ROWS, ids=[f"{n}-{t[:12]}" for n, _, t, _ in ROWS])
def test_a_step_makes_a_text_into_what_is_meant_or_refuses_it_with_a_reason(name, params, text, want):
    done = run([{"step": name.split()[0], **params}], [text])
    if want is REFUSED:
        assert done.problems[0].message
        assert done.problems[0].hint
        assert done.values.to_pylist() == [None]
    else:
        assert (done.values.to_pylist(), done.problems) == ([want], {})


def test_every_step_there_is_has_a_case():
    assert {name.split()[0] for name in CASES} == STEPS.keys()


def test_changes_and_refusals_are_counted_in_rows_step_by_step():
    steps = [{"step": "trim"}, {"step": "phone"}, {"step": "default", "value": "x"}]
    done = run(steps, [" 13800138000", "13900139000", "散客", ""], rows=[3, 10, 5, 7])
    assert [(count.changed, count.refused) for count in done.counts] == [(3, 0), (13, 5), (7, 0)]
    assert done.values.to_pylist() == ["+8613800138000", "+8613900139000", None, "x"]


def test_what_one_step_refused_no_later_step_fills_in():
    done = run([{"step": "phone"}, {"step": "default", "value": "13800138000"}], ["散客"])
    assert done.values.to_pylist() == [None]
    assert done.counts[1].changed == 0


def test_everything_wrong_is_said_at_once_with_the_nearest_names():
    wrong = [
        {"step": "trimm"},
        {"step": "case", "too": "upper"},
        {"step": "case", "to": "big"},
        {"step": "regex", "pattern": "(["},
        {"step": "split"},
        {"step": "date", "formats": ["DD.MM"]},
        {"step": "split", "by": "/", "take": 0},
        "trim",
    ]
    steps, problems = parse_steps(wrong, ("attributes", "city", "steps"))
    assert steps == ()
    assert [problem.path[3:] for problem in problems] == [
        (0,), (1, "too"), (2, "to"), (3, "pattern"), (4, "by"), (5, "formats"), (6, "take"), (7,),
    ]  # fmt: skip
    assert problems[0].params["near"] == "trim"
    assert problems[1].params["near"] == "to"


@given(st.lists(st.text(max_size=12), max_size=8), st.sampled_from(["trim", "nfkc", "emoji", "person_name"]))
def test_steps_about_writing_change_nothing_the_second_time(texts, name):
    once = run([{"step": name}], texts).values
    assert run([{"step": name}], once.to_pylist()).values.to_pylist() == once.to_pylist()


@given(st.lists(st.text(alphabet="ab1/·", max_size=6), max_size=6))
def test_patterns_mean_what_python_takes_them_for(texts):
    for pattern in (r"a(b)?", r"\d", r"(a|b)+1"):
        found = run([{"step": "regex", "pattern": pattern}], texts).values.to_pylist()
        expected = [m and (m[1] if m.re.groups else m[0]) for m in (re.search(pattern, text) for text in texts)]
        assert found == [value or None for value in expected]


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_every_id_card_with_a_right_last_sign_is_taken_and_with_any_other_refused(born, number):
    digits = f"330106{born:%Y%m%d}{number:03}"
    good = check_sign(digits)
    texts = [digits + sign for sign in "0123456789X"]
    done = run([{"step": "id_card", "part": "birthday"}], texts)
    assert {texts[place][-1] for place in done.problems} == set("0123456789X") - {good}
    assert born.isoformat() in done.values.to_pylist()


def test_every_step_and_all_it_can_be_told_is_in_the_documentation():
    rows = [
        line for line in Path("docs/mapping.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    for kind in STEPS.values():
        (row,) = [row for row in rows if f"`{kind.name}`" in row.split("|")[1]]
        for param in kind.params:
            assert f"`{param.name}`" in row, kind.name
            assert all(f"`{choice}`" in row for choice, _label in param.choices), kind.name
