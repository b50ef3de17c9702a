"""Tags of every kind through the real store: published, refreshed, asked in rules, read on a customer's page."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.store.models import Customer
from cdp.store.services import attribute_register
from tags.entries import entries_add, entry_remove
from tags.kinds.listed import in_force
from tags.models import EmptyPolicy, Tag, TagEntry, TagRun
from tags.selectors import rule_count, rule_members, tag_values, tags_of
from tags.services import tag_publish, tag_save
from tests.shop import AS_OF

pytestmark = pytest.mark.django_db
EVENTS = {"v": 1, "event": "purchase"}
RFM = {**EVENTS, "amount": "amount"}
ORDERS = {"v": 1, "measure": {"event": "purchase", "agg": "count"}}


@pytest.fixture
def publish(analyst, compute):
    """A tag of a kind, in force and computed."""

    def make(slug, kind, definition, **more):
        tag = tag_save(slug=slug, kind=kind, definition=definition, actor=analyst, **more)
        tag_publish(tag=tag, actor=analyst)
        (run,) = compute(tag)
        assert run.state == JobState.DONE, run.problems
        return tag

    return make


@pytest.fixture
def buyers(shop):
    """One buys often, one once long ago, one never."""
    often, once, never = shop.people(3)
    days = ("2026-06-01", "2026-06-10", "2026-06-20", "2026-06-29")
    shop.buy(*[(often, f"{day}T04:00:00", 100) for day in days], (once, "2025-06-01T04:00:00", 30))
    return often, once, never


def sets(slug):
    return {value: set(members) for value, members in tag_values(SYSTEM, slug).items() if members}


def matching(rule):
    return set(rule_members(SYSTEM, rule, AS_OF).members)


def test_rfm_is_asked_by_group_and_by_score(buyers, publish):
    often, once, _never = buyers
    publish("rfm", "rfm", RFM)
    assert sets("rfm") == {"important_value": {often}, "general_retain": {once}}
    assert matching({"tag": "rfm", "op": "is", "value": "important_value"}) == {often}
    assert matching({"tag": "rfm", "op": "between", "value": [300, 399]}) == {once}
    (own,) = tags_of(SYSTEM, often)
    assert own.number == 533
    assert "R5 F3 M3" in own.note and "400.00" in own.note


def test_a_run_keeps_where_it_cut(buyers, publish):
    tag = publish("rfm", "rfm", RFM)
    facts = TagRun.objects.get(version__tag=tag).facts
    assert facts["cuts"]["frequency"] == [1, 1, 4, 4]
    assert facts["means"]["frequency"] == 2.0


def test_a_life_cycle_knows_the_day_of_entry(buyers, publish):
    often, once, never = buyers
    publish("stage", "lifecycle", EVENTS)
    assert sets("stage") == {"new": {often}, "churned": {once}, "prospect": {never}}
    assert matching({"tag": "stage", "op": "<=", "value": 30}) == {often}
    (own,) = tags_of(SYSTEM, once)
    assert own.number == (date(2026, 6, 30) - date(2025, 11, 29)).days
    assert "2025-11-29" in own.note


def test_a_formula_is_built_from_other_tags(buyers, publish, compute, analyst):
    often, once, _never = buyers
    spent = {"v": 1, "measure": {"event": "purchase", "agg": "sum", "property": "amount"}}
    orders, spend = publish("orders", "measure", ORDERS), publish("spend", "measure", spent)
    basket = publish("basket", "formula", {"v": 1, "formula": "spend / orders"})
    assert [run.version.tag.slug for run in compute(basket, spend, orders)] == ["orders", "spend", "basket"]
    assert matching({"tag": "basket", "op": ">=", "value": 100}) == {often}
    assert matching({"tag": "basket", "op": "exists"}) == {often, once}


def test_a_formula_of_itself_is_refused(buyers, publish, analyst):
    publish("orders", "measure", ORDERS)
    publish("twice", "formula", {"v": 1, "formula": "orders * 2"})
    with pytest.raises(Exception, match="built from itself: twice → twice"):
        tag_save(slug="twice", kind="formula", definition={"v": 1, "formula": "twice + 1"}, actor=analyst)


def test_who_no_longer_has_a_value_may_keep_it(shop, buyers, publish, compute):
    _often, once, _never = buyers
    window = {"window": {"last": 400, "unit": "day"}}
    tag = publish("rfm", "rfm", {**RFM, **window}, empty_policy=EmptyPolicy.KEEP)
    compute(tag, as_of=AS_OF.replace(year=2027, month=3))
    (own,) = tags_of(SYSTEM, once)
    assert (own.values, own.number) == (("general_retain",), 311)
    assert "R3 F1 M1" in own.note


def test_a_preference_has_whatever_values_there_are(buyers, shop, publish):
    """Everybody bought over the web; a value nobody has yet may be asked for."""
    often, once, _never = buyers
    publish("channel_liked", "preference", {**EVENTS, "property": "channel"})
    assert sets("channel_liked") == {"web": {often, once}}
    assert matching({"tag": "channel_liked", "op": "has", "value": "web"}) == {often, once}
    assert matching({"tag": "channel_liked", "op": "has", "value": "store"}) == set()
    assert [one.labels for one in tags_of(SYSTEM, once)] == [("web",)]


# Values given by hand

LIST = {"v": 1, "values": ["KOC", "VIP"]}


def test_values_are_given_by_identifier_and_taken_away(shop, publish, compute, analyst):
    first, second = shop.people(2)
    shop.identify(first, phone="13900000001")
    shop.identify(second, phone="13900000002")
    tag = publish("friends", "list", LIST)
    report = entries_add(
        tag=tag, identifiers=["13900000001", "13900000002", "13911111111"], value="KOC", actor=analyst
    )
    assert (report.customers, report.given, [one.row for one in report.unmatched]) == (2, 3, [3])
    entries_add(tag=tag, identifiers=["13900000002"], value="VIP", actor=analyst, reason="anniversary")
    compute(tag, as_of=timezone.now())
    assert sets("friends") == {"KOC": {first}, "VIP": {second}}
    assert matching({"tag": "friends", "op": "is", "value": "VIP"}) == {second}
    (vip, *_others) = TagEntry.objects.all()
    assert (vip.actor, vip.reason) == (analyst, "anniversary")
    entry_remove(entry=vip, actor=analyst)
    compute(tag, as_of=timezone.now())
    assert sets("friends") == {"KOC": {first, second}}


def test_a_value_is_in_force_from_then_until_it_expires(shop, publish, compute, analyst):
    (somebody,) = shop.people(1)
    shop.identify(somebody, phone="13900000001")
    tag, now = publish("friends", "list", LIST), timezone.now()
    tomorrow = now + timedelta(days=1)
    entries_add(tag=tag, identifiers=["13900000001"], value="KOC", actor=analyst, expires_at=tomorrow)
    for as_of, who in (
        (now - timedelta(hours=1), {}),
        (tomorrow - timedelta(1) / 2, {"KOC": {somebody}}),
        (tomorrow, {}),
    ):
        compute(tag, as_of=as_of)
        assert sets("friends") == who


def test_who_was_merged_has_the_value_too(shop, publish, compute, analyst):
    root, other = shop.people(2)
    shop.identify(other, phone="13900000001")
    tag = publish("friends", "list", {**LIST, "multiple": True})
    entries_add(tag=tag, identifiers=["13900000001"], value="KOC", actor=analyst)
    Customer.objects.filter(pk=other).update(merged_into=root)
    assert [who for who, _value in in_force("friends", timezone.now())] == [root]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"value": "KOK"}, 'The tag has no value "KOK".'),
        ({"value": " "}, "A value is needed."),
        ({"identifiers": ["13911111111"]}, "None of the 1 values belongs to a known customer."),
        ({"expires_at": AS_OF.replace(year=2020)}, "This moment is over already."),
    ],
)
def test_what_cannot_be_given_is_refused(shop, publish, analyst, more, message):
    tag = publish("friends", "list", LIST)
    with pytest.raises(UserError) as refused:
        entries_add(**{"tag": tag, "identifiers": ["13900000001"], "value": "KOC", "actor": analyst, **more})
    (problem,) = refused.value.problems
    assert problem.message % problem.params == message
    assert not TagEntry.objects.exists()


def test_the_page_gives_and_takes(shop, publish, page, django_capture_on_commit_callbacks):
    (somebody,) = shop.people(1)
    shop.identify(somebody, phone="13900000001")
    publish("friends", "list", LIST)
    url = reverse("tags:entries", args=["friends"])
    wrong = page.post(url, {"value": "KOC", "identifiers": "13900000001", "expires": "soon"})
    assert (wrong.status_code, b"is not a date" in wrong.content) == (422, True)
    with django_capture_on_commit_callbacks(execute=True):
        page.post(url, {"value": "KOC", "identifiers": "13900000001\n13911111111", "reason": "met at the fair"})
    text = page.get(url).content.decode()
    assert "met at the fair" in text and "1 values belong to no known customer (rows 2)" in text
    with django_capture_on_commit_callbacks(execute=True):
        page.post(reverse("tags:entry-remove", args=["friends", TagEntry.objects.get().pk]))
    assert sets("friends") == {}


# The pages


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    with override("en"):
        yield client


def form(kind, definition, **more):
    return {"kind": kind, "names.en": "Worth", "slug": "worth", "definition": json.dumps(definition), **more}


FORMULA = {"v": 1, "formula": "round(orders * 2)"}


def test_a_definition_is_written_checked_and_published(buyers, publish, page, django_capture_on_commit_callbacks):
    publish("orders", "measure", ORDERS)
    new = page.get(reverse("tags:new") + "?kind=formula").content.decode()
    assert "round(" in new
    checked = page.post(reverse("tags:new"), form("formula", FORMULA, check="1")).content.decode()
    assert "rounded (" in checked
    with django_capture_on_commit_callbacks(execute=True):
        response = page.post(reverse("tags:new"), form("formula", FORMULA, save="publish"))
    assert response.status_code == 302
    assert "rounded (" in page.get(response.url).content.decode()


def test_mistakes_are_told_in_words_and_nothing_is_lost(buyers, publish, page):
    publish("orders", "measure", ORDERS)
    wrong = form("formula", {**FORMULA, "formula": "ordrs * 2"}, save="draft")
    response = page.post(reverse("tags:new"), wrong)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Did you mean orders?" in text
    assert "ordrs * 2" in text
    broken = page.post(reverse("tags:new"), {**wrong, "definition": "{"}).content.decode()
    assert "The definition is not JSON: line 1, column 2." in broken
    assert not Tag.objects.filter(slug="worth").exists()


def test_bins_that_are_cut_anew_are_written_too(buyers, page, publish):
    tag = publish("orders", "measure", {**ORDERS, "bins": {"by": "quantiles", "values": ["few", "many"]}})
    text = page.get(reverse("tags:edit", args=[tag.slug])).content.decode()
    assert "quantiles" in text
    assert "up to 1" in page.get(reverse("tags:detail", args=[tag.slug])).content.decode()


def test_the_builder_offers_the_other_kinds(page, db):
    text = page.get(reverse("tags:new")).content.decode()
    assert 'name="kind" value="rfm"' in text
    assert "?kind=formula" in text and 'value="formula"' not in text


def test_the_live_count_of_a_rule_counts_attributes_in_formulas(shop, publish):
    attribute_register(slug="age", kind="number")
    shop.people(2)
    publish("old", "formula", {"v": 1, "formula": "coalesce(attribute[age], 0)"})
    assert rule_count(SYSTEM, {"tag": "old", "op": "=", "value": 0}).count == 2


def test_a_tag_nobody_has_a_value_of_troubles_nobody(shop, publish):
    """A list without entries and a preference without events have no values at all."""
    who = shop.people(1)[0]
    shop.buy((who, "2026-06-02T10:00", 10.0))
    publish("invited", "list", {"v": 1})
    publish("orders", "measure", ORDERS)
    assert tag_values(SYSTEM, "invited") == {}
    assert [(found.tag.slug, found.number) for found in tags_of(SYSTEM, who)] == [("orders", 1.0)]
    assert rule_count(SYSTEM, {"tag": "invited", "op": "exists"}).count == 0
