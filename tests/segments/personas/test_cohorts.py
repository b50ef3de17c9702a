"""Who bought again, beside the same counted row by row from every purchase."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from pyroaring import BitMap

from segments.personas.cohorts import Cohort, cohorts_of, few, firsts, together
from segments.personas.months import last_whole_month, months_between
from segments.personas.statistics import Share

RANDOM = np.random.default_rng(5)
MONTHS = months_between("2026-01", "2026-08")
ROWS = [
    (int(who), MONTHS[int(month)])
    for who, month in zip(RANDOM.integers(1, 90, 400), RANDOM.integers(0, 8, 400), strict=True)
    if MONTHS[int(month)] != "2026-05"
]
MEMBERS = set(range(1, 60))
EVERYONE = set(range(1, 85))


def counted(last, most):
    """{month: (size, {months later: buyers})} of the group and of everyone, from the rows alone."""
    first = {}
    for who, month in sorted(ROWS, key=lambda row: row[1]):
        first.setdefault(who, month)
    shown = months_between("2026-01", last)[-most - 1 : -1]
    found = {}
    for month in shown:
        sides = []
        for whom in (MEMBERS & EVERYONE, EVERYONE):
            these = {who for who, began in first.items() if began == month and who in whom}
            back = defaultdict(set)
            for who, when in ROWS:
                if who in these and month < when <= last:
                    back[len(months_between(month, when)) - 1].add(who)
            sides.append((len(these), {later: len(some) for later, some in back.items()}))
        found[month] = sides
    return found


@pytest.mark.parametrize(("last", "most"), [("2026-08", 12), ("2026-06", 12), ("2026-08", 3)])
def test_each_cohort_and_who_of_it_bought_later(last, most):
    bought = defaultdict(BitMap)
    for who, month in ROWS:
        bought[month].add(who)
    found = cohorts_of(bought, firsts(bought), BitMap(MEMBERS), BitMap(EVERYONE), last, most)
    told = {
        one.month: [
            (getattr(one.size, of), {k: n for k, s in enumerate(one.later, 1) if (n := getattr(s, of))})
            for of in ("group", "everyone")
        ]
        for one in found
    }
    assert told == counted(last, most)
    assert [len(one.later) for one in found] == list(range(len(found), 0, -1))


def test_of_one_month_alone_nobody_can_come_back():
    assert (
        cohorts_of({"2026-08": BitMap([1])}, {"2026-08": BitMap([1])}, BitMap([1]), BitMap([1]), "2026-08", 12)
        == []
    )


def cohort(month, size, *later):
    return Cohort(month, Share(month, *size), tuple(Share("", *one) for one in later))


def test_all_together_are_those_old_enough():
    old, young = cohort("2026-06", (100, 400), (30, 90), (25, 70)), cohort("2026-07", (50, 200), (20, 60))
    share, base = together([old, young], 0, 20)
    assert (share.group, share.everyone, base.group, base.everyone) == (50, 150, 150, 600)
    share, base = together([old, young], 1, 20)
    assert (share.group, base.group) == (25, 100)
    assert together([old, young], 2, 20) is None


def test_a_few_who_came_back_are_not_told_and_do_not_follow_from_the_sum():
    many, some = cohort("2026-06", (100, 400), (30, 90)), cohort("2026-07", (100, 400), (7, 60))
    assert [one.hidden(0, 20) for one in (many, some)] == [False, True]
    assert together([many, some], 0, 20) is None
    more = cohort("2026-08", (100, 400), (15, 60))
    assert together([many, some, more], 0, 20)[0].group == 52


def test_a_few_of_everyone_who_are_not_in_the_group_are_not_told_by_what_is_left():
    assert cohort("2026-06", (100, 400), (30, 35)).hidden(0, 20)
    assert cohort("2026-06", (100, 105), (30, 30)).hidden(0, 20)
    assert not cohort("2026-06", (100, 400), (30, 30)).hidden(0, 20)


@pytest.mark.parametrize(("count", "is_few"), [(0, False), (1, True), (19, True), (20, False)])
def test_from_one_on_and_below_the_least_is_few(count, is_few):
    assert few(count, 20) is is_few
    assert cohort("2026-06", (100, 400), (count, 90)).hidden(0, 20) is is_few
    assert cohort("2026-06", (100, 400), (30, 30 + count)).hidden(0, 20) is is_few
    assert cohort("2026-06", (100, 100 + count), (30, 30)).is_small(20) is is_few


def test_a_month_of_just_enough_is_told_and_one_of_fewer_is_not():
    assert [cohort("2026-06", (size, 400), (0, 90)).is_small(20) for size in (19, 20)] == [True, False]


def test_the_others_of_months_that_are_hidden_count_together_for_what_follows_from_the_sum():
    many = cohort("2026-06", (100, 400), (30, 90))
    one, other = cohort("2026-07", (100, 400), (30, 38)), cohort("2026-08", (100, 400), (30, 42))
    assert [these.hidden(0, 20) for these in (one, other)] == [True, True]
    assert together([many, one, other], 0, 20)[0].everyone == 170, "eight and twelve others are twenty"
    assert together([many, one], 0, 20) is None


def test_a_month_is_whole_once_its_last_day_is_over():
    assert [last_whole_month(day) for day in (date(2026, 11, 29), date(2026, 11, 30), date(2027, 1, 5))] == [
        "2026-10",
        "2026-11",
        "2026-12",
    ]
