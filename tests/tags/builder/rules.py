"""Rules of every node, operator, measure and window of the tables, drawn by Hypothesis."""

from datetime import date

from hypothesis import strategies as st

from tags.rules.catalog import FIXED, Catalog, Field, TagInfo
from tags.rules.nodes import Agg, Unit
from tags.rules.operators import Shape, operator, operators_of
from tags.rules.parse_measures import NEEDS_PROPERTY
from tags.rules.value_kinds import measure_kind
from tags.rules.windows import LAST_YEAR

NAMES = {"zh-hans": "名", "en": "name"}
CATALOG = Catalog(
    attributes={
        "province": Field("text", NAMES),
        "age": Field("number", NAMES),
        "balance": Field("money", NAMES),
        "birthday": Field("date", NAMES),
        "subscribed": Field("boolean", NAMES),
        "interests": Field("list", NAMES),
        "home": Field("geo", NAMES),
    },
    events={"browse": NAMES, "purchase": NAMES},
    properties={
        "category": Field("text", NAMES),
        "quantity": Field("number", NAMES),
        "amount": Field("money", NAMES),
        "delivered_at": Field("date", NAMES),
        "gift": Field("boolean", NAMES),
        "coupons": Field("list", NAMES),
        "shop": Field("geo", NAMES),
    },
    tags={
        "value": TagInfo("labels", NAMES, {"high": NAMES, "低": {}}),
        "spend": TagInfo("measure", NAMES),
        "spend_band": TagInfo("measure", NAMES, {"much": NAMES, "little": {}}),
    },
    segments={"vip": NAMES, "新客": {}},
    lists={"invitees": NAMES},
)

units = st.sampled_from(list(Unit))
counts = st.integers(0, 45)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)
patterns = st.sampled_from(["^高", "[0-9]+", "a|b ", r"\\d{3}$"])
numbers = st.integers(-(10**6), 10**6) | st.decimals(-1000, 1000, places=2).map(float)
# Of the years that rules may speak of.
days = st.dates(date(1901, 1, 1), date(LAST_YEAR, 12, 31)).map(str)
dates = (
    days
    | st.builds(lambda day, at: f"{day}T{at:%H:%M}", days, st.times())
    | st.builds(lambda n, unit: {"ago": n, "unit": unit.value}, counts, units)
    | st.builds(lambda n, unit: {"ahead": n, "unit": unit.value}, counts, units)
    | st.builds(lambda unit: {"start_of": unit.value}, units)
)
PLACES = {
    "within_km": {"km": 5, "of": {"lat": 30.27, "lon": 120.15}},
    "in_region": {"polygon": [[30, 120], [31, 120], [30.5, 121]]},
}
LITERALS = {"text": texts, "number": numbers, "money": numbers, "date": dates}


def tests_of(kind, values=None):
    """`op` and `value`, of every operator a kind has."""
    return st.sampled_from(operators_of(kind)).flatmap(lambda row: _test(row, kind, values))


def _test(row, kind, values):
    if row.shape is Shape.NONE:
        return st.just({"op": row.name})
    if row.shape is Shape.PLACE:
        return st.just({"op": row.name, "value": PLACES[row.name]})
    literal = st.sampled_from(values) if values else LITERALS[row.kind_of_value(kind)]
    literal = patterns if row.is_pattern else literal
    value = {
        Shape.ONE: literal,
        Shape.MANY: st.lists(literal, min_size=1, max_size=4, unique_by=repr).filter(lambda many: kind != "date"),
        Shape.PAIR: _pairs(literal),
        Shape.SPAN: st.builds(lambda n, unit: {"n": n, "unit": unit.value}, counts, units).filter(
            lambda span: row.name != "anniversary_within" or span["unit"] != "hour"
        ),
    }[row.shape]
    return value.map(lambda right: {"op": row.name, "value": right})


def _pairs(literal):
    def ordered(pair):
        low, high = pair
        return [low, high] if isinstance(low, dict) or isinstance(high, dict) else sorted(pair)

    return st.tuples(literal, literal).map(ordered)


def compared(key, kinds):
    return st.sampled_from(sorted(kinds)).flatmap(
        lambda slug: tests_of(kinds[slug]).map(lambda test: {key: slug, **test})
    )


attributes = compared("attribute", {slug: field.kind for slug, field in CATALOG.attributes.items()})
PROPERTY_KINDS = {slug: field.kind for slug, field in {**CATALOG.properties, **FIXED}.items()}
properties = compared("property", PROPERTY_KINDS)
tags = (
    tests_of("label", ["high", "低"]).map(lambda test: {"tag": "value", **test})
    | tests_of("number").map(lambda test: {"tag": "spend", **test})
    | tests_of("number").map(lambda test: {"tag": "spend_band", **test})
    | tests_of("label", ["much", "little"])
    .filter(lambda test: operator(test["op"], "number") is None)
    .map(lambda test: {"tag": "spend_band", **test})
)
members = st.sampled_from([{"segment": "vip"}, {"segment": "新客"}, {"list": "invitees"}])

windows = (
    st.just("ever")
    | st.builds(lambda n, unit: {"last": n + 1, "unit": unit.value}, counts, units)
    | st.builds(
        lambda n, unit: {"last": n + 1, "unit": unit.value, "complete": True},
        counts,
        units.filter(lambda unit: unit != Unit.HOUR),
    )
    | st.builds(lambda key, unit: {key: unit.value}, st.sampled_from(["this", "previous"]), units)
    | st.builds(
        lambda near, more, unit: {"between_ago": [near + more + 1, near], "unit": unit.value}, counts, counts, units
    )
    | st.sampled_from(
        [{"from": "2026-01-01"}, {"to": "2026-06-18"}, {"from": "2026-01-01", "to": "2026-06-18T20:00"}]
    )
)


def nested(leaves, most=8):
    def grouped(inner):
        many = st.lists(inner, min_size=1, max_size=3)
        return (
            many.map(lambda items: {"all": items})
            | many.map(lambda items: {"any": items})
            | inner.map(lambda item: {"not": item})
        )

    return st.recursive(leaves, grouped, max_leaves=most)


@st.composite
def measures(draw):
    """An agg with a property it can be taken of, and the kind of what comes out."""
    agg = draw(st.sampled_from(list(Agg)))
    if agg not in NEEDS_PROPERTY:
        return {"agg": agg.value}, measure_kind(agg, None)
    fitting = sorted(slug for slug, kind in PROPERTY_KINDS.items() if measure_kind(agg, kind))
    slug = draw(st.sampled_from(fitting))
    return {"agg": agg.value, "property": slug}, measure_kind(agg, PROPERTY_KINDS[slug])


happened = st.fixed_dictionaries(
    {"event": st.sampled_from(["purchase", "*", ["browse", "purchase"]])},
    optional={"where": nested(properties, 3) | st.lists(properties, min_size=1, max_size=2), "window": windows},
)


def filtered(found, measure):
    """A share needs a filter."""
    needs_where = measure["agg"] == "share" and "where" not in found
    return {**found, "where": [{"property": "gift", "op": "is_true"}]} if needs_where else found


@st.composite
def events(draw):
    measure, kind = draw(measures())
    return {**filtered(draw(happened), measure), "measure": measure, **draw(tests_of(kind))}


full_measures = st.builds(lambda found, how: {**filtered(found, how[0]), **how[0]}, happened, measures())
spans = st.builds(lambda n: {"n": n + 1, "unit": "day"}, counts)
what = happened.map(lambda found: {key: found[key] for key in ("event", "where") if key in found})
numeric = full_measures.filter(lambda measure: measure["agg"] in ("count", "days", "share", "days_since_last"))
# What the form has no controls for.
kept = (
    st.builds(
        lambda steps, within: {"sequence": steps, "within": within}, st.lists(what, min_size=2, max_size=3), spans
    )
    | what.map(lambda found: {"regular": {**found, "per": "month", "in": 1, "of": 3}})
    | happened.map(lambda found: {"first": found})
    | st.builds(
        lambda key, found, quiet, after: {key: {**found, "quiet": quiet, "after": after}},
        st.sampled_from(["stopped", "resumed"]),
        what,
        spans,
        spans,
    )
    | st.just({"sample": {"salt": "实验", "from": 0, "to": 0.1}})
    | numeric.map(lambda measure: {"rank": {"measure": measure, "top": 10, "unit": "percent"}})
    | numeric.map(lambda measure: {"attribute": "age", "op": ">", "value": {"measure": measure, "times": 0.5}})
    | st.just({"event": "browse", "op": ">", "value": {"attribute": "age"}})
)
rules = nested(attributes | tags | members | events() | happened | kept)
