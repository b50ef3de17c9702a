"""What a dashboard found becomes a rule, and the rule means just the customers that were counted."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.store.lake import snapshot
from segments.dashboards.opening import group_open
from segments.dashboards.queries import behaviour, people
from segments.dashboards.queries.answer import Answer
from segments.dashboards.queries.shopping import buyers_of
from segments.dashboards.questions import questions_of
from segments.dashboards.registry import CHARTS
from segments.dashboards.tree_rows import tree_rows
from segments.personas.statistics import Base, Distribution, Share
from segments.personas.tree import Node, Question
from tags.selectors import rule_count
from tests.segments.settled import segment_of
from tests.shop import SPENT, labels, tag_make
from tests.world import AS_OF, HAN_MEIMEI, JIM, LI_LEI, LUCY

GROUP = {LI_LEI, HAN_MEIMEI, LUCY, JIM}
LATER = AS_OF + timedelta(days=3_650)
CONDITIONS = [chart for chart in CHARTS if chart.condition]


@pytest.fixture
def group(settled, settings, django_user_model):
    settings.CDP_MIN_GROUP = 1
    actor = django_user_model.objects.create_superuser("wang")
    tag_make("sex", labels(("f", {"attribute": "gender", "op": "is", "value": "female"})), actor)
    tag_make("spent", {"v": 1, "measure": SPENT}, actor)
    call_command("refresh", as_of=LATER.isoformat())
    segment = segment_of("friends", GROUP)
    with translation.override("en"), snapshot() as lake:
        found = group_open(segment, lake, "en")
        yield type(found)(**{**vars(found), "buyers": buyers_of(found)})


def count(rule):
    # Charts are of all that is stored.
    return rule_count(SYSTEM, rule, as_of=LATER).count


@pytest.mark.parametrize("chart", CONDITIONS, ids=[chart.slug for chart in CONDITIONS])
def test_a_value_of_a_chart_is_a_rule_for_those_who_have_it(group, chart, monkeypatch):
    if chart.slug == "social":
        # Nobody of the small world has to do with other people, so a visit counts as that.
        monkeypatch.setattr(behaviour, "SOCIAL", {"visit"})
    compared = 0
    for answer in chart.query(group):
        if not isinstance(answer.data, Distribution):
            continue
        for share in answer.data.shares:
            if share.value and share.everyone:
                rule = chart.condition(group, answer, share)
                assert count(rule) == share.everyone, (rule, share)
                compared += 1
    assert compared


def test_every_question_of_a_tree_is_a_rule_for_its_holders(group):
    questions = questions_of(group)
    assert {one.subject for one in questions} >= {"gender", "subscribed", "province"}
    for one in questions:
        assert count(one.rule) == len(one.holders), one


def test_what_no_chart_tells_is_not_asked_by_the_tree_either(group):
    told = Distribution((Share("female", 2, 9, veiled=True), Share("male", 2, 30)), Base(4, 60, 1))
    asked = {(one.subject, one.value) for one in questions_of(group, [Answer("gender", "", told, 4)])}
    assert ("gender", "male") in asked and ("gender", "female") not in asked


def yes_of(slug):
    return Question(slug, f"{slug} = yes", {"tag": slug, "op": "is", "value": "yes"}, BitMap())


def test_a_tree_says_of_each_part_how_many_are_members(group):
    tree = Node(4, 60, yes_of("regulars"), Node(4, 5), Node(0, 55))
    with translation.override("en"):
        rows = tree_rows(tree, group)
    assert [(row["depth"], row["text"], row["share"], row["members"]) for row in rows] == [
        (0, "All customers", "6.7%", "4"),
        (1, "regulars = yes", "80%", "4"),
        (1, "not regulars = yes", "0%", "0"),
    ]
    assert rows[0]["rule"] is None
    assert rows[2]["rule"] == {"all": [{"not": {"tag": "regulars", "op": "is", "value": "yes"}}]}


@pytest.fixture
def marketer(client, settled):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def test_a_rule_that_was_found_opens_in_the_form_of_a_new_segment(marketer):
    rule = {"all": [{"attribute": "gender", "op": "is", "value": "female"}]}
    page = marketer.get(reverse("segments:new"), {"rule": json.dumps(rule)}).content.decode()
    assert "female" in page and "gender" in page.lower()


@pytest.mark.parametrize("text", ["{", "[]", '{"all": 3}', '{"attribute": "shoe size", "op": "is", "value": "9"}'])
def test_what_is_no_rule_opens_an_empty_form_and_says_so(marketer, text):
    page = marketer.get(reverse("segments:new"), {"rule": text}).content.decode()
    assert "names no rule that can be read" in page


def test_values_of_a_tag_stand_as_its_definition_has_them(settled, django_user_model):
    actor = django_user_model.objects.create_superuser("wang")
    female, male = ({"attribute": "gender", "op": "is", "value": value} for value in ("female", "male"))
    for slug, values in (("up", (("a", female), ("b", male))), ("down", (("b", male), ("a", female)))):
        tag_make(slug, labels(*values), actor)
    call_command("refresh", as_of=LATER.isoformat())
    with translation.override("en"), snapshot() as lake:
        found = {
            one.subject: one.data.shares for one in people.tags(group_open(segment_of("all", GROUP), lake, "en"))
        }
    assert [share.value for share in found["up"] if share.value] == ["a", "b"]
    assert [share.value for share in found["down"] if share.value] == ["b", "a"]
