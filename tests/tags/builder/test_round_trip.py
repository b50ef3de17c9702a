from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tags.builder.definitions import read_definition, read_rule, write_definition, write_segment
from tags.builder.draw import Draw
from tags.builder.edits import edit
from tags.builder.places import place_of
from tags.builder.posted import fields_of, tree_of
from tags.builder.read import Reading
from tags.builder.settle import settle, settle_measure
from tags.rules.canonical import fingerprint
from tags.rules.operators import Shape, operator, operators_of
from tags.rules.parse import parse_rule
from tags.rules.validate import read_rule as checked
from tags.rules.windows import Moment

from .rules import CATALOG, PLACES, full_measures, rules

quick = settings(max_examples=150, deadline=None)
labels = st.text("abc高低", min_size=1, max_size=5)


def posted(tree):
    """What comes back when the form is sent."""
    return tree_of(fields_of(tree))


@quick
@given(rules)
def test_every_rule_survives_the_form(rule):
    checked(rule, CATALOG)
    tree = posted(write_segment(rule))
    settle(tree["rule"], CATALOG)
    reading = Reading(CATALOG)

    again = read_rule(tree, reading)

    assert not reading.blanks
    assert fingerprint(parse_rule(again)) == fingerprint(parse_rule(rule))


@quick
@given(full_measures, st.lists(labels, unique=True, max_size=3))
def test_every_measure_tag_survives_the_form(measure, names):
    bins = []
    if len(names) > 1:
        bins = [{"value": name, "below": place * 10} for place, name in enumerate(names[:-1])]
        bins += [{"value": name} for name in names[-1:]]
    definition = {"v": 1, "measure": measure, **({"bins": bins} if bins else {})}
    tree = posted(write_definition("measure", definition, "en"))
    settle_measure(tree["measure"], CATALOG)
    reading = Reading(CATALOG)

    again = read_definition(tree, "en", reading)

    assert not reading.blanks
    assert again.get("bins", []) == bins
    assert _as_condition(again["measure"]) == _as_condition(measure)


def _as_condition(measure):
    rest = {key: value for key, value in measure.items() if key not in ("agg", "property")}
    how = {key: measure[key] for key in ("agg", "property") if key in measure}
    return fingerprint(parse_rule({**rest, "measure": how, "op": "exists"}))


@quick
@given(st.lists(st.tuples(labels, rules), min_size=1, max_size=3, unique_by=lambda layer: layer[0]), st.booleans())
def test_layers_with_their_names_survive_the_form(layers, multiple):
    definition = {
        "v": 1,
        "layers": [{"value": name, "names": {"en": name.upper()}, "when": rule} for name, rule in layers],
        "rest": "everyone else",
        **({"multiple": True} if multiple else {}),
    }
    tree = posted(write_definition("labels", definition, "en"))
    for layer in tree["layers"]:
        settle(layer["when"], CATALOG)

    again = read_definition(tree, "en", Reading(CATALOG))

    for before, after in zip(definition["layers"], again["layers"], strict=True):
        assert fingerprint(parse_rule(before["when"])) == fingerprint(parse_rule(after["when"]))
        assert (before["value"], before["names"]) == (after["value"], after["names"])
    assert {**again, "layers": None} == {**definition, "layers": None}


def test_renaming_a_value_changes_its_label_and_keeps_its_members():
    definition = {"v": 1, "layers": [{"value": "high", "names": {"zh-hans": "高"}, "when": {"segment": "vip"}}]}
    tree = posted(write_definition("labels", definition, "en"))
    tree["layers"][0]["label"] = "big spenders"

    layer = read_definition(tree, "en", Reading(CATALOG))["layers"][0]

    assert layer["value"] == "high"
    assert layer["names"] == {"zh-hans": "高", "en": "big spenders"}


def drawn(tree):
    """The only condition of a form."""
    settle(tree["rule"], CATALOG)
    moment = Moment(datetime(2026, 11, 21, 12, tzinfo=UTC), "Asia/Shanghai")
    [row] = Draw(CATALOG, "en", moment).group(tree["rule"], "rule", root=True).rows
    return row


def a_kept(rule):
    """As conditions stand in forms that were kept before they had controls."""
    return {"rule": {"items": [{"type": "kept", "json": rule, "negate": "1"}]}}


def test_a_condition_kept_as_text_is_shown_as_its_sentence_and_can_be_turned_round():
    row = drawn(a_kept('{"rank": {"measure": {"event": "purchase", "agg": "count"}, "top": 10}}'))

    assert "number of" in row.sentence
    assert (row.type, row.negated, row.may_negate) == ("kept", True, True)
    assert [hidden.name for hidden in row.hidden] == ["rule.items.0.json", "rule.items.0.negate"]


def test_a_kept_condition_whose_event_is_gone_is_shown_as_it_is_written():
    gone = '{"sequence": [{"event": "vanished"}]}'
    assert drawn(a_kept(gone)).sentence == gone


def test_what_was_tampered_with_is_asked_for_anew():
    reading = Reading(CATALOG)
    read_rule({"rule": {"items": [{"type": "kept", "json": "[1"}]}}, reading)
    assert [problem.path for problem in reading.blanks] == [()]


KINDS_OF = {slug: field.kind for slug, field in CATALOG.attributes.items()}
TABLE = [(slug, row.name) for slug, kind in KINDS_OF.items() for row in operators_of(kind)]
WINDOWS = [
    "ever",
    {"last": 30, "unit": "day"},
    {"last": 2, "unit": "week", "complete": True},
    {"previous": "quarter"},
    {"this": "month"},
    {"from": "2026-06-01", "to": "2026-06-18"},
    {"between_ago": [60, 30], "unit": "day"},
]
BOUGHT = {"event": "purchase"}
FILTERED = {"all": [{"property": "category", "op": "is", "value": "零食"}]}
BOX = {"south": 29.5, "west": 119, "north": 31, "east": 120.75}
RING = [[30, 120], [31, 120], [30.5, -121.25], [30, 120]]
SPENT = {**BOUGHT, "agg": "sum", "property": "amount"}
SPANS = {"quiet": {"n": 60, "unit": "day"}, "after": {"n": 3, "unit": "month"}}
NODES = [
    *({"first": {**BOUGHT, "window": window}} for window in WINDOWS),
    {"stopped": {**BOUGHT, **SPANS}},
    {"resumed": {"event": ["browse", "purchase"], **SPANS}},
    {"regular": {**BOUGHT, "times": 2, "per": "month", "in": 3, "of": 6}},
    {"sample": {"salt": "exp-7", "from": 0.1, "to": 0.125}},
    {"sequence": [BOUGHT, BOUGHT], "within": {"n": 24, "unit": "hour"}, "window": {"last": 30, "unit": "day"}},
    {
        "sequence": [
            {"event": "browse", "where": FILTERED},
            {"event": ["browse", "purchase"]},
            {**BOUGHT, "absent": True},
        ],
        "within": {"n": 2, "unit": "week"},
        "window": "ever",
    },
    {"attribute": "home", "op": "in_region", "value": {"box": BOX}},
    {"not": {"attribute": "home", "op": "in_region", "value": {"polygon": RING}}},
    {"rank": {"measure": {**SPENT, "window": {"this": "year"}}, "top": 10, "unit": "percent"}},
    {"rank": {"measure": {**BOUGHT, "agg": "count", "window": "ever"}, "bottom": 500, "unit": "customer"}},
    {"segment": "vip"},
    {"list": "invitees"},
]
A_QUARTER_BEFORE = {**SPENT, "window": {"previous": "quarter"}}
LESS = {
    "event": "purchase",
    "measure": {"agg": "sum", "property": "amount"},
    "window": {"this": "quarter"},
    "op": "<",
}
LAST = {**BOUGHT, "agg": "last", "window": "ever"}
# Another value of the same customer on the right.
COMPARED = [
    {**LESS, "value": {"measure": A_QUARTER_BEFORE, "times": 0.5}},
    {**LESS, "where": FILTERED, "value": {"measure": {**A_QUARTER_BEFORE, "where": FILTERED}, "times": 1.25}},
    {**LESS, "value": {"measure": A_QUARTER_BEFORE}},
    {**LESS, "value": {"attribute": "balance"}},
    {"attribute": "age", "op": ">=", "value": {"measure": {**BOUGHT, "agg": "days", "window": "ever"}}},
    {"attribute": "birthday", "op": "after", "value": {"measure": LAST}},
    {**BOUGHT, "measure": {"agg": "first"}, "window": "ever", "op": "on", "value": {"attribute": "birthday"}},
]


def drawn_again(rule):
    """Through the form and back; every part of it has controls."""
    tree = posted(write_segment(rule))
    row = drawn(tree)
    assert row.type != "kept"
    controls = {one.name for part in (row, *row.parts) for one in [*part.inputs, *part.window, *part.hidden]}
    left_out = {name for name, _values in fields_of({"rule": tree["rule"]}) if name.startswith("rule.items.0")}
    assert {name for name in left_out if ".where" not in name} <= controls | {"rule.items.0.type"}
    return read_rule(tree, Reading(CATALOG))


@pytest.mark.parametrize(("slug", "op"), TABLE)
def test_every_operator_of_every_kind_is_chosen_in_the_form(slug, op):
    values = {"text": "a", "number": 5, "money": 12.5, "date": "2026-06-18"}
    row = operator(op, KINDS_OF[slug])
    one = values.get(row.kind_of_value(KINDS_OF[slug]))
    value = {
        Shape.NONE: None,
        Shape.ONE: one,
        Shape.MANY: [one],
        Shape.PAIR: [one, one],
        Shape.SPAN: {"n": 30, "unit": "day"},
        Shape.PLACE: PLACES.get(op),
    }[row.shape]
    rule = {"attribute": slug, "op": op, **({} if value is None else {"value": value})}
    assert drawn_again(rule) == rule


@pytest.mark.parametrize("rule", NODES, ids=lambda rule: next(iter(rule)))
def test_every_condition_over_time_and_every_window_is_chosen_in_the_form(rule):
    assert drawn_again(rule) == rule


@pytest.mark.parametrize("rule", COMPARED, ids=str)
def test_every_other_value_on_the_right_is_chosen_in_the_form(rule):
    assert drawn_again(rule) == rule


def test_comparing_begins_with_the_same_measure_in_the_time_before():
    rule = {**LESS, "where": FILTERED, "window": {"last": 30, "unit": "day"}, "value": 100}
    tree = posted(write_segment(rule))
    [button] = drawn(tree).more

    cursor = edit(tree, f"{button.do} {button.path}")

    row, again = drawn(tree), read_rule(tree, Reading(CATALOG))
    assert row.other.path == "rule.items.0.value.measure"
    assert cursor in [one.name for one in row.inputs]
    before = {"between_ago": [60, 30], "unit": "day"}
    assert again == {**rule, "value": {"measure": {**SPENT, "where": FILTERED, "window": before}}}


def test_what_is_wrong_with_the_other_measure_is_said_beside_it():
    tree = posted(write_segment({**LESS, "value": {"measure": A_QUARTER_BEFORE}}))
    tree["rule"]["items"][0]["value"] |= {"times": "", "measure": {"agg": "sum", "event": [""]}}
    settle(tree["rule"], CATALOG)
    reading = Reading(CATALOG)
    read_rule(tree, reading)
    assert [place_of(blank.path, reading) for blank in reading.blanks] == [
        "rule.items.0.value.measure.event",
        "rule.items.0.value.measure.property",
        "rule.items.0.value.times",
    ]


def test_steps_are_added_moved_and_taken_away():
    tree = posted(write_segment({"sequence": [{"event": "browse"}, BOUGHT], "within": {"n": 1, "unit": "day"}}))
    row = drawn(tree)
    assert [step.more[-1].do for step in row.steps if step.more] == ["up"]

    edit(tree, f"{row.more[0].do} {row.more[0].path}")
    tree["rule"]["items"][0]["steps"][2] |= {"event": ["*"], "absent": "1"}
    edit(tree, "up rule.items.0.steps.1")
    edit(tree, "remove rule.items.0.steps.1")

    assert drawn(tree).type == "sequence"
    assert read_rule(tree, Reading(CATALOG))["sequence"] == [BOUGHT, {"event": "*", "absent": True}]


def test_another_pattern_begins_with_the_event_that_was_chosen():
    tree = posted(write_segment({"stopped": {**BOUGHT, **SPANS}}))
    tree["rule"]["items"][0]["type"] = "sequence"
    assert [step.inputs[-1].value for step in drawn(tree).steps] == ["purchase", ""]
    tree["rule"]["items"][0]["type"] = "first"
    del tree["rule"]["items"][0]["event"]
    drawn(tree)
    assert read_rule(tree, Reading(CATALOG))["first"]["event"] == "purchase"


def test_corners_are_typed_as_they_come():
    value = {"region": "polygon", "corners": "30，120；31 120;\n30.5, here"}
    tree = {"rule": {"items": [{"type": "attribute", "attribute": "home", "op": "in_region", "value": value}]}}
    drawn(tree)
    assert read_rule(tree, Reading(CATALOG))["value"] == {"polygon": [[30, 120], [31, 120], [30.5, "here"]]}


def test_plain_values_alone_stand_on_the_right_of_filters_and_tags():
    for rule in ({"tag": "spend", "op": ">", "value": 5}, {"attribute": "interests", "op": "has", "value": "a"}):
        assert drawn(posted(write_segment(rule))).more == []
