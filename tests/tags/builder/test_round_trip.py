from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tags.builder.definitions import read_definition, read_rule, write_definition, write_segment
from tags.builder.draw import Draw
from tags.builder.posted import fields_of, tree_of
from tags.builder.read import Reading
from tags.builder.settle import settle, settle_measure
from tags.rules.canonical import fingerprint
from tags.rules.parse import parse_rule
from tags.rules.validate import read_rule as checked
from tags.rules.windows import Moment

from .rules import CATALOG, full_measures, rules

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


def test_a_condition_without_controls_is_shown_as_its_sentence_and_can_be_turned_round():
    rule = {"not": {"first": {"event": "purchase", "window": {"this": "month"}}}}
    tree = posted(write_segment(rule))
    settle(tree["rule"], CATALOG)
    moment = Moment(datetime(2026, 11, 21, 12, tzinfo=UTC), "Asia/Shanghai")

    [row] = Draw(CATALOG, "en", moment, "").group(tree["rule"], "rule", root=True).rows

    assert "the first “name” ever" in row.sentence
    assert (row.type, row.negated, row.may_negate) == ("kept", True, True)
    assert [hidden.name for hidden in row.hidden] == ["rule.items.0.json", "rule.items.0.negate"]


def test_a_kept_condition_whose_event_is_gone_is_shown_as_it_is_written():
    tree = write_segment({"first": {"event": "vanished"}})
    moment = Moment(datetime(2026, 11, 21, 12, tzinfo=UTC), "Asia/Shanghai")

    [row] = Draw(CATALOG, "en", moment, "").group(tree["rule"], "rule", root=True).rows

    assert row.sentence == '{"first": {"event": "vanished"}}'


def test_what_was_tampered_with_is_asked_for_anew():
    reading = Reading(CATALOG)
    read_rule({"rule": {"items": [{"type": "kept", "json": "[1"}]}}, reading)
    assert [problem.path for problem in reading.blanks] == [()]
