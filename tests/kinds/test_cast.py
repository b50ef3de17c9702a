"""Each kind on the named cast, as somebody would tell it."""

from datetime import date

import pytest

from cdp.errors import UserError
from tags.rules.definition import definition_references, parse_definition
from tests.kinds.asking import numbers, read, result_of, sets, since, value_of
from tests.world import (
    AS_OF,
    HAN_MEIMEI,
    JIM,
    LI_LEI,
    LILY,
    LIN_TAO,
    LUCY,
    UNCLE_WANG,
    WEI_HUA,
    at,
)

BUYERS = {LI_LEI, HAN_MEIMEI, LUCY, LILY, LIN_TAO}


def problems(kind, data):
    with pytest.raises(UserError) as refused:
        read(kind, data)
    return [
        (problem.path, problem.message % problem.params, problem.hint % problem.params)
        for problem in refused.value.problems
    ]


# Bins


def spent(values, by):
    measure = {"event": "purchase", "agg": "sum", "property": "amount"}
    return result_of("measure", {"v": 1, "measure": measure, "bins": {"by": by, "values": values}})


def test_quantiles_leave_equal_numbers_together():
    """Three of the eight spent nothing; the middle of all is Lily's cent."""
    result = spent(["low", "high"], "quantiles")
    assert sets(result) == {
        "low": {JIM, WEI_HUA, UNCLE_WANG, LILY},
        "high": {LI_LEI, HAN_MEIMEI, LUCY, LIN_TAO},
    }
    assert result.facts == {"cuts": [0.01]}


def test_equal_width_cuts_between_the_lowest_and_the_highest():
    """From 0 to Li Lei's 1,417: cut in the middle."""
    result = spent(["low", "high"], "width")
    assert sets(result)["high"] == {LI_LEI}
    assert result.facts == {"cuts": [708.5]}


def test_nobody_to_cut_by_gives_empty_bins():
    measure = {"event": "refund", "agg": "avg", "property": "amount", "window": {"last": 1, "unit": "day"}}
    result = result_of("measure", {"measure": measure, "bins": {"by": "quantiles", "values": ["a", "b"]}})
    assert {value: len(members) for value, members in result.values.items()} == {"a": 0, "b": 0}
    assert result.facts == {"cuts": []}


def test_bins_are_refused_in_words():
    measure = {"event": "purchase", "agg": "count"}
    assert problems("measure", {"measure": measure, "bins": {"by": "quantile", "values": ["a"]}}) == [
        (("bins", "by"), 'Bins cannot be cut by "quantile".', "Did you mean quantiles?"),
        (("bins", "values"), "From 2 to 20 values are needed.", 'For example ["low", "middle", "high"].'),
    ]


# Preference


def likes(**more):
    return sets(result_of("preference", {"v": 1, "event": "purchase", "property": "category", **more}))


def test_the_commonest_category_of_each_buyer():
    """Li Lei bought snacks twice; Han Meimei cosmetics twice (her snacks are at this very moment, not yet seen)."""
    found = likes()
    assert (found["零食"], found["美妆"]) == ({LI_LEI}, {HAN_MEIMEI})
    assert found["图书"] == {LILY}


def test_equal_weights_are_settled_by_the_text():
    """Lucy bought Snacks, snacks and books, each once: S comes before s, and both before 图."""
    assert likes()["Snacks"] == {LUCY}
    assert LUCY in likes(top=2)["snacks"]


def test_money_weighs_otherwise_than_times():
    found = likes(weight={"sum": "amount"})
    assert (found["数码"], found["图书"]) == ({LI_LEI}, {LILY, LUCY})


def test_an_old_habit_weighs_less():
    """Li Lei's snacks of yesterday outweigh everything, his 618 purchase counts for next to nothing."""
    now, ever = {"weight": {"half_life": 7}, "min_share": 0.2, "top": 5}, {"min_share": 0.2, "top": 5}
    assert [value for value, who in likes(**now).items() if LI_LEI in who] == ["数码", "零食"]
    assert LI_LEI in likes(**ever)["家居"]


def test_too_little_support_is_no_preference():
    assert likes(min_events=2, top=5) == {"零食": {LI_LEI}, "美妆": {HAN_MEIMEI}}
    assert LUCY not in set().union(*likes(min_share=0.5, top=5).values())


def test_lists_and_weekdays_are_liked_too():
    assert sets(result_of("preference", {"event": "purchase", "property": "labels", "top": 3})) == {
        "618": {LI_LEI},
        "双11": {LI_LEI},
        "满减": {LI_LEI},
    }
    days = result_of("preference", {"event": "visit", "property": "weekday"})
    assert sets(days)["6"] == {LI_LEI}
    assert set(days.values) == set("1234567")


def test_too_many_values_fail_in_words(monkeypatch):
    monkeypatch.setattr("tags.kinds.preference.MOST_VALUES", 3)
    with pytest.raises(UserError, match='The property "category" gives 7 different values, more than 3'):
        likes(top=5)


def test_a_preference_is_refused_in_words():
    wrong = {"event": "purchase", "property": "gift", "weight": {"sum": "category"}}
    assert problems("preference", wrong) == [
        (("property",), 'The property "gift" does not fit here.', ""),
        (("weight", "sum"), 'The property "category" does not fit here.', "Choose a property that holds numbers."),
    ]
    broken = {"event": "purchase", "property": "category", "weight": "much", "top": 0, "min_share": 20}
    assert [path for path, _message, _hint in problems("preference", broken)] == [
        ("weight",),
        ("top",),
        ("min_share",),
    ]


# RFM

RFM = {"v": 1, "event": "purchase", "amount": "amount"}


def test_rfm_scores_the_buyers_and_nobody_else():
    """Li Lei bought yesterday, four times and for most; Han Meimei longer ago than Lucy, but for more."""
    result = result_of("rfm", RFM)
    assert set(numbers(result)) == BUYERS
    assert numbers(result) == {LI_LEI: 555, HAN_MEIMEI: 334, LUCY: 442, LILY: 211, LIN_TAO: 113}
    assert value_of(result) == {
        LI_LEI: "important_value",
        HAN_MEIMEI: "important_keep",
        LUCY: "general_value",
        LILY: "general_retain",
        LIN_TAO: "general_retain",
    }
    assert result.facts["means"] == {"recency": 3.0, "frequency": 2.8, "monetary": 3.0}


def test_fixed_limits_score_alike_whoever_else_there_is():
    """Li Lei: 1 day ago, 4 times, 1,417. Lin Tao: 996 days ago, once, 199."""
    limits = {"recency": [2, 30, 90, 365], "frequency": [2, 3, 4, 5], "monetary": [10, 100, 199, 1000]}
    result = result_of("rfm", {**RFM, "scores": limits})
    assert numbers(result) == {LI_LEI: 545, HAN_MEIMEI: 424, LUCY: 433, LILY: 211, LIN_TAO: 114}
    assert "cuts" not in result.facts


def test_rfm_keeps_what_the_scores_were_made_of():
    (lucy,) = (row for row in result_of("rfm", RFM).details.to_pylist() if row["customer_id"] == LUCY)
    assert (lucy["recency"], lucy["frequency"], lucy["monetary"]) == (18, 3, 100.0)


def test_rfm_is_refused_in_words():
    assert problems(
        "rfm", {"event": "purchase", "scores": {"recency": [3, 2, 1, 0], "frequency": [1, 2, 3, 4]}}
    ) == [
        (("amount",), "The property that holds the money is needed.", 'For example "amount".'),
        (("scores", "recency"), "Four rising numbers are needed.", "For example [30, 60, 90, 180]."),
        (("scores", "monetary"), "Four rising numbers are needed.", "For example [30, 60, 90, 180]."),
    ]
    assert problems("rfm", {**RFM, "event": "purchse", "amount": "category"}) == [
        (("event",), 'There is no event "purchse".', "Did you mean purchase?"),
        (("amount",), 'The property "category" does not fit here.', "Choose a property that holds numbers."),
    ]


# Life cycle

LIFE = {"v": 1, "event": "purchase", "new": 30, "dormant": 90, "churned": 180, "won_back": 30}


def test_a_life_cycle_has_everyone_in_one_state():
    """Li Lei came back after 125 days (dormant, not churned), Han Meimei after 354 (churned), Lucy is new."""
    result = result_of("lifecycle", LIFE)
    assert sets(result) == {
        "prospect": {JIM, WEI_HUA, UNCLE_WANG},
        "new": {LUCY},
        "active": {LI_LEI},
        "churned": {LILY, LIN_TAO},
        "won_back": {HAN_MEIMEI},
    }
    assert since(result) == {
        LUCY: date(2026, 11, 1),
        LI_LEI: date(2026, 10, 22),
        HAN_MEIMEI: date(2026, 10, 31),
        LILY: date(2026, 8, 28),
        LIN_TAO: date(2024, 8, 28),
    }
    assert numbers(result)[LUCY] == 20


@pytest.mark.parametrize(
    ("day", "state", "entered"),
    [
        ("2026-01-31", "prospect", None),
        ("2026-02-28", "prospect", None),
        ("2026-03-01", "new", "2026-02-28"),
        ("2026-03-30", "new", "2026-02-28"),
        ("2026-03-31", "active", "2026-03-31"),
        ("2026-05-29", "active", "2026-03-31"),
        ("2026-05-30", "dormant", "2026-05-30"),
        ("2026-08-27", "dormant", "2026-05-30"),
        ("2026-08-28", "churned", "2026-08-28"),
    ],
)
def test_lily_who_bought_once_grows_old(day, state, entered):
    """On 28 February, a minute before midnight."""
    result = result_of("lifecycle", LIFE, as_of=AS_OF.fromisoformat(f"{day}T12:00:00+08:00"))
    assert LILY in sets(result)[state]
    assert since(result).get(LILY) == (entered and at(entered).date())


def test_a_life_cycle_whose_days_overlap_is_refused():
    assert problems("lifecycle", {**LIFE, "new": 100, "churned": 90}) == [
        (("new",), "These days end after a customer is dormant (90).", "Give fewer days."),
        (("churned",), "A customer is dormant first (90 days), then churned.", "Give more days."),
    ]


# Formula


@pytest.mark.parametrize(
    ("text", "of", "number"),
    [
        ("spend / 10", LI_LEI, 141.7),
        ("spend ÷ attribute[age]", LUCY, 100 / 33),
        ("2 + 3 × 4", JIM, 14),
        ("（2 ＋ 3） * 4", JIM, 20),
        ("10 - 2 - 3", JIM, 5),
        ("-spend", LUCY, -100),
        ("round(2.5)", JIM, 3),
        ("round(-2.5)", JIM, -3),
        ("round(spend / 3, 2)", LUCY, 33.33),
        ("coalesce(spend, 7)", JIM, 7),
        ("if_missing(attribute[balance], attribute[age])", LUCY, 33),
        ("min(spend, 500)", LI_LEI, 500),
        ("max(spend, 500, 2000)", LI_LEI, 2000),
        ("abs(attribute[age] - 30)", LI_LEI, 2),
    ],
)
def test_a_formula_calculates(text, of, number):
    assert numbers(result_of("formula", {"v": 1, "formula": text}))[of] == pytest.approx(number)


@pytest.mark.parametrize("text", ["spend + 1", "1 / coalesce(spend, 0)", "max(spend, 1)"])
def test_without_a_number_there_is_none(text):
    """Jim has no spend; nothing is divided by zero."""
    assert JIM not in numbers(result_of("formula", {"v": 1, "formula": text}))


def test_a_formula_may_be_cut_into_bins():
    bins = [{"value": "small", "below": 100}, {"value": "large"}]
    result = result_of("formula", {"v": 1, "formula": "spend", "bins": bins})
    assert sets(result) == {"small": {LILY, UNCLE_WANG}, "large": {LI_LEI, HAN_MEIMEI, LUCY}}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "A formula is needed.", "For example spend / orders, or round(spend / 12, 2)."),
        ("spend +", "The formula stops too early.", None),
        ("(spend", "A bracket is not closed (character 7).", None),
        ("spend spend", '"spend" at character 7 does not fit there.', None),
        ("spend $ 2", '"$" at character 7 does not fit there.', None),
        ("sqrt(spend)", 'There is no function "sqrt" (character 1).', "One of min, max, abs, round, coalesce."),
        ("roud(spend)", 'There is no function "roud" (character 1).', "One of round."),
        ("abs(spend, 1)", '"abs" at character 1 takes from 1 to 1 values.', "Separate them by commas."),
        (
            "round(spend, 1.5)",
            '"round" at character 1 rounds to 0 up to 9 decimals.',
            "For example round(spend, 2).",
        ),
        ("spent", 'There is no tag "spent" (character 1).', "Did you mean spend?"),
        ("2 * age", 'There is no tag "age" (character 5).', "The attribute is written attribute[age]."),
        ("lifecycle", 'The tag "lifecycle" (character 1) has no numbers.', ""),
        ("attribute[ages]", 'There is no attribute "ages" (character 1).', "Did you mean age?"),
        ("attribute[city]", 'The attribute "city" (character 1) is no number.', ""),
        ("(" * 30 + "1" + ")" * 30, "The formula is nested too deeply.", "Make a tag of a part of it."),
        ("1" + "+1" * 400, "The formula has too many steps.", "Make a tag of a part of it."),
    ],
)
def test_a_formula_is_refused_in_words(text, message, hint):
    ((path, said, advice),) = problems("formula", {"v": 1, "formula": text})
    assert (path, said) == (("formula",), message)
    assert hint is None or advice == hint


def test_every_unknown_name_is_told_at_once():
    assert len(problems("formula", {"v": 1, "formula": "spent + attribute[ages] / lifecycle"})) == 3


# All of them


def test_what_a_definition_is_built_from():
    formula = parse_definition("formula", {"formula": "spend + tag[net-worth] / attribute[age]"})
    found = definition_references("formula", formula)
    assert (found.tags, found.attributes) == ({"spend", "net-worth"}, {"age"})
    rfm = definition_references("rfm", read("rfm", RFM))
    assert (rfm.events, rfm.properties) == ({"purchase"}, {"amount"})


def test_a_model_comes_later():
    assert problems("model", {"v": 1}) == [(("kind",), 'Tags of the kind "model" come later.', "")]
