"""Conditions moved, switched off and folded in the form's tree."""

import pytest

from tags.builder.definitions import has_off, read_rule, write_segment
from tags.builder.edits import edit
from tags.builder.posted import fields_of, tree_of
from tags.builder.read import Reading

from .rules import CATALOG


def lives_in(place):
    return {"type": "attribute", "attribute": "province", "op": "is", "value": {"text": place}}


def group(*items, join="any"):
    return {"type": "group", "join": join, "items": list(items)}


def a_form():
    """a, (b or c), d."""
    items = [lives_in("a"), group(lives_in("b"), lives_in("c")), lives_in("d")]
    return {"rule": group(*items, join="all")}


def read(tree, keeps=False):
    reading = Reading(CATALOG, keeps=keeps)
    found = read_rule(tree, reading)
    assert not reading.blanks
    return found


def outline(rule):
    """A rule in short: a (b c) d."""
    if "off" in rule:
        return "-"
    join = next((key for key in ("all", "any") if key in rule), None)
    return f"({' '.join(map(outline, rule[join]))})" if join else rule["value"]


@pytest.mark.parametrize(
    ("command", "becomes", "cursor"),
    [
        ("in rule.items.0", "((a b c) d)", "rule.items.0.items.0"),
        ("in rule.items.2", "(a (b c d))", "rule.items.1.items.2"),
        ("in rule.items.1", "(a ((b c)) d)", "rule.items.1.items.0"),
        ("out rule.items.1.items.0", "(a (c) b d)", "rule.items.2"),
        ("out rule.items.0", "(a (b c) d)", "rule.items.0"),
        ("move rule.items.0 rule.items 3", "((b c) d a)", "rule.items.2"),
        ("move rule.items.2 rule.items 0", "(d a (b c))", "rule.items.0"),
        ("move rule.items.0 rule.items.1.items 1", "((b a c) d)", "rule.items.0.items.1"),
        ("move rule.items.1 rule.items.1.items 0", "(a (b c) d)", ""),
        ("move rule.items.0 rule.items.0.where.items 0", "(a (b c) d)", ""),
        ("move rule.items.0 nowhere.items 0", "(a (b c) d)", ""),
    ],
)
def test_a_condition_goes_where_it_is_moved(command, becomes, cursor):
    tree = a_form()
    assert edit(tree, command) == cursor
    assert outline(read(tree)) == becomes


def test_a_group_that_lost_its_last_condition_goes_with_it():
    tree = a_form()
    edit(tree, "out rule.items.1.items.1")
    assert edit(tree, "out rule.items.1.items.0") == "rule.items.1"
    assert outline(read(tree)) == "(a b c d)"


def test_what_is_switched_off_is_no_part_of_the_rule_and_is_kept_beside_it():
    tree = a_form()
    for path in ("rule.items.0", "rule.items.1.items.0", "rule.items.1.items.1"):
        edit(tree, f"off {path}")

    assert has_off(tree)
    assert read(tree) == {"attribute": "province", "op": "is", "value": "d"}
    kept = read(tree, keeps=True)
    assert outline(kept) == "(- (- -) d)"

    again = tree_of(fields_of(write_segment(kept)))
    for path in ("rule.items.0", "rule.items.1.items.0", "rule.items.1.items.1"):
        edit(again, f"off {path}")
    assert outline(read(again)) == "(a (b c) d)"


def test_what_is_switched_off_may_be_unfinished():
    tree = {"rule": group(lives_in("a"), {"type": "attribute", "off": "1"}, join="all")}
    assert outline(read(tree)) == "a"
    assert write_segment(read(tree, keeps=True))["rule"]["items"][1] == {"type": "attribute", "off": "1"}


def test_problems_find_their_condition_past_one_that_is_switched_off():
    tree = {"rule": group({**lives_in("a"), "off": "1"}, lives_in(""), lives_in("c"), join="all")}
    reading = Reading(CATALOG)
    read_rule(tree, reading)
    [blank] = reading.blanks
    assert reading.places[blank.path] == "rule.items.1.value"
