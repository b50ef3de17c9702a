"""Random rules over the random worlds, for Hypothesis: every condition, operator, measure, window and side."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tags.rules.operators import Operator, Shape, operators_of
from tests.rules.drawing_worlds import KINDS, NUMBERS, PROPERTIES, TEXTS, worlds

__all__ = ["leaf_rules", "measures", "rules", "worlds"]

# As people type them: NFKC makes these gold and 金牌1.
TYPED = (*TEXTS, "ｇｏｌｄ", "金牌①")
PATTERNS = ("^g", "o.d$", "金|银", "[Gg]old", "x*")
EVENT_NAMES = ("buy", "buy", "see", ["buy", "see"], "*")
UNITS = ("hour", "day", "week", "month", "quarter", "year")
CIRCLES = tuple({"km": km, "of": {"lat": lat, "lon": 120}} for km in (0.5, 60, 113, 20000) for lat in (30, -33.5))
REGIONS = (
    {"box": {"south": 30, "west": 120, "north": 31, "east": 121}},
    {"polygon": [[30, 119], [32, 121], [31, 119]]},
    {"polygon": [[30, 120], [31, 122], [32, 120], [31, 120.5]]},
    {"polygon": [[-40, -71], [-30, -71], [-30, -70], [-40, -70]]},
)


@cache
def rules() -> st.SearchStrategy[dict[str, Any]]:
    return _grouped(leaf_rules(), 5)


@cache
def leaf_rules() -> st.SearchStrategy[dict[str, Any]]:
    attributes = st.sampled_from(sorted(KINDS)).flatmap(
        lambda s: tests(KINDS[s]).map(lambda t: {"attribute": s, **t})
    )
    labels = st.sampled_from(operators_of("label")).flatmap(_label_test).map(lambda t: {"tag": "stage", **t})
    numbers = tests("number").map(lambda t: {"tag": "spend", **t})
    members = st.sampled_from(({"segment": "vip"}, {"list": "guests"}))
    events = (event_rules(), event_rules())
    chosen = (sequences(), sequences(), habits(), turns(), samples(), ranks())
    return st.one_of(attributes, *events, *chosen, own_rules(), own_rules(), labels, numbers, members)


def _label_test(row: Operator) -> st.SearchStrategy[dict[str, Any]]:
    return _shaped(row, st.sampled_from(("new", "old")))


def _grouped(leaf: st.SearchStrategy[dict[str, Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    def group(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        items = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            items.map(lambda i: {"all": i}), items.map(lambda i: {"any": i}), inner.map(lambda i: {"not": i})
        )

    return st.recursive(leaf, group, max_leaves=most)


@cache
def tests(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """An operator of the kind, and a right-hand side for it."""
    return st.sampled_from(operators_of(kind)).flatmap(lambda row: _test(row, kind))


def _test(row: Operator, kind: str) -> st.SearchStrategy[dict[str, Any]]:
    if row.is_pattern:
        return _shaped(row, st.sampled_from(PATTERNS))
    return _shaped(row, _literals(row.kind_of_value(kind)))


@cache
def _literals(kind: str) -> st.SearchStrategy[Any]:
    return {
        "text": st.sampled_from(TYPED),
        "number": st.sampled_from(NUMBERS),
        "money": st.sampled_from((-20, 0, 0.01, 33.33, 33.335, 66.66, 99.99, 100)),
        "date": _dates(),
    }.get(kind, st.nothing())


@cache
def _dates() -> st.SearchStrategy[Any]:
    days = st.sampled_from(("2026-11-21", "2026-03-01", "2024-02-29", "2026-11-21T20:00", "2026-11-20 20:00:00"))
    moved = st.builds(
        lambda key, n, unit: {key: n, "unit": unit},
        st.sampled_from(("ago", "ahead")),
        st.integers(0, 30),
        st.sampled_from(UNITS),
    )
    return st.one_of(days, moved, st.sampled_from(UNITS).map(lambda unit: {"start_of": unit}))


def _shaped(row: Operator, literals: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    base = {"op": row.name}
    if row.shape is Shape.NONE:
        return st.just(base)
    if row.shape is Shape.SPAN:
        return st.builds(lambda n, unit: {**base, "value": {"n": n, "unit": unit}}, st.integers(0, 14), _units(row))
    if row.shape is Shape.PLACE:
        places = CIRCLES if row.name == "within_km" else REGIONS
        return st.sampled_from(places).map(lambda place: {**base, "value": place})
    if row.shape is Shape.MANY:
        return st.lists(literals, min_size=1, max_size=3).map(lambda values: {**base, "value": values})
    if row.shape is Shape.PAIR:
        return st.tuples(literals, literals).map(lambda pair: {**base, "value": _ordered(pair)})
    return literals.map(lambda value: {**base, "value": value})


def _units(row: Operator) -> st.SearchStrategy[str]:
    return st.sampled_from(("day", "week", "month") if row.name == "anniversary_within" else UNITS)


def _ordered(pair: tuple[Any, Any]) -> list[Any]:
    same = {type(item) for item in pair} <= {int, float} or {type(item) for item in pair} == {str}
    return sorted(pair) if same else list(pair)


@cache
def event_rules() -> st.SearchStrategy[dict[str, Any]]:
    return measures().flatmap(lambda found: tests(found[1]).map(lambda test: {**_as_condition(found[0]), **test}))


def _as_condition(measure: dict[str, Any]) -> dict[str, Any]:
    """A measure in full as the left side of an event condition."""
    return {
        **{key: measure[key] for key in ("event", "where", "window") if key in measure},
        "measure": {key: measure[key] for key in ("agg", "property") if key in measure},
    }


@cache
@st.composite
def measures(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A measure in full, and the kind of its value."""
    measure, kind = draw(st.sampled_from(AGGREGATES))
    measure = {**measure, **draw(occurrences())}
    if draw(st.booleans()):
        measure["window"] = draw(windows())
    if measure["agg"] == "share":
        measure.setdefault("where", draw(wheres()))
    return measure, kind


@cache
@st.composite
def occurrences(draw: st.DrawFn, plain: int = 1) -> dict[str, Any]:
    """Which events; the more `plain`, the seldomer they are filtered."""
    found = {"event": draw(st.sampled_from(EVENT_NAMES))}
    if draw(st.integers(0, plain)) == 0:
        found["where"] = draw(wheres())
    return found


@cache
def wheres() -> st.SearchStrategy[Any]:
    return _grouped(_property_rules(), 3)


AGGREGATES: list[tuple[dict[str, Any], str]] = [
    *[({"agg": "count"}, "number")] * 3,
    ({"agg": "days"}, "number"),
    ({"agg": "first"}, "date"),
    ({"agg": "last"}, "date"),
    ({"agg": "days_since_first"}, "number"),
    ({"agg": "days_since_last"}, "number"),
    *[
        ({"agg": agg, "property": prop}, kind)
        for agg in ("sum", "avg", "min", "max", "median", "p90")
        for prop, kind in (("amount", "money"), ("weight", "number"))
    ],
    ({"agg": "max", "property": "hour"}, "number"),
    ({"agg": "min", "property": "due"}, "date"),
    *[({"agg": "share"}, "number")] * 2,
    ({"agg": "distinct", "property": "item"}, "number"),
    ({"agg": "distinct", "property": "weekday"}, "number"),
]


@cache
def _property_rules() -> st.SearchStrategy[dict[str, Any]]:
    kinds = {**PROPERTIES, "channel": "text", "hour": "number", "weekday": "number"}
    return st.sampled_from(sorted(kinds)).flatmap(
        lambda slug: tests(kinds[slug]).map(lambda test: {"property": slug, **test})
    )


@cache
def windows() -> st.SearchStrategy[Any]:
    units = st.sampled_from(UNITS)
    last = st.builds(lambda n, unit: {"last": n, "unit": unit}, st.integers(1, 14), units)
    complete = st.builds(
        lambda n, unit: {"last": n, "unit": unit, "complete": True}, st.integers(1, 14), st.sampled_from(UNITS[1:])
    )
    previous = units.map(lambda unit: {"previous": unit})
    this = units.map(lambda unit: {"this": unit})
    ago = st.builds(
        lambda near, more, unit: {"between_ago": [near + more, near], "unit": unit},
        st.integers(0, 5),
        st.integers(1, 9),
        units,
    )
    fixed = st.sampled_from(
        (
            {"from": "2026-11-01", "to": "2026-11-21"},
            {"from": "2024-02-29"},
            {"to": "2026-11-21T20:00"},
            {"from": "2026-11-20T20:00:00", "to": "2030-01-01"},
        )
    )
    return st.one_of(st.just("ever"), last, complete, previous, this, ago, fixed)


# What happened in order, regularly, for the first time, no longer, or again


@cache
@st.composite
def sequences(draw: st.DrawFn) -> dict[str, Any]:
    later = st.builds(
        lambda what, absent: {**what, **absent}, occurrences(plain=4), st.sampled_from(PRESENT_OR_NOT)
    )
    steps = [draw(occurrences(plain=4)), *draw(st.lists(later, min_size=1, max_size=4))]
    rule: dict[str, Any] = {"sequence": steps, "within": draw(st.sampled_from(LENGTHS))}
    if draw(st.booleans()):
        rule["window"] = draw(windows())
    return rule


PRESENT_OR_NOT: tuple[dict[str, bool], ...] = ({}, {}, {"absent": False}, {"absent": True}, {"absent": True})
LENGTHS = tuple(
    {"n": n, "unit": unit} for n, unit in ((1, "hour"), (24, "hour"), (3, "day"), (4, "week"), (60, "day"))
)


def habits() -> st.SearchStrategy[dict[str, Any]]:
    periods = st.tuples(st.integers(1, 3), st.integers(0, 8)).map(lambda n: {"in": n[0], "of": n[0] + n[1]})
    return st.builds(
        lambda what, times, per, of: {"regular": {**what, "times": times, "per": per, **of}},
        occurrences(plain=2),
        st.integers(1, 2),
        st.sampled_from(UNITS),
        periods,
    )


def turns() -> st.SearchStrategy[dict[str, Any]]:
    span = st.builds(lambda n, unit: {"n": n, "unit": unit}, st.integers(1, 9), st.sampled_from(UNITS))
    first = st.builds(lambda what, window: {"first": {**what, "window": window}}, occurrences(), windows())
    turned = st.builds(
        lambda kind, what, quiet, after: {kind: {**what, "quiet": quiet, "after": after}},
        st.sampled_from(("stopped", "resumed")),
        occurrences(plain=2),
        span,
        span,
    )
    return st.one_of(first, turned, turned)


# Chosen among all


def samples() -> st.SearchStrategy[dict[str, Any]]:
    ends = st.lists(st.sampled_from((0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)), min_size=2, max_size=2, unique=True).map(
        sorted
    )
    return st.builds(
        lambda salt, pair: {"sample": {"salt": salt, "from": pair[0], "to": pair[1]}},
        st.sampled_from(("exp-7", "对照组", "x")),
        ends,
    )


def ranks() -> st.SearchStrategy[dict[str, Any]]:
    numbers = measures().filter(lambda found: found[1] != "date")
    size = st.one_of(
        st.sampled_from((1, 2, 5)).map(lambda n: {"n": n, "unit": "customer"}),
        st.sampled_from((0.5, 10, 33.4, 50, 100)).map(lambda n: {"n": n, "unit": "percent"}),
    )
    return st.builds(
        lambda measure, end, of: {"rank": {"measure": measure[0], end: of["n"], "unit": of["unit"]}},
        numbers,
        st.sampled_from(("top", "bottom")),
        size,
    )


# Another value of the same customer on the right


OWN_OPS = {
    "number": ("=", "!=", "<", "<=", ">", ">="),
    "money": ("=", "!=", "<", "<=", ">", ">="),
    "date": ("before", "after", "on"),
    "text": ("is", "is_not"),
}
COMPARABLE = {"number": ("number", "money"), "money": ("number", "money"), "date": ("date",), "text": ("text",)}


def own_rules() -> st.SearchStrategy[dict[str, Any]]:
    attributes = st.sampled_from([(slug, kind) for slug, kind in KINDS.items() if kind in OWN_OPS])
    left_attribute = attributes.flatmap(lambda a: _own_test(a[1]).map(lambda test: {"attribute": a[0], **test}))
    left_measure = measures().flatmap(
        lambda found: _own_test(found[1]).map(lambda test: {**_as_condition(found[0]), **test})
    )
    return st.one_of(left_attribute, left_measure, left_measure)


@cache
def _own_test(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    attributes = [slug for slug, other in KINDS.items() if other in COMPARABLE[kind]]
    rights = [st.sampled_from(attributes).map(lambda slug: {"attribute": slug})]
    if kind != "text":
        rights += [_right_measure(kind)] * 2
    return st.builds(
        lambda op, value: {"op": op, "value": value}, st.sampled_from(OWN_OPS[kind]), st.one_of(*rights)
    )


@cache
def _right_measure(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    fitting = measures().filter(lambda found: found[1] in COMPARABLE[kind])
    times = st.just({}) if kind == "date" else st.sampled_from(({}, {"times": 0.5}, {"times": 3}, {"times": 1.1}))
    return st.builds(lambda found, more: {"measure": found[0], **more}, fitting, times)
