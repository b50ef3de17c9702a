"""The mapping as a form: nothing is lost on the way there and back, and each problem stands at its column."""

import pytest

from cdp.errors import Problem
from cdp.sources.mapping_form import mapping_form, mapping_of

pytestmark = pytest.mark.django_db
COLUMNS = ["user_id", "sku_id", "time", "type", "amount", "order", "city"]
SAMPLES = {"user_id": ["266079.0"], "type": ["1", "4", "9"], "time": ["2016-02-01 00:00:00"]}
JD = {
    "kind": "events",
    "name": {"column": "type", "values": {"1": "browse", "4": "purchase"}},
    "time": {"column": "time", "zone": "Asia/Shanghai"},
    "key": "order",
    "identifiers": {"jd_user": "user_id"},
    "attributes": {"city": {"column": "city", "values": {"1": "北京市"}}},
    "properties": {"sku_id": {"column": "sku_id", "kind": "text"}, "paid": {"column": "amount", "kind": "money"}},
}
MEMBERS = {"kind": "customers", "identifiers": {"phone": "user_id"}, "attributes": {"city": "city"}}


def filled_in(form):
    """What the browser sends when nobody changes anything."""
    sent = {"kind": form.kind, "constant": form.constant}
    for line in form.lines:
        i = line.index
        sent |= {f"role-{i}": line.role, f"type-{i}": line.slug, f"attribute-{i}": line.slug}
        sent |= {f"property-{i}": line.slug, f"property_kind-{i}": line.kind, f"zone-{i}": line.zone}
        sent |= {f"by_value-{i}": "yes" if line.by_value else "no"}
        sent |= {f"filled-{i}": line.filled, f"empty-{i}": line.empty}
        for place, (value, event) in enumerate(line.event_values):
            sent |= {f"value-{i}-{place}": value, f"event-{i}-{place}": event}
    return sent


@pytest.mark.parametrize(
    "mapping",
    [
        JD,
        MEMBERS,
        {**JD, "name": "purchase"},
        {**JD, "name": {"column": "type"}},
        {**JD, "name": {"column": "type", "filled": "purchase", "empty": "order_unpaid"}},
        {**JD, "identifiers": {"order_no": "order"}},
        {**JD, "channel": "jd"},
    ],
    ids=["values", "customers", "constant", "names as they are", "filled or empty", "order as customer", "channel"],
)
def test_a_mapping_comes_back_as_it_was(mapping):
    samples = {**SAMPLES, "type": ["browse", "purchase"]} if mapping.get("name") == {"column": "type"} else SAMPLES
    form = mapping_form(mapping, COLUMNS, samples)
    assert mapping_of(filled_in(form), COLUMNS, mapping) == (mapping, [])


def test_a_short_mapping_comes_back_in_full():
    short = {**JD, "time": "time", "properties": {"sku_id": "text"}}
    made, _problems = mapping_of(filled_in(mapping_form(short, COLUMNS, SAMPLES)), COLUMNS, short)
    assert made["time"] == {"column": "time"}
    assert made["properties"] == {"sku_id": {"column": "sku_id", "kind": "text"}}


def test_values_the_mapping_does_not_know_are_offered():
    line = mapping_form(JD, COLUMNS, SAMPLES).lines[3]
    assert line.event_values == [("1", "browse"), ("4", "purchase"), ("9", "")]


def test_two_columns_cannot_be_the_same_identifier():
    sent = filled_in(mapping_form(JD, COLUMNS, SAMPLES)) | {"role-6": "identifier", "type-6": "jd_user"}
    made, problems = mapping_of(sent, COLUMNS, JD)
    assert [(problem.path, problem.params) for problem in problems] == [(("columns", 6), {"name": "jd_user"})]
    form = mapping_form(made, COLUMNS, SAMPLES, problems)
    assert [line.column for line in form.lines if line.problems] == ["city"]


def test_a_new_identifier_needs_a_name():
    sent = filled_in(mapping_form(JD, COLUMNS, SAMPLES)) | {"type-0": "+", "type_new-0": ""}
    _made, [problem] = mapping_of(sent, COLUMNS, JD)
    assert problem.path == ("columns", 0)


@pytest.mark.parametrize(
    ("path", "column"),
    [
        (("identifiers", "jd_user"), "user_id"),
        (("properties", "paid", "kind"), "amount"),
        (("attributes", "city"), "city"),
        (("name", "values", "1"), "type"),
        (("time", "zone"), "time"),
        (("key",), "order"),
        (("columns", 1), "sku_id"),
        (("identifiers",), None),
        (("kind",), None),
        ((), None),
    ],
)
def test_a_problem_stands_at_the_column_it_is_about(path, column):
    form = mapping_form(JD, COLUMNS, SAMPLES, [Problem(path, "wrong")])
    assert [line.column for line in form.lines if line.problems] == ([column] if column else [])
    assert bool(form.problems) == (column is None)


def test_customers_have_no_events():
    sent = filled_in(mapping_form(JD, COLUMNS, SAMPLES)) | {"kind": "customers"}
    made, _problems = mapping_of(sent, COLUMNS, JD)
    assert made.keys() == {"kind", "identifiers", "attributes"}
