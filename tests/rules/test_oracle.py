"""The compiled rules give exactly the customers the plain-Python reading of the language gives."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as product
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tags.rules.evaluate import Evaluation, evaluate
from tags.rules.operators import OPERATORS, Shape
from tags.rules.parse import read_measure
from tags.rules.reading import Reading
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests import oracle
from tests.rules import drawing
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, World

# Every question of a cluster takes a second.
EXAMPLES = 160 if product.CDP_ENGINE == "duckdb" else 100
NORMAL = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
DEEP = settings(NORMAL, max_examples=5_000)


def agrees(world: World, as_of: datetime, rule: dict[str, Any], by_parts: bool = True) -> set[int]:
    """Both readings of a rule, which must be one. The product reads by parts or asks whole questions."""
    node = read_rule(rule, catalog_of(world))
    lake, moment = MemoryLake(world, by_parts=by_parts), Moment(as_of, world.zone)
    found = evaluate(node, lake=lake, moment=moment, members=MemoryMembers(world))
    assert set(found) == oracle.members(node, world, as_of)
    return set(found)


@NORMAL
@given(drawing.worlds(), drawing.rules(), st.booleans())
def test_any_rule_over_any_world(drawn: tuple[World, datetime], rule: dict[str, Any], by_parts: bool) -> None:
    agrees(*drawn, rule, by_parts)


@settings(NORMAL, max_examples=EXAMPLES // 2)
@given(drawing.worlds(), drawing.sequences(), st.booleans())
def test_any_sequence_over_any_world(drawn: tuple[World, datetime], rule: dict[str, Any], by_parts: bool) -> None:
    agrees(*drawn, rule, by_parts)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), drawing.rules(), st.booleans())
def test_any_rule_over_any_world_at_length(
    drawn: tuple[World, datetime], rule: dict[str, Any], by_parts: bool
) -> None:
    agrees(*drawn, rule, by_parts)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), drawing.sequences(), st.booleans())
def test_any_sequence_over_any_world_at_length(
    drawn: tuple[World, datetime], rule: dict[str, Any], by_parts: bool
) -> None:
    agrees(*drawn, rule, by_parts)


@settings(NORMAL, max_examples=EXAMPLES // 5)
@given(drawing.worlds(), drawing.measures(), st.booleans())
def test_any_measure_over_any_world(
    drawn: tuple[World, datetime], made: tuple[dict[str, Any], str], by_parts: bool
) -> None:
    (world, as_of), (data, kind) = drawn, made
    what = read_measure(Reading(), data, ())
    assert what is not None
    if kind == "date":
        return
    lake, moment = MemoryLake(world, by_parts=by_parts), Moment(as_of, world.zone)
    table = Evaluation(lake=lake, moment=moment, members=MemoryMembers(world)).measure(what)
    found = dict(zip(table["customer_id"].to_pylist(), table["value"].to_pylist(), strict=True))
    assert found == pytest.approx(oracle.measured(what, world, as_of))


# Every operator of every kind, on the named cast

VALUES: dict[str, Any] = {
    "province": ["浙江省", "上海市"],
    "age": [27, 33],
    "balance": [0, 99.99],
    "birthday": ["1998-11-25", {"ago": 26, "unit": "year"}],
    "registered_at": [{"start_of": "month"}, "2026-11-01"],
    "interests": ["零食", "数码"],
}
SPANS = [{"n": 30, "unit": "day"}, {"n": 5, "unit": "hour"}]
PLACES = {
    "within_km": [{"km": km, "of": {"lat": 30.25, "lon": 120.15}} for km in (1, 2.5)],
    "in_region": [{"box": {"south": 30, "west": 120, "north": 31, "east": 121}}],
}
ATTRIBUTES = {kind: [s for s, k in CAST.attributes.items() if k == kind] for kind in set(CAST.attributes.values())}


def every_operator() -> list[Any]:
    cases = []
    for row in OPERATORS:
        for kind in row.kinds:
            for slug in ATTRIBUTES.get(kind, []):
                values = [1, 2] if row.value_kind == "number" else VALUES.get(slug, ["gold", "Gold"])
                rights = {
                    Shape.NONE: [None],
                    Shape.ONE: values,
                    Shape.MANY: [values],
                    Shape.PAIR: [sorted(values, key=str)] if kind == "date" else [values],
                    Shape.SPAN: SPANS[:1] if row.whole_days else SPANS,
                    Shape.PLACE: PLACES.get(row.name, []),
                }[row.shape]
                for right in rights:
                    cases.append(pytest.param(slug, row.name, right, id=f"{slug} {row.name} {right}"))
    return cases


@pytest.mark.parametrize(("slug", "op", "value"), every_operator())
def test_each_operator_on_the_cast(slug: str, op: str, value: Any) -> None:
    rule = {"attribute": slug, "op": op} | ({} if value is None else {"value": value})
    agrees(CAST, AS_OF, rule)
    agrees(CAST, AS_OF, {"not": rule}, by_parts=False)
