"""What hangs together: stored edges, who would feel a change, and trouble from below."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cdp.access.viewer import SYSTEM
from segments.models import Segment
from segments.personas.models import Persona
from segments.services import segment_save
from tags.dependencies import LIST, PERSONA, SEGMENT, TAG, Ref, downstream
from tags.impact import impact
from tags.models import Tag
from tags.selectors import graph
from tags.services import tag_delete, tag_publish, tag_save
from tags.upstream import troubles
from tests.shop import bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shop, analyst):
    """Tag region → segment east → tag mood → segment happy, which the persona Sunny shows."""
    shop.people(2, "浙江省")
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst, names={"en": "Region"})
    segment_save(slug="east", rule=is_in("region"), actor=analyst, names={"en": "East"})
    tag_make("mood", labels(("good", {"segment": "east"})), analyst, names={"en": "Mood"})
    happy = segment_save(slug="happy", rule=is_in("mood"), actor=analyst, names={"en": "Happy"})
    Persona.objects.create(slug="sunny", segment=happy, name_en="Sunny")


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


def is_in(tag):
    return {"tag": tag, "op": "exists"}


def said(affected):
    return [(one.kind, one.name, list(one.through)) for one in affected]


def test_the_edges_are_those_of_the_published_version_not_of_the_draft(shop, analyst):
    for slug in ("a", "b"):
        tag_make(slug, labels(("x", bought())), analyst)
    top = tag_make("top", labels(("x", is_in("a"))), analyst)
    tag_save(slug="top", kind="labels", definition=labels(("x", {"not": is_in("b")})), actor=analyst)
    assert graph()[Ref(TAG, "top")] == {Ref(TAG, "a")}
    tag_publish(tag=top, actor=analyst)
    assert graph()[Ref(TAG, "top")] == {Ref(TAG, "b")}
    tag_delete(tag=Tag.objects.get(slug="a"), actor=analyst)


def test_changing_a_segments_rule_changes_its_edges(world, analyst):
    segment_save(slug="happy", rule={"all": [{"segment": "east"}, is_in("region")]}, actor=analyst)
    assert graph()[Ref(SEGMENT, "happy")] == {Ref(SEGMENT, "east"), Ref(TAG, "region")}
    assert graph()[Ref(TAG, "mood")] == {Ref(SEGMENT, "east")}


def test_the_impact_list_has_tags_segments_and_personas_with_the_way_to_them(world):
    with translation.override("en"):
        assert_impact()


def assert_impact():
    assert said(impact(SYSTEM, Ref(TAG, "region"))) == [
        ("segment", "East", []),
        ("tag", "Mood", ["East"]),
        ("segment", "Happy", ["East", "Mood"]),
        ("persona", "Sunny", ["East", "Mood", "Happy"]),
    ]
    assert said(impact(SYSTEM, Ref(SEGMENT, "happy"))) == [("persona", "Sunny", [])]


def test_whoever_asks_for_a_list_uses_its_segment():
    segment, guests, tag = Ref(SEGMENT, "guests"), Ref(LIST, "guests"), Ref(TAG, "invited")
    edges = {guests: frozenset({segment}), tag: frozenset({guests}), Ref(PERSONA, "p"): frozenset({segment})}
    assert downstream(edges, segment) == {guests: segment, Ref(PERSONA, "p"): segment, tag: guests}


def test_a_page_says_who_is_built_on_it(page, world):
    shown = page.get(reverse("tags:detail", args=["region"])).content.decode()
    for name in ("East", "Mood", "Happy", "Sunny"):
        assert f">{name}<" in shown
    assert "through East → Mood" in shown
    assert reverse("personas:persona", args=["sunny"]) in shown
    shown = page.get(reverse("segments:detail", args=["happy"])).content.decode()
    assert "Sunny" in shown and "East →" not in shown


def test_all_is_well_when_everything_is_fresh(world):
    call_command("refresh")
    assert troubles(SYSTEM) == {}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda: Tag.objects.filter(slug="region").update(stale_since=timezone.now()), "did not succeed"),
        (lambda: Tag.objects.filter(slug="region").update(run=None), "has not been computed yet"),
    ],
)
def test_trouble_at_the_bottom_is_told_all_the_way_up_by_name(page, world, spoil, words):
    call_command("refresh")
    spoil()
    assert {ref.slug for ref in troubles(SYSTEM) if ref.kind != PERSONA} == {"east", "mood", "happy"}
    shown = page.get(reverse("segments:detail", args=["happy"])).content.decode()
    note = shown.split("built on something that is not up to date")[1].split("</ul>")[0]
    assert reverse("tags:detail", args=["region"]) in note and words in note
    assert "not up to date" not in page.get(reverse("tags:detail", args=["region"])).content.decode()
    for address in ("tags:list", "segments:list"):
        assert "built on Region" in page.get(reverse(address)).content.decode()


def test_a_tag_refreshed_alone_says_that_what_it_is_built_on_is_behind(page, world, shop):
    call_command("refresh")
    shop.people(1, "浙江省")
    call_command("refresh", "mood")
    shown = page.get(reverse("tags:detail", args=["mood"])).content.decode()
    note = shown.split("not up to date")[1].split("</ul>")[0]
    assert "East</a> — there is new data since its last refresh" in note
    assert "Region</a> — there is new data since" in note
    assert Segment.objects.get(slug="east").run_id
