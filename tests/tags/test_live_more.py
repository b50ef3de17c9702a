"""What stands under the count of a form: the last thirty days, some of the customers, and why."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from tags.builder.posted import tree_of
from tags.examples import example_why, examples_of
from tags.lately import DAYS, days_in_order, lately
from tags.workbench import RULE, Work, work_saved

FORM = {
    "rule.type": "group",
    "rule.items.0.type": "event",
    "rule.items.0.event[]": "purchase",
    "rule.items.0.agg": "count",
    "rule.items.0.op": ">=",
    "rule.items.0.value.text": "1",
    "rule.items.0.window.shape": "ever",
}


def tree_of_form():
    return tree_of((name, [value]) for name, value in FORM.items())


def days_ago(days: int) -> str:
    return (timezone.now() - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture
def buyers(shop):
    """Three in Zhejiang: one bought 60 days ago, one 20 days ago, one never."""
    first, second, third = shop.people(3, "浙江省")
    shop.identify(first, phone="+8613800138001")
    shop.buy((first, days_ago(60), 10), (second, days_ago(20), 10))
    return first, second, third


def page_of(person):
    client = Client(headers={"accept-language": "en", "HX-Request": "true"})
    client.force_login(person)
    return client


@pytest.fixture
def page(analyst):
    return page_of(analyst)


def asked(page, more, **query):
    address = f"/segments/live-count/{more}/?" + "&".join(f"{key}={value}" for key, value in query.items())
    return page.post(address, FORM).content.decode()


def test_the_days_are_taken_so_that_the_gaps_stay_even():
    taken = list(days_in_order(DAYS))

    assert taken[:4] == [30, 15, 7, 22]
    assert sorted(taken) == list(range(1, DAYS + 1))


def test_how_many_there_were_on_each_of_the_last_thirty_days(buyers, analyst):
    work = Work(analyst, RULE, tree_of_form())

    found = lately(work, patience=60)

    assert found.is_whole and (found.first.count, found.last.count) == (1, 2)
    assert [day.count for day in found.days if day.ago in (21, 19)] == [1, 2]


def test_without_patience_only_the_ends_are_worked_out(buyers, analyst):
    found = lately(Work(analyst, RULE, tree_of_form()), patience=0)

    assert [day.ago for day in found.days] == [30, 0]
    assert not found.is_whole and found.past == 1


def test_the_line_says_in_words_what_it_shows(buyers, page):
    answer = asked(page, "lately")

    assert "30 days ago 1, now 2" in answer and "(+1)" in re.sub(r"\s", "", answer)
    assert "<svg" in answer and "as they are now" in answer


def test_a_rule_that_no_day_is_another_for_has_no_line(buyers, page, analyst):
    rule = {"rule.type": "group", "rule.items.0.type": "attribute", "rule.items.0.attribute": "province"}
    rule |= {"rule.items.0.op": "in", "rule.items.0.value.many[]": "浙江省"}

    answer = page.post("/segments/live-count/lately/", rule).content.decode()

    assert "<svg" not in answer and "every day is as today" in answer


def test_everyone_else_is_left_out_of_the_line(buyers, page):
    posted = {"kind": "labels", "layers.0.label": "buyer", "rest.label": "nobody yet"}
    posted |= {f"layers.0.when.{name.removeprefix('rule.')}": value for name, value in FORM.items()}

    answer = page.post("/tags/live-count/lately/", posted).content.decode()

    assert "30 days ago 1, now 2" in answer and "without “nobody yet”" in answer


def test_examples_are_links_with_a_why_for_each(buyers, page):
    answer = asked(page, "examples")

    first, second, _third = buyers
    assert re.findall(r"/customers/(\d+)/", answer) == [str(first), str(second)]
    assert f"/segments/live-count/why/?customer={first}" in answer and "+8613800138001" in answer


def test_whoever_may_not_see_personal_values_sees_examples_masked(buyers, django_user_model):
    clerk = django_user_model.objects.create_user("chen", password="secret", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="edit_segments"))

    answer = asked(page_of(clerk), "examples")

    assert "+8613800138001" not in answer and f"/customers/{buyers[0]}/" in answer


def test_why_explains_the_rule_as_it_stands_in_the_form(buyers, page):
    first, _second, third = buyers

    assert "is a member" in asked(page, "why", customer=first)
    answer = asked(page, "why", customer=third)
    assert "is not a member" in answer and "Would change it" in answer
    assert "There is no customer" in asked(page, "why", customer=999999)


def test_an_unfinished_form_is_not_asked(buyers, page):
    for more in ("lately", "why"):
        assert page.post(f"/segments/live-count/{more}/", {"rule.type": "group"}).status_code == 204
    told = page.post("/segments/live-count/examples/", {"rule.type": "group"}).content.decode()
    assert "When the form is filled in, customers are shown here." in told and "Nobody" not in told
    assert page.post("/segments/live-count/anything/", FORM).status_code == 404


def test_examples_of_a_tag_say_which_value_each_would_have(buyers, page):
    posted = {"kind": "labels", "layers.0.label": "buyer"}
    posted |= {f"layers.0.when.{name.removeprefix('rule.')}": value for name, value in FORM.items()}

    answer = page.post("/tags/live-count/examples/", posted).content.decode()

    assert answer.count(">buyer<") == 2
    why = page.post(f"/tags/live-count/why/?customer={buyers[2]}", posted).content.decode()
    assert "no value" in why and "buyer" in why


def test_the_count_brings_the_line_along(buyers, page):
    answer = page.post("/segments/live-count/?form=abc", FORM)

    assert 'hx-post="/segments/live-count/lately/?form=abc"' in answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == "counted"


def test_of_a_kind_without_conditions_the_sentences_say_why(buyers, analyst):
    work = work_saved(analyst, "lifecycle", {"v": 1, "event": "purchase"})

    why = example_why(work, str(buyers[0]))

    assert why.answer not in ("", "no value") and why.parts == () and why.texts
    assert [one.labels != () for one in examples_of(work).rows] == [True, True, True]
