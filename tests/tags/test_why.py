"""Why a customer has a tag: as of the run in use, in words, over the page, the API and the command."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from segments.services import segment_refresh_request, segment_save
from segments.why import segment_explained
from tags.services import tag_save
from tags.why import tag_explained
from tests.shop import AS_OF, SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = lives_in("浙江省")


@pytest.fixture
def people(shop):
    """Anna bought twice, Bo once, Carl never."""
    anna, bo, carl = shop.people(3, "浙江省")
    shop.buy((anna, "2026-06-01 10:00:00", 12.5), (anna, "2026-06-20 01:30:00", 30), (bo, "2026-06-02 10:00:00", 5))
    return anna, bo, carl


@pytest.fixture
def buyers(people, analyst, compute):
    layers = labels(("often", bought(2)), ("once", bought(1)), rest="never")
    tag = tag_make("buyers", layers, analyst, names={"en": "Buyers", "zh-hans": "买家"})
    compute(tag)
    return tag


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


def test_the_first_layer_that_holds_gives_the_value(people, buyers):
    anna, bo, carl = people
    found = {who: tag_explained(SYSTEM, "buyers", who) for who in people}
    assert {who: one.values for who, one in found.items()} == {anna: ("often",), bo: ("once",), carl: ("never",)}
    assert [(one.chosen, one.rule.holds) for one in found[anna].layers] == [(True, True), (False, True)]
    assert [one.chosen for one in found[carl].layers] == [False, False]
    assert all(one.as_of == AS_OF and not one.notes for one in found.values())
    change = found[bo].layers[0].rule.change
    assert change is not None
    assert change.amount == 1


def test_events_show_in_business_time(people, buyers):
    rule = tag_explained(SYSTEM, "buyers", people[0]).layers[0].rule
    assert [(f"{one.time:%m-%d %H:%M}", one.channel) for one in rule.events] == [
        ("06-20 09:30", "web"),
        ("06-01 18:00", "web"),
    ]


def test_what_changed_since_the_run_is_said(people, buyers, shop, settings):
    _anna, bo, carl = people
    shop.buy((bo, "2026-06-03 10:00:00", 5))
    again = tag_explained(SYSTEM, "buyers", bo)
    assert (again.values, again.differs) == (("once",), True)
    assert "often" in again.notes[0]
    same = tag_explained(SYSTEM, "buyers", carl)
    assert (same.values, same.differs, len(same.notes)) == (("never",), False, 1)


def test_any_moment_can_be_asked_about(people, buyers):
    early = tag_explained(SYSTEM, "buyers", people[0], as_of=AS_OF.replace(day=10))
    assert (early.values, early.notes) == (("once",), ())


def test_a_measure_is_shown_with_its_events(people, analyst, compute):
    compute(tag_make("spent", {"v": 1, "measure": SPENT}, analyst))
    found = tag_explained(SYSTEM, "spent", people[0])
    assert found.detail == "42.5"
    assert found.measure is not None
    assert found.measure.observed == "¥42.50"
    assert [seen.details[0].text for seen in found.measure.events] == ["¥30.00", "¥12.50"]


def test_a_segment_says_why(people, analyst, django_capture_on_commit_callbacks):
    rule = {"all": [EAST, bought(1)]}
    segment = segment_save(slug="fans", rule=rule, actor=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    carl = segment_explained(SYSTEM, "fans", people[2])
    assert (carl.member, carl.notes) == (False, ())
    assert carl.rule is not None
    assert [item.holds for item in carl.rule.items] == [True, False]
    assert segment_explained(SYSTEM, "fans", people[0]).member


def test_the_panel_says_it_in_words(people, buyers, page):
    url = reverse("tags:why", args=["buyers"])
    asked = {"customer": str(people[1])}
    panel = page.get(url, asked, headers={"HX-Request": "true"}).content.decode()
    assert "Buyers: <b>once</b>" in panel
    assert "1 more “Purchase”" in panel
    assert "<html" not in panel
    whole = page.get(url, asked).content.decode()
    assert "<html" in whole
    assert "1 more “Purchase”" in whole


@pytest.mark.parametrize("asked", ["999999", "nobody@example.com", ""])
def test_nobody_of_that_number_is_said_in_the_panel(people, buyers, page, asked):
    answer = page.get(reverse("tags:why", args=["buyers"]), {"customer": asked}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "There is no customer" in answer.content.decode()


def test_an_identifier_finds_the_customer(people, buyers, shop, page):
    shop.identify(people[1], member_no="M7")
    answer = page.get(reverse("tags:why", args=["buyers"]), {"customer": "M7"})
    assert f"#{people[1]}" in answer.content.decode()


def test_a_customers_page_asks_for_each_tag(people, buyers, page):
    shown = page.get(reverse("personas:customer", args=[people[0]])).content.decode()
    assert f'hx-get="{reverse("tags:why", args=["buyers"])}?customer={people[0]}"' in shown


def test_the_api_and_who_may_not_see_the_customer(people, buyers, client, analyst, django_user_model):
    url = f"/api/customers/{people[1]}/tags/buyers/why/"
    assert client.get(url).status_code == 403
    client.force_login(analyst)
    found = client.get(url).json()
    assert (found["values"], found["layers"][0]["rule"]["change"]["amount"]) == (["once"], 1)
    assert client.get(f"/api/customers/{people[1]}/tags/none/why/").status_code == 404
    client.force_login(django_user_model.objects.create_user("outsider"))
    assert client.get(url).status_code == 404


def test_the_command_prints_it(people, buyers, capsys):
    call_command("explain", "buyers", customer=str(people[0]))
    assert json.loads(capsys.readouterr().out)["values"] == ["often"]
    call_command("explain", "buyers", kind="tag", customer=str(people[0]), as_of="2026-06-10")
    assert json.loads(capsys.readouterr().out)["values"] == ["once"]
    with pytest.raises(SystemExit):
        call_command("explain", "nothing", customer=str(people[0]))
    assert "nothing" in capsys.readouterr().err


def test_a_tag_without_a_version_in_force_cannot_be_asked(people, analyst):
    tag_save(slug="idea", kind="labels", definition=labels(("x", bought())), actor=analyst)
    with pytest.raises(UserError):
        tag_explained(SYSTEM, "idea", people[0])
