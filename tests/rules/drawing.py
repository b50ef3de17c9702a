"""Random worlds and random rules over them, for Hypothesis. Few values, so that they meet often."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tags.rules.operators import Operator, Shape, operators_of
from tests.world import Deed, Person, World

KINDS = {
    "level": "text",
    "points": "number",
    "balance": "money",
    "joined": "date",
    "member": "boolean",
    "likes": "list",
    "home": "geo",
}
PROPERTIES = {
    "item": "text",
    "weight": "number",
    "amount": "money",
    "due": "date",
    "gift": "boolean",
    "marks": "list",
}
EVENTS = ("buy", "see")
UNITS = ("hour", "day", "week", "month", "quarter", "year")
TEXTS = ("gold", "Gold", "金牌", "old g", "")
# As people type them: NFKC makes these gold and 金牌1.
TYPED = (*TEXTS, "ｇｏｌｄ", "金牌①")
PATTERNS = ("^g", "o.d$", "金|银", "[Gg]old", "x*")
NUMBERS = (-1, 0, 1, 2, 2.5, 3, 100)
AMOUNTS = ("-20.00", "0.00", "0.01", "33.33", "99.99", "100.00")
AS_OFS = tuple(
    datetime.fromisoformat(text)
    for text in ("2026-11-21T20:00", "2026-03-31", "2024-02-29T23:59:59", "2027-01-01T00:00:00.000001")
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, datetime]:
    """A world of a few customers, and the moment it is looked at."""
    now = draw(st.sampled_from(AS_OFS))
    count = draw(st.integers(3, 6))
    ids = [7 * i + 1 for i in range(count)]
    people = tuple(Person(i, str(i), draw(_valued(KINDS, now))) for i in ids)
    deeds = tuple(draw(st.lists(_deeds(ids, now), min_size=3, max_size=16)))
    some = st.frozensets(st.sampled_from(ids))
    world = World(
        people=people,
        deeds=deeds,
        attributes=KINDS,
        properties=PROPERTIES,
        events=EVENTS,
        labels={"stage": {"new": draw(some), "old": draw(some)}},
        numbers={"spend": {i: draw(st.sampled_from((0.0, 2.5, 100.0))) for i in draw(some)}},
        segments={"vip": draw(some)},
        lists={"guests": draw(some)},
    )
    return world, now.replace(tzinfo=ZoneInfo(world.zone))


def _times(now: datetime) -> st.SearchStrategy[datetime]:
    """Around what windows begin and end with: now, midnights, months."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    near = st.integers(-70, 40).map(lambda n: midnight + timedelta(days=n))
    month_starts = st.integers(0, 26).map(lambda n: _month_back(midnight, n))
    edges = st.sampled_from((timedelta(0), timedelta(microseconds=-1), timedelta(hours=20), timedelta(minutes=1)))
    around = st.builds(lambda time, edge: time + edge, st.one_of(near, month_starts), edges)
    hours = st.integers(-30, 30).map(lambda n: now + timedelta(hours=n))
    return st.one_of(st.just(now), st.just(now - timedelta(microseconds=1)), around, hours)


def _month_back(midnight: datetime, n: int) -> datetime:
    months = midnight.year * 12 + midnight.month - 1 - n
    return midnight.replace(year=months // 12, month=months % 12 + 1, day=1)


def _stored(kind: str, now: datetime) -> st.SearchStrategy[Any]:
    return {
        "text": st.sampled_from(TEXTS),
        "number": st.sampled_from((*(float(n) for n in NUMBERS), float("nan"))),
        "money": st.sampled_from(AMOUNTS).map(Decimal),
        "date": _times(now),
        "boolean": st.booleans(),
        "list": st.lists(st.sampled_from(TEXTS[:3]), max_size=3, unique=True),
        "geo": st.just({"lat": 30.0, "lon": 120.0}),
    }[kind]


def _valued(kinds: dict[str, str], now: datetime) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({slug: _now_and_then(_stored(kind, now)) for slug, kind in kinds.items()})


def _now_and_then(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly known, sometimes not."""
    return st.one_of(values, values, values, st.none())


def _deeds(ids: list[int], now: datetime) -> st.SearchStrategy[Deed]:
    return st.builds(
        Deed,
        st.sampled_from(ids),
        st.sampled_from(EVENTS),
        _times(now),
        st.sampled_from(("app", "web")),
        st.just("shop"),
        _valued(PROPERTIES, now),
    )


# Rules, as JSON


def rules() -> st.SearchStrategy[dict[str, Any]]:
    return _grouped(leaf_rules(), 5)


def leaf_rules() -> st.SearchStrategy[dict[str, Any]]:
    attributes = st.sampled_from(sorted(KINDS)).flatmap(
        lambda s: tests(KINDS[s]).map(lambda t: {"attribute": s, **t})
    )
    labels = st.sampled_from(operators_of("label")).flatmap(_label_test).map(lambda t: {"tag": "stage", **t})
    numbers = tests("number").map(lambda t: {"tag": "spend", **t})
    members = st.sampled_from(({"segment": "vip"}, {"list": "guests"}))
    return st.one_of(attributes, event_rules(), event_rules(), event_rules(), labels, numbers, members)


def _label_test(row: Operator) -> st.SearchStrategy[dict[str, Any]]:
    return _shaped(row, st.sampled_from(("new", "old")))


def _grouped(leaf: st.SearchStrategy[dict[str, Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    def group(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        items = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            items.map(lambda i: {"all": i}), items.map(lambda i: {"any": i}), inner.map(lambda i: {"not": i})
        )

    return st.recursive(leaf, group, max_leaves=most)


def tests(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """An operator of the kind, and a right-hand side for it."""
    rows = [row for row in operators_of(kind) if row.shape is not Shape.PLACE]
    return st.sampled_from(rows).flatmap(lambda row: _test(row, kind))


def _test(row: Operator, kind: str) -> st.SearchStrategy[dict[str, Any]]:
    if row.is_pattern:
        return _shaped(row, st.sampled_from(PATTERNS))
    return _shaped(row, _literals(row.kind_of_value(kind)))


def _literals(kind: str) -> st.SearchStrategy[Any]:
    return {
        "text": st.sampled_from(TYPED),
        "number": st.sampled_from(NUMBERS),
        "money": st.sampled_from((-20, 0, 0.01, 33.33, 33.335, 66.66, 99.99, 100)),
        "date": _dates(),
    }.get(kind, st.nothing())


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


def event_rules() -> st.SearchStrategy[dict[str, Any]]:
    return measures().flatmap(
        lambda found: tests(found[1]).map(
            lambda test: {
                **{key: found[0][key] for key in ("event", "where", "window") if key in found[0]},
                "measure": {key: found[0][key] for key in ("agg", "property") if key in found[0]},
                **test,
            }
        )
    )


@st.composite
def measures(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A measure in full, and the kind of its value."""
    measure, kind = draw(st.sampled_from(AGGREGATES))
    measure = {**measure, "event": draw(st.sampled_from(("buy", "buy", "see", ["buy", "see"], "*")))}
    if draw(st.booleans()):
        measure["window"] = draw(windows())
    if draw(st.booleans()):
        measure["where"] = draw(_grouped(_property_rules(), 3))
    return measure, kind


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
    ({"agg": "distinct", "property": "item"}, "number"),
    ({"agg": "distinct", "property": "weekday"}, "number"),
]


def _property_rules() -> st.SearchStrategy[dict[str, Any]]:
    kinds = {**PROPERTIES, "channel": "text", "hour": "number", "weekday": "number"}
    return st.sampled_from(sorted(kinds)).flatmap(
        lambda slug: tests(kinds[slug]).map(lambda test: {"property": slug, **test})
    )


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
