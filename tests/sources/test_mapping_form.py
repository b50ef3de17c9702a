"""The mapping as a form: nothing is lost on the way there and back, and each problem stands at its column."""

import pytest

from cdp.errors import Problem
from cdp.sources.mapping_form import mapping_form, mapping_of
from cdp.sources.step_form import posted_steps, step_lines, steps_changed

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

STEPPED = {
    **JD,
    "identifiers": {"jd_user": {"column": "user_id", "steps": [{"step": "split", "by": "."}]}},
    "time": {"column": "time", "zone": "Asia/Shanghai", "steps": [{"step": "date", "formats": ["DD/MM/YYYY"]}]},
    "key": {"column": "order", "steps": [{"step": "trim"}]},
    "attributes": {
        "city": {"column": "city", "steps": [{"step": "region"}]},
        "province": {"column": "city", "steps": [{"step": "region", "part": "province"}]},
    },
}


def filled_in(form):
    """What the browser sends when nobody changes anything."""
    sent = {"kind": form.kind, "constant": form.constant}
    for line in form.lines:
        i = line.index
        sent |= {f"role-{i}": line.role, f"type-{i}": line.slug, f"attribute-{i}": line.slug}
        sent |= {f"property-{i}": line.slug, f"property_kind-{i}": line.kind, f"zone-{i}": line.zone}
        sent |= {f"by_value-{i}": "yes" if line.by_value else "no"}
        sent |= {f"filled-{i}": line.filled, f"empty-{i}": line.empty, f"steps-{i}": line.steps_json}
        sent |= {} if line.of is None else {f"of-{i}": str(line.of)}
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
        STEPPED,
    ],
    ids=[
        "values",
        "customers",
        "constant",
        "names as they are",
        "filled or empty",
        "order as customer",
        "channel",
        "steps and several fields of one column",
    ],
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


def test_what_is_wrong_with_a_step_stands_at_the_field_it_is_of():
    problem = Problem(("attributes", "province", "steps", 0, "part"), "no")
    form = mapping_form(STEPPED, COLUMNS, SAMPLES, [problem])
    (line,) = [line for line in form.lines if line.problems]
    assert (line.slug, line.column) == ("province", "city")


def test_a_field_that_is_one_more_of_a_column_can_be_taken_away_again():
    sent = filled_in(mapping_form(STEPPED, COLUMNS, SAMPLES))
    more = next(name.removeprefix("of-") for name in sent if name.startswith("of-"))
    made, _problems = mapping_of(sent | {f"role-{more}": "ignore"}, COLUMNS, STEPPED)
    assert made["attributes"].keys() == {"city"}


FIELDS = {
    "split": {"by": " ", "take": "2"},
    "regex": {"pattern": r"(\d+)", "replace": "", "otherwise": "refuse"},
    "values": {"values": "1 = 金卡\n2 =\n", "otherwise": "keep"},
    "date": {"formats": "DD/MM/YYYY\nYYYY.MM.DD"},
    "money": {"times": "0.01"},
    "region": {"part": "city"},
}
WRITTEN = [
    {"step": "split", "by": " ", "take": 2},
    {"step": "regex", "pattern": r"(\d+)", "otherwise": "refuse"},
    {"step": "values", "values": {"1": "金卡", "2": None}},
    {"step": "date", "formats": ["DD/MM/YYYY", "YYYY.MM.DD"]},
    {"step": "money", "times": 0.01},
    {"step": "region"},
]


def test_the_fields_of_steps_are_read_as_they_are_shown():
    sent = {}
    for place, (name, fields) in enumerate(FIELDS.items()):
        sent |= {f"step-3-{place}": name} | {f"arg-3-{place}-{field}": text for field, text in fields.items()}
    assert posted_steps(sent, 3) == WRITTEN
    shown = {field.name: field.value for line in step_lines(3, WRITTEN) for field in line.fields}
    assert posted_steps(sent | shown, 3) == WRITTEN


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("up:1", ["nfkc", "trim", "emoji"]),
        ("down:1", ["trim", "emoji", "nfkc"]),
        ("down:2", ["trim", "nfkc", "emoji"]),
        ("up:0", ["trim", "nfkc", "emoji"]),
        ("remove:0", ["nfkc", "emoji"]),
        ("add:case", ["trim", "nfkc", "emoji", "case"]),
        ("add:nothing", ["trim", "nfkc", "emoji"]),
        ("up:9", ["trim", "nfkc", "emoji"]),
    ],
)
def test_steps_are_added_moved_and_removed(do, names):
    steps = [{"step": name} for name in ("trim", "nfkc", "emoji")]
    assert [step["step"] for step in steps_changed(steps, do)] == names
