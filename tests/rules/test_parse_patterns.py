"""Order, habit, first, no longer, again; samples, ranks, places, and a customer's other values."""

from decimal import Decimal
from typing import Any

import pytest

from cdp.errors import UserError
from tags.rules.catalog import Catalog, Field
from tags.rules.definition import read_definition
from tags.rules.nodes import (
    Agg,
    Attribute,
    AttributeOf,
    Circle,
    Event,
    Ever,
    First,
    Last,
    Measure,
    MeasureOf,
    Node,
    Occurrence,
    Previous,
    Rank,
    Region,
    Regular,
    Resumed,
    Sample,
    Sequence,
    Span,
    Step,
    Stopped,
    Test,
    Unit,
)
from tags.rules.parse import parse_rule
from tags.rules.validate import read_rule
from tests.rules.memory_lake import catalog_of
from tests.world import CAST

D = Decimal
DAYS = {"n": 30, "unit": "day"}
BOUGHT = {"event": "purchase"}
SPENT = {"event": "purchase", "agg": "sum", "property": "amount"}
STEPS = [{"event": "visit"}, {"event": "purchase", "absent": True}]
MORE = Measure(("purchase",), Agg.SUM, "amount", None, Previous(Unit.QUARTER))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of(CAST)


@pytest.mark.parametrize(
    ("rule", "node"),
    [
        (
            {"sequence": STEPS, "within": {"n": 24, "unit": "hour"}, "window": {"last": 7, "unit": "day"}},
            Sequence(
                (Step(Occurrence(("visit",))), Step(Occurrence(("purchase",)), absent=True)),
                Span(24, Unit.HOUR),
                Last(7, Unit.DAY),
            ),
        ),
        (
            {"regular": {**BOUGHT, "times": 2, "per": "month", "in": 3, "of": 6}},
            Regular(Occurrence(("purchase",)), 2, Unit.MONTH, 3, 6),
        ),
        (
            {"regular": {**BOUGHT, "per": "week", "in": 1, "of": 1}},
            Regular(Occurrence(("purchase",)), 1, Unit.WEEK, 1, 1),
        ),
        ({"first": {"event": ["visit", "purchase"]}}, First(Occurrence(("visit", "purchase")), Ever())),
        (
            {"stopped": {**BOUGHT, "quiet": DAYS, "after": {"n": 2, "unit": "month"}}},
            Stopped(Occurrence(("purchase",)), Span(30, Unit.DAY), Span(2, Unit.MONTH)),
        ),
        (
            {"resumed": {"event": "*", "quiet": DAYS, "after": DAYS}},
            Resumed(Occurrence(("*",)), Span(30, Unit.DAY), Span(30, Unit.DAY)),
        ),
        ({"sample": {"salt": "exp-7", "from": 0, "to": 0.1}}, Sample("exp-7", D(0), D("0.1"))),
        ({"rank": {"measure": SPENT, "top": 10}}, Rank(Measure(("purchase",), Agg.SUM, "amount"), D(10))),
        (
            {"rank": {"measure": SPENT, "bottom": 2.5, "unit": "percent"}},
            Rank(Measure(("purchase",), Agg.SUM, "amount"), D("2.5"), percent=True, bottom=True),
        ),
        (
            {
                **BOUGHT,
                "measure": {"agg": "sum", "property": "amount"},
                "op": "<",
                "value": {"measure": {**SPENT, "window": {"previous": "quarter"}}, "times": 0.5},
            },
            Event(Measure(("purchase",), Agg.SUM, "amount"), Test("<", MeasureOf(MORE, D("0.5")))),
        ),
        (
            {"attribute": "city", "op": "is", "value": {"attribute": "province"}},
            Attribute("city", Test("is", AttributeOf("province"))),
        ),
        (
            {"attribute": "home", "op": "within_km", "value": {"km": 5, "of": {"lat": 30.27, "lon": 120.15}}},
            Attribute("home", Test("within_km", Circle(D("30.27"), D("120.15"), D(5)))),
        ),
        (
            {
                "attribute": "home",
                "op": "in_region",
                "value": {"box": {"south": 30, "west": 120, "north": 31, "east": 121.5}},
            },
            Attribute(
                "home",
                Test(
                    "in_region",
                    Region(((D(30), D(120)), (D(30), D("121.5")), (D(31), D("121.5")), (D(31), D(120)))),
                ),
            ),
        ),
        (
            {"attribute": "home", "op": "in_region", "value": {"polygon": [[0, 0], [0, 2], [1, 1], [0, 0]]}},
            Attribute("home", Test("in_region", Region(((D(0), D(0)), (D(0), D(2)), (D(1), D(1)))))),
        ),
    ],
)
def test_it_is_read_as_written(rule: Any, node: Node, catalog: Catalog) -> None:
    assert read_rule(rule, catalog) == node


def sequence(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"sequence": list(steps), "within": DAYS, **more}


def regular(**more: Any) -> dict[str, Any]:
    return {"regular": {**BOUGHT, "per": "month", "in": 3, "of": 6, **more}}


def stopped(**more: Any) -> dict[str, Any]:
    return {"stopped": {**BOUGHT, "quiet": DAYS, "after": DAYS, **more}}


def sample(low: Any, high: Any, salt: Any = "a") -> dict[str, Any]:
    return {"sample": {"salt": salt, "from": low, "to": high}}


def rank(**more: Any) -> dict[str, Any]:
    return {"rank": {"measure": SPENT, **more}}


def place(value: Any, op: str = "in_region") -> dict[str, Any]:
    return {"attribute": "home", "op": op, "value": value}


def circle(lat: Any, lon: Any, km: Any) -> dict[str, Any]:
    return place({"km": km, "of": {"lat": lat, "lon": lon}}, "within_km")


def box(south: Any, west: Any, north: Any, east: Any) -> dict[str, Any]:
    return place({"box": {"south": south, "west": west, "north": north, "east": east}})


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        (sequence({"event": "visit"}), ("sequence",), "From two to 10 steps"),
        (sequence(*[{"event": "visit"}] * 11), ("sequence",), "From two to 10 steps"),
        ({"sequence": STEPS[0], "within": DAYS}, ("sequence",), "From two to 10 steps"),
        (sequence(*STEPS[::-1]), ("sequence", 0, "absent"), "The first step cannot be"),
        (sequence("visit", *STEPS), ("sequence", 0), "An object is needed"),
        (sequence(STEPS[0], {"event": "visit", "absent": 1}), ("sequence", 1, "absent"), "true or false"),
        (sequence(STEPS[0], {"event": "visit", "op": ">"}), ("sequence", 1, "op"), '"op" is not known'),
        (sequence(STEPS[0], {"where": []}), ("sequence", 1, "where"), "at least one condition"),
        (sequence(STEPS[0], {"where": []}), ("sequence", 1, "event"), "A name is needed"),
        ({"sequence": STEPS}, ("within",), "A length of time is needed"),
        (sequence(*STEPS, within={"n": 0, "unit": "day"}), ("within", "n"), "at least 1"),
        (sequence(*STEPS, within={"n": 1, "unit": "month"}), ("within", "unit"), "fixed length"),
        (sequence(*STEPS, window="always"), ("window",), "A window is needed"),
        ({"regular": []}, ("regular",), "An object is needed"),
        (regular(times=0), ("regular", "times"), "from 1 to 1000000"),
        (regular(per="fortnight"), ("regular", "per"), "A unit of time"),
        (regular(of=0), ("regular", "of"), "from 1 to 366"),
        (regular(of=367), ("regular", "of"), "from 1 to 366"),
        (regular(**{"in": 7}), ("regular", "in"), "from 1 to 6"),
        (regular(**{"in": 0}), ("regular", "in"), "from 1 to 6"),
        (regular(window="ever"), ("regular", "window"), '"window" is not known'),
        ({"first": {**BOUGHT, "op": ">"}}, ("first", "op"), '"op" is not known'),
        ({"first": {**BOUGHT, "window": {"last": 0, "unit": "month"}}}, ("first", "window", "last"), "from 1 to"),
        ({"first": BOUGHT, "window": "ever"}, ("window",), '"window" is not known'),
        (stopped(quiet={"n": 0, "unit": "day"}), ("stopped", "quiet", "n"), "at least 1"),
        (stopped(after=None), ("stopped", "after"), "A length of time is needed"),
        ({"resumed": {**BOUGHT, "quiet": DAYS}}, ("resumed", "after"), "A length of time is needed"),
        (sample(0.1, 0.1), ("sample", "to"), "must lie above its start"),
        (sample(-0.1, 0.1), ("sample", "from"), "from 0 to 1"),
        (sample(0, 1.01), ("sample", "to"), "from 0 to 1"),
        (sample(0, True), ("sample", "to"), "from 0 to 1"),
        (sample(0, float("nan")), ("sample", "to"), "from 0 to 1"),
        (sample(0, 0.1, " "), ("sample", "salt"), "A name is needed"),
        (sample(0, 0.1, "a" * 121), ("sample", "salt"), "too long"),
        (rank(), ("rank",), "One of top and bottom"),
        (rank(top=1, bottom=1), ("rank",), "One of top and bottom"),
        (rank(top=0), ("rank", "top"), "from 1 to"),
        (rank(top=1.5), ("rank", "top"), "A whole number"),
        (rank(top=0, unit="percent"), ("rank", "top"), "above 0"),
        (rank(bottom=100.5, unit="percent"), ("rank", "bottom"), "from 0 to 100"),
        (rank(top=1, unit="customers"), ("rank", "unit"), "not counted in"),
        ({"rank": {"measure": {"agg": "sum"}, "top": 1}}, ("rank", "measure", "property"), "needs a property"),
        (circle(91, 120, 5), ("value", "of", "lat"), "from -90 to 90"),
        (circle(30, 181, 5), ("value", "of", "lon"), "from -180 to 180"),
        (circle(30, 120, -1), ("value", "km"), "from 0 to 20000"),
        (circle("30", None, 5), ("value", "of", "lon"), "A number from"),
        (place({"km": 5}, "within_km"), ("value",), "A distance and a point"),
        (place({"box": {"south": 1}}, "within_km"), ("value",), "A distance and a point"),
        (place({"km": 5, "of": {"lat": 1, "lon": 1}}), ("value",), "A region is needed"),
        (place({"box": [1, 2, 3, 4]}), ("value", "box"), "four sides"),
        (box(31, 120, 30, 121), ("value", "box", "north"), "beyond its south"),
        (box(30, 170, 31, -170), ("value", "box", "east"), "beyond its west"),
        (place({"polygon": [[0, 0], [0, 1]]}), ("value", "polygon"), "From three to"),
        (place({"polygon": [[0, 0], [0, 1], [0, 0]]}), ("value", "polygon"), "on one line"),
        (place({"polygon": [[0, 0], [1, 1], [3, 3], [2, 2]]}), ("value", "polygon"), "on one line"),
        (place({"polygon": [[0, 0], [0, 1], [1]]}), ("value", "polygon", 2), "A corner is"),
        (place({"polygon": [[0, 0], [0, 1], [1, 200]]}), ("value", "polygon", 2, 1), "from -180 to 180"),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_place(rule: Any, path: tuple, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_rule(rule)
    told = {problem.path: problem.message % problem.params for problem in caught.value.problems}
    assert message in told[path]


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        (sequence(STEPS[0], {"event": "buy"}), ("sequence", 1, "event"), 'There is no event "buy".'),
        (
            sequence({**BOUGHT, "where": {"property": "colour", "op": "exists"}}, STEPS[0]),
            ("sequence", 0, "where", "property"),
            'There is no property "colour".',
        ),
        (regular(event="buy"), ("regular", "event"), 'There is no event "buy".'),
        ({"first": {"event": "buy"}}, ("first", "event"), 'There is no event "buy".'),
        (stopped(event="buy"), ("stopped", "event"), 'There is no event "buy".'),
        (
            {"resumed": {"event": ["visit", "buy"], "quiet": DAYS, "after": DAYS}},
            ("resumed", "event", 1),
            'There is no event "buy".',
        ),
        (
            {"rank": {"measure": {**SPENT, "property": "category"}, "top": 1}},
            ("rank", "measure", "property"),
            '"sum" cannot be taken of "category".',
        ),
        (
            {"rank": {"measure": {**BOUGHT, "agg": "last"}, "top": 1}},
            ("rank", "measure", "agg"),
            '"last" is a date, and a rank is by a number.',
        ),
        (
            {"attribute": "age", "op": "within_km", "value": {"km": 1, "of": {"lat": 1, "lon": 1}}},
            ("op",),
            "does not fit",
        ),
    ],
)
def test_names_and_kinds_are_checked_wherever_they_stand(
    rule: Any, path: tuple, message: str, catalog: Catalog
) -> None:
    with pytest.raises(UserError) as caught:
        read_rule(rule, catalog)
    [problem] = caught.value.problems
    assert problem.path == path
    assert message in problem.message % problem.params


AGE = {"attribute": "age"}
LAST = {"measure": {**BOUGHT, "agg": "last"}}
TOTAL = {"measure": SPENT}


@pytest.mark.parametrize(
    ("left", "op", "right"),
    [
        ({"attribute": "age"}, ">", {"attribute": "balance"}),
        ({"attribute": "balance"}, "<=", TOTAL),
        ({"attribute": "birthday"}, "before", {"attribute": "registered_at"}),
        ({"attribute": "registered_at"}, "on", LAST),
        ({"attribute": "city"}, "is_not", {"attribute": "province"}),
        ({**BOUGHT, "measure": {"agg": "first"}}, "after", LAST),
        (BOUGHT, ">", {"measure": {"event": "visit"}, "times": 2}),
        ({**BOUGHT, "where": [{"property": "gift", "op": "is_true"}], "measure": {"agg": "share"}}, "=", AGE),
    ],
)
def test_two_values_of_a_customer_may_be_compared(left: Any, op: str, right: Any, catalog: Catalog) -> None:
    read_rule({**left, "op": op, "value": right}, catalog)


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        ({**AGE, "op": ">", "value": {"attribute": "city"}}, ("value",), "does not fit here"),
        ({**AGE, "op": ">", "value": {"attribute": "agee"}}, ("value", "attribute"), 'no attribute "agee"'),
        ({**AGE, "op": ">", "value": LAST}, ("value",), "does not fit here"),
        ({"attribute": "birthday", "op": "before", "value": TOTAL}, ("value",), "does not fit here"),
        ({"attribute": "city", "op": "contains", "value": {"attribute": "province"}}, ("value",), "does not fit"),
        ({"attribute": "interests", "op": "has", "value": {"attribute": "city"}}, ("value",), "does not fit here"),
        ({"attribute": "interests", "op": "size >", "value": AGE}, ("value",), "does not fit here"),
        (
            {"attribute": "birthday", "op": "before", "value": {**LAST, "times": 2}},
            ("value", "times"),
            "A date has no multiple.",
        ),
        ({**AGE, "op": ">", "value": {**TOTAL, "times": 0}}, ("value", "times"), "above 0"),
        ({**AGE, "op": ">", "value": {**TOTAL, "times": 1 / 3}}, ("value", "times"), "too long"),
        ({**AGE, "op": ">", "value": {**TOTAL, "times": -1}}, ("value", "times"), "from 0 to"),
        ({**AGE, "op": ">", "value": {"attribute": "age", "times": 2}}, ("value", "times"), "is not known here"),
        (
            {**AGE, "op": ">", "value": {"measure": {**SPENT, "property": "colour"}}},
            ("value", "measure", "property"),
            'There is no property "colour".',
        ),
        ({**AGE, "op": "between", "value": [1, AGE]}, ("value", 1), "stands alone, not in a list"),
        ({**AGE, "op": "in", "value": AGE}, ("value",), '"in" cannot compare with another value'),
        ({"attribute": "birthday", "op": "within_last", "value": AGE}, ("value",), "cannot compare with another"),
        ({"tag": "spend", "op": ">", "value": AGE}, ("value",), "only plain values stand on the right"),
        (
            {**BOUGHT, "where": {"property": "amount", "op": ">", "value": TOTAL}},
            ("where", "value"),
            "only plain values stand on the right",
        ),
    ],
)
def test_two_values_that_cannot_be_compared(rule: Any, path: tuple, message: str, catalog: Catalog) -> None:
    with pytest.raises(UserError) as caught:
        read_rule(rule, catalog)
    [problem] = caught.value.problems
    assert problem.path == path
    assert message in problem.message % problem.params


@pytest.mark.parametrize(
    ("property_kind", "tests"),
    [
        ("text", [{"op": "is", "value": "x"}, {"op": "in", "value": ["x"]}, {"op": "matches", "value": "^x"}]),
        ("number", [{"op": ">", "value": 1}, {"op": "between", "value": [1, 2]}, {"op": "in", "value": [1]}]),
        ("money", [{"op": ">=", "value": 0.1}, {"op": "not_between", "value": [1, 2]}]),
        ("date", [{"op": "before", "value": {"ago": 3, "unit": "day"}}, {"op": "within_last", "value": DAYS}]),
        ("boolean", [{"op": "is_true"}, {"op": "is_false"}, {"op": "exists"}]),
        ("list", [{"op": "has_any", "value": ["x"]}, {"op": "size >", "value": 2}, {"op": "missing"}]),
        ("geo", [place({"km": 1, "of": {"lat": 1, "lon": 2}}, "within_km"), box(1, 2, 3, 4), {"op": "exists"}]),
    ],
)
def test_events_are_filtered_by_properties_of_every_kind(property_kind: str, tests: list[dict]) -> None:
    catalog = Catalog(events={"purchase": {}}, properties={"x": Field(property_kind)})
    filters = [{"property": "x", **{key: test[key] for key in ("op", "value") if key in test}} for test in tests]
    read_rule({**BOUGHT, "where": {"any": filters}}, catalog)
    read_rule(stopped(where=filters), catalog)
    with pytest.raises(UserError):
        read_rule({**BOUGHT, "where": [{"property": "x", "op": "anniversary"}]}, catalog)


@pytest.mark.parametrize(("agg", "property_slug"), [("min", "due"), ("first", None)])
def test_a_tag_is_not_measured_by_a_date(agg: str, property_slug: str | None, catalog: Catalog) -> None:
    measure = {**BOUGHT, "agg": agg} | ({"property": property_slug} if property_slug else {})
    with pytest.raises(UserError) as caught:
        read_definition("measure", {"measure": measure}, catalog)
    [problem] = caught.value.problems
    assert problem.path == ("measure", "agg")
    assert problem.message % problem.params == f'"{agg}" is a date, and a measure is a number.'
