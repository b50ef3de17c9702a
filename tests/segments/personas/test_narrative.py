"""What is said of a group, and what is not: sentences from figures alone."""

from datetime import date

import numpy as np
import pytest
from django.utils import translation

from segments.dashboards.figures.numerals import decimal, percent, whole
from segments.personas.evidence import Mean, mean_beside
from segments.personas.narrative.judging import Average, Seen, Way, judged
from segments.personas.narrative.sentences import MOST, Facts, Since, Size, Written, sentences
from segments.personas.statistics import Base, Share

WRITTEN = Written(percent, whole, decimal, lambda value: f"¥{value:,.0f}", lambda day: f"{day:%d %b}")
BASE = Base(1_000, 20_000, 10)


def seen(ours, theirs, *, base=BASE, value="snacks", chart="goods-category", **more):
    return Seen(chart, "category", Share(value, ours, theirs), base, **more)


def told(language="en", **facts):
    given = {"everyone": "everyone", "least": 10, "size": Size(1_000, 20_000)} | facts
    with translation.override(language):
        return {one.slug: one.text for one in sentences(Facts(**given), WRITTEN)}


WAYS = [
    # members and customers with it, out of 1,000 and 20,000
    (
        440,
        6_000,
        Way.OVER,
        "Most bought is snacks (category), by 44% of the buyers, more than the 30% of everyone.",
    ),
    (
        150,
        6_000,
        Way.UNDER,
        "Most bought is snacks (category), by 15% of the buyers, less than the 30% of everyone.",
    ),
    (
        340,
        6_000,
        Way.CLOSE,
        "Most bought is snacks (category), by 34% of the buyers, hardly different from the 30% of everyone.",
    ),
    (
        305,
        6_000,
        Way.UNSURE,
        "Most bought is snacks (category), by 30% of the buyers; the figure of everyone is 30%, and the difference "
        "may be chance.",
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "way", "text"), WAYS, ids=[way for *_, way, _text in WAYS])
def test_only_what_chance_does_not_explain_is_told_as_a_difference(ours, theirs, way, text):
    ((one,), _averages) = judged([seen(ours, theirs)], [])
    assert one.way is way
    assert told(goods=one)["goods"] == text


def test_looked_at_among_many_the_same_figure_is_less_sure():
    figure = seen(336, 6_000)
    ((alone, *_), _none) = judged([figure], [])
    ((among, *_), _none) = judged([figure, *[seen(300, 6_000)] * 500], [])
    assert alone.q < 0.05 < among.q


def test_what_too_few_members_have_is_not_told():
    few, tiny = seen(9, 100), seen(5, 100, base=Base(9, 20_000, 10))
    assert judged([few, tiny, seen(10, 100)], [])[0] == [
        pytest.approx(one) for one in judged([seen(10, 100)], [])[0]
    ]


def test_what_the_rule_is_built_on_is_no_finding():
    text = told(goods=seen(1_000, 6_000, ruled=True, q=0.0))["goods"]
    assert (
        text == "Most bought is snacks (category), by 100% of the buyers (everyone 30%); its rule is built on this."
    )


AVERAGES = [
    (Mean(120, 60, 100, 140, 1e-9, 500), 0.0, "A buyer among them spent ¥120 on average, more than the ¥60 of"),
    (Mean(40, 60, 35, 45, 1e-9, 500), 0.0, "A buyer among them spent ¥40 on average, less than the ¥60 of"),
    (
        Mean(65, 60, 64, 66, 1e-9, 500),
        0.0,
        "A buyer among them spent ¥65 on average, hardly different from the ¥60",
    ),
    (
        Mean(120, 60, 10, 230, 0.2, 40),
        0.2,
        "A buyer among them spent ¥120 on average; the figure of everyone is ¥60",
    ),
]


@pytest.mark.parametrize(("mean", "q", "text"), AVERAGES)
def test_an_average_is_told_by_how_sure_it_is(mean, q, text):
    assert told(spend=Average("spend-spend", mean, q))["spend"].startswith(text)


CHANGES = [
    (Since(date(2026, 11, 1), 900, 150, 50), "Since 01 Nov 150 entered and 50 left: from 900 members to 1,000."),
    (Since(date(2026, 11, 1), 999, 3, 2), "Since 01 Nov <10 entered and <10 left: from 999 members to 1,000."),
    (Since(date(2026, 11, 1), 1_000, 0, 0), "Since 01 Nov nobody entered or left."),
    (
        Since(date(2026, 11, 1), 400, 650, 50, other_rule=True),
        "Since 01 Nov its rule was changed; it had 400 members then, and has 1,000 now.",
    ),
]


@pytest.mark.parametrize(("since", "text"), CHANGES)
def test_what_changed_is_told_of_no_few(since, text):
    assert told(since=since)["changed"] == text


def test_what_sets_them_apart_comes_in_its_order_and_once():
    over, under = seen(440, 6_000, q=0.0), seen(50, 6_000, value="books", q=0.0)
    with translation.override("en"):
        texts = [one.text for one in sentences(_facts(apart=(over, under)), WRITTEN)]
    assert texts[1:] == [
        "snacks (category) sets them apart: 44% against 30% of everyone, 1.47 times as common.",
        "books (category) is less common among them: 5.0% against 30% of everyone.",
    ]
    again = [one.slug for one in sentences(_facts(goods=over, apart=(over, under)), WRITTEN)]
    assert again == ["size", "goods", "apart"]


def test_where_nothing_is_apart_it_says_so():
    assert told()["apart"].startswith("Of what was compared, nothing is so far from everyone")


def test_there_are_never_more_than_a_dozen():
    many = tuple(seen(440, 6_000, value=f"v{number}", q=0.0) for number in range(30))
    found = sentences(_facts(apart=many, since=CHANGES[0][0], active=many[0]), WRITTEN)
    assert len(found) == MOST
    assert found[-1].slug == "changed"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-hans", "本群有 1,000 名成员，占全体（20,000 名客户）的 5.0%，占消费额的 18%。"),
        ("zh-hant", "本群有 1,000"),
    ],
)
def test_it_speaks_the_readers_language(language, text):
    assert told(language, everyone="全体", size=Size(1_000, 20_000, 0.18))["size"].startswith(text)


def _facts(**more):
    return Facts(everyone="everyone", least=10, size=Size(1_000, 20_000), **more)


def test_the_chance_of_an_average_is_what_drawing_groups_again_and_again_gives():
    draw = np.random.default_rng(7)
    spend = draw.lognormal(4, 1, 2_000)
    inside = np.zeros(2_000, dtype=bool)
    inside[np.argsort(spend)[draw.choice(np.arange(300, 2_000), 200, replace=False)]] = True
    found = mean_beside(spend, inside)
    drawn = np.array([draw.choice(spend, 200, replace=False).mean() for _ in range(4_000)])
    off = np.abs(drawn - spend.mean()) >= abs(found.ours - spend.mean())
    assert found.p == pytest.approx(off.mean(), abs=0.02)
    assert found.low < found.ours < found.high and found.n == 200


def test_of_few_an_average_says_nothing_of_chance():
    spend = np.arange(100.0)
    assert mean_beside(spend, spend > 80).p == 1.0
    assert mean_beside(spend, spend > 1_000) is None
