"""Every kind gives exactly what its plain-Python reading gives, over random small worlds."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle, oracle_kinds
from tests.kinds.asking import numbers, read, result_of, sets, since, value_of
from tests.rules import drawing
from tests.world import World

NORMAL = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
DEEP = settings(NORMAL, max_examples=2_000)
Drawn = tuple[World, datetime]


def events() -> st.SearchStrategy[dict[str, Any]]:
    """Some events to look at, as every kind writes them."""
    return drawing.measures().map(
        lambda made: {key: made[0][key] for key in ("event", "where", "window") if key in made[0]}
    )


LABELS = ("a", "b", "c", "d")
LIMITS = st.lists(st.sampled_from((-1, 0, 1, 2.5, 33.33, 100)), min_size=4, max_size=4, unique=True).map(sorted)


def bins() -> st.SearchStrategy[Any]:
    cut = st.builds(
        lambda by, n: {"by": by, "values": list(LABELS[:n])},
        st.sampled_from(("quantiles", "width")),
        st.integers(2, 4),
    )
    limits = LIMITS.map(
        lambda found: [{"value": v, "below": n} for v, n in zip(LABELS, found, strict=True)] + [{"value": "e"}]
    )
    return st.one_of(cut, limits)


# Measure


def check_measure(drawn: Drawn, made: tuple[dict[str, Any], str], cut: Any) -> None:
    (world, as_of), (data, kind) = drawn, made
    if kind == "date":
        return
    definition = {"v": 1, "measure": data, "bins": cut}
    result, parsed = result_of("measure", definition, world, as_of), read("measure", definition, world)
    wanted = oracle.measured(parsed.measure, world, as_of)
    assert numbers(result) == pytest.approx(wanted)
    # Sorted by the engine's own numbers: a last digit must not decide which side of a cut it is.
    assert sets(result) == {v: who for v, who in oracle_kinds.binned(parsed.bins, numbers(result)).items() if who}


@NORMAL
@given(drawing.worlds(), drawing.measures(), bins())
def test_a_measure_in_bins(drawn, made, cut):
    check_measure(drawn, made, cut)


# Preference


@st.composite
def preferences(draw: st.DrawFn) -> dict[str, Any]:
    weights = ("count", {"sum": "amount"}, {"sum": "weight"}, {"half_life": 3}, {"half_life": 60})
    return {
        **draw(events()),
        "property": draw(st.sampled_from(("item", "marks", "weight", "channel", "hour", "weekday"))),
        "weight": draw(st.sampled_from(weights)),
        "top": draw(st.integers(1, 3)),
        "min_events": draw(st.integers(1, 2)),
        "min_share": draw(st.sampled_from((0, 0.2, 0.5, 1))),
    }


def check_preference(drawn: Drawn, data: dict[str, Any]) -> None:
    world, as_of = drawn
    definition = {"v": 1, **data}
    found = sets(result_of("preference", definition, world, as_of))
    wanted = oracle_kinds.preference(read("preference", definition, world), world, as_of)
    assert found == {v: {who for who in wanted if v in wanted[who]} for values in wanted.values() for v in values}


@NORMAL
@given(drawing.worlds(), preferences())
def test_a_preference(drawn, data):
    check_preference(drawn, data)


# RFM


def scores() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.just("quintiles"), st.fixed_dictionaries(dict.fromkeys(("recency", "frequency", "monetary"), LIMITS))
    )


def check_rfm(drawn: Drawn, looked_at: dict[str, Any], amount: str, how: Any) -> None:
    world, as_of = drawn
    definition = {"v": 1, **looked_at, "amount": amount, "scores": how}
    result = result_of("rfm", definition, world, as_of)
    wanted = oracle_kinds.rfm(read("rfm", definition, world), world, as_of)
    assert value_of(result) == {who: group for who, (group, _scores) in wanted.items()}
    assert numbers(result) == {who: scores for who, (_group, scores) in wanted.items()}


@NORMAL
@given(drawing.worlds(), events(), st.sampled_from(("amount", "weight", "hour")), scores())
def test_rfm(drawn, looked_at, amount, how):
    check_rfm(drawn, looked_at, amount, how)


# Life cycle


@st.composite
def lifecycles(draw: st.DrawFn) -> dict[str, Any]:
    dormant = draw(st.integers(1, 60))
    return {
        "event": draw(st.sampled_from(("buy", "see", ["buy", "see"], "*"))),
        "new": draw(st.integers(0, dormant)),
        "dormant": dormant,
        "churned": dormant + draw(st.integers(1, 60)),
        "won_back": draw(st.integers(0, dormant)),
    }


def check_lifecycle(drawn: Drawn, data: dict[str, Any]) -> None:
    world, as_of = drawn
    definition = {"v": 1, **data}
    result = result_of("lifecycle", definition, world, as_of)
    wanted = oracle_kinds.lifecycle(read("lifecycle", definition, world), world, as_of)
    assert value_of(result) == {who: state for who, (state, _day) in wanted.items()}
    assert since(result) == {who: day for who, (_state, day) in wanted.items() if day}
    today = oracle_kinds.today_of(world, as_of)
    assert numbers(result) == {who: (today - day).days for who, day in since(result).items()}


@NORMAL
@given(drawing.worlds(), lifecycles())
def test_a_life_cycle(drawn, data):
    check_lifecycle(drawn, data)


# Formula


def formulas() -> st.SearchStrategy[str]:
    names = st.sampled_from(
        ("spend", "tag[spend]", "attribute[points]", "attribute[balance]", "0", "2", "0.5", "1000")
    )

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        two = st.tuples(inner, inner)
        return st.one_of(
            st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", two, st.sampled_from("+-*/−×÷")),
            inner.map(lambda one: f"({one})"),
            inner.map(lambda one: f"-{one}"),
            inner.map(lambda one: f"abs({one})"),
            st.builds(lambda one, n: f"round({one}, {n})", inner, st.integers(0, 3)),
            st.builds(
                lambda pair, f: f"{f}({pair[0]}，{pair[1]})",
                two,
                st.sampled_from(("min", "max", "coalesce", "if_missing")),
            ),
        )

    return st.recursive(names, around, max_leaves=6)


def check_formula(drawn: Drawn, text: str) -> None:
    world, as_of = drawn
    definition = {"v": 1, "formula": text}
    result, parsed = result_of("formula", definition, world, as_of), read("formula", definition, world)
    wanted = {who: oracle_kinds.calculated(parsed.expression, world, who) for who in world.ids()}
    assert numbers(result) == pytest.approx({who: n for who, n in wanted.items() if n is not None}, rel=1e-12)


@NORMAL
@given(drawing.worlds(), formulas())
def test_a_formula(drawn, text):
    check_formula(drawn, text)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), drawing.measures(), bins(), events(), scores(), lifecycles(), formulas(), preferences())
def test_every_kind_at_length(drawn, made, cut, looked_at, how, stages, text, liking):
    check_preference(drawn, liking)
    check_measure(drawn, made, cut)
    check_rfm(drawn, looked_at, "amount", how)
    check_lifecycle(drawn, stages)
    check_formula(drawn, text)
