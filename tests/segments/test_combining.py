"""Segments combined into a new one: the picture of their overlaps, the choice, and what is saved."""

from itertools import product
from random import Random

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from segments.algebra import areas
from segments.combining.areas import areas_rule, terms
from segments.models import Segment, SegmentRun
from segments.selectors import segment_members
from segments.services import segment_refresh_request, segment_save
from tests.segments.settled import segment_of

NAMES = ["a", "b", "c"]
A, B, C = {1, 2, 3, 4}, {3, 4, 5}, {4, 5, 6, 7}


def test_every_customer_is_in_exactly_one_area_and_empty_ones_are_left_out():
    found = areas([BitMap(A), BitMap(B), BitMap(C)])
    assert {area: set(members) for area, members in found.items()} == {
        0b001: {1, 2},
        0b011: {3},
        0b111: {4},
        0b110: {5},
        0b100: {6, 7},
    }
    assert areas([BitMap(), BitMap()]) == {}


def holds(rule, inside):
    """The rule language over segments alone, in plain Python."""
    match rule:
        case {"segment": slug}:
            return slug in inside
        case {"not": part}:
            return not holds(part, inside)
        case {"all": parts}:
            return all(holds(part, inside) for part in parts)
        case {"any": parts}:
            return any(holds(part, inside) for part in parts)


def test_the_rule_of_any_areas_means_those_and_no_others():
    dice = Random(11)
    for sets in (2, 3, 4, 5):
        slugs = "abcde"[:sets]
        for _try in range(25):
            everything = list(range(1, 1 << sets))
            chosen = set(dice.sample(everything, dice.randint(1, len(everything))))
            rule = areas_rule(slugs, chosen)
            for inside in product((0, 1), repeat=sets):
                area = sum(bit << place for place, bit in enumerate(inside))
                who = {slug for slug, bit in zip(slugs, inside, strict=True) if bit}
                assert holds(rule, who) == (area in chosen), (rule, who)


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ({0b001, 0b011, 0b101, 0b111}, {"segment": "a"}),
        ({0b011, 0b111}, {"all": [{"segment": "a"}, {"segment": "b"}]}),
        ({0b001}, {"all": [{"segment": "a"}, {"not": {"any": [{"segment": "b"}, {"segment": "c"}]}}]}),
        (set(range(1, 8)), {"any": [{"segment": "a"}, {"segment": "b"}, {"segment": "c"}]}),
    ],
)
def test_the_rule_is_as_short_as_a_person_would_write_it(chosen, rule):
    assert areas_rule(NAMES, chosen) == rule
    assert len(terms(chosen, 3)) <= len(chosen)


@pytest.fixture
def three(shop):
    people = shop.people(8)
    for name, who in zip(NAMES, (A, B, C), strict=True):
        segment_of(name, {people[n - 1] for n in who}, name=f"Group {name.upper()}")
    return people


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(*slugs, more=""):
    return reverse("segments:combine") + "?" + "&".join(f"s={slug}" for slug in slugs) + more


def test_the_picture_has_each_area_with_its_count_and_each_segments_total(three, analyst):
    page = signed_in(analyst).get(url(*NAMES, more="&area=1"))
    picture = page.context["picture"]
    assert [(row.segment.name, row.count) for row in picture.sets] == [
        ("Group A", 4),
        ("Group B", 3),
        ("Group C", 4),
    ]
    assert sorted((row.area, row.count, row.chosen) for row in picture.rows) == [
        (0b001, 2, True),
        (0b011, 1, False),
        (0b100, 2, False),
        (0b110, 1, False),
        (0b111, 1, False),
    ]
    assert sum(row.count for row in picture.rows) == len(A | B | C)
    assert "in Group A, not in Group B, Group C" in page.content.decode()
    assert 'value="Group A − Group B − Group C"' in page.content.decode()


def form(**more):
    return {"s": NAMES, "names.en": "Chosen", **more}


@pytest.mark.parametrize(
    ("choice", "who", "rule"),
    [
        ({"area": ["1", "3"]}, {1, 2, 3}, {"all": [{"segment": "a"}, {"not": {"segment": "c"}}]}),
        (
            {"by": "words", "role.0": "any", "role.1": "none", "role.2": "any"},
            {1, 2, 6, 7},
            {"all": [{"any": [{"segment": "a"}, {"segment": "c"}]}, {"not": {"segment": "b"}}]},
        ),
        ({"by": "words", "role.0": "all", "role.1": "all"}, {3, 4}, {"all": [{"segment": "a"}, {"segment": "b"}]}),
    ],
)
def test_what_is_chosen_is_counted_and_saved_as_a_rule_with_just_those(
    three, analyst, choice, who, rule, django_capture_on_commit_callbacks
):
    page = signed_in(analyst)
    counted = page.post(reverse("segments:combine-count"), form(**choice)).content.decode()
    assert f'role="status">{len(who) if "area" not in choice else 3}</p>' in counted
    assert not Segment.objects.filter(slug="chosen").exists()

    with django_capture_on_commit_callbacks(execute=True):
        saved = page.post(reverse("segments:combine"), form(**choice))
    assert saved.url == reverse("segments:detail", args=["chosen"])
    segment = Segment.objects.get(slug="chosen")
    assert segment.definition == {"v": 1, **rule}
    assert set(segment_members(SYSTEM, "chosen")) == {three[n - 1] for n in who}
    needed = {(edge.needed_kind, edge.needed_slug) for edge in segment.edges.all()}
    assert needed <= {("segment", name) for name in NAMES}


def test_a_choice_that_means_nobody_yet_is_not_saved_and_keeps_what_was_typed(three, analyst):
    page = signed_in(analyst)
    nothing = page.post(reverse("segments:combine"), form())
    assert nothing.status_code == 422
    assert "No area is chosen yet." in nothing.content.decode()
    assert 'value="Chosen"' in nothing.content.decode()
    only_none = page.post(reverse("segments:combine"), form(by="words", **{"role.1": "none"}))
    assert "It is not said yet whose customers are meant." in only_none.content.decode()
    taken = page.post(reverse("segments:combine"), form(area="1", **{"names.en": "a"}))
    assert "is in use already" in taken.content.decode()
    assert Segment.objects.count() == 3


def test_what_cannot_be_combined_is_told(three, analyst):
    page = signed_in(analyst)
    segment_save(slug="new", rule={"segment": "a"}, actor=analyst, names={"en": "Brand new"})
    text = page.get(url("a", "new", "none", more="&area=x&area=99999")).content.decode()
    assert "There is no segment &quot;none&quot;." in text
    assert "“Brand new” has no members yet." in text
    answer = page.get("/api/segments/overlaps/", {"segment": ["a", "none"]})
    assert answer.status_code == 422
    assert [one["reason"] for one in answer.json()["problems"]] == ['There is no segment "none".']


def test_who_may_not_make_segments_sees_the_picture_and_saves_nothing(three, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    page = signed_in(reader)
    assert "Save segment" not in page.get(url(*NAMES)).content.decode()
    assert page.post(reverse("segments:combine"), form(area="1")).status_code == 403
    assert Segment.objects.count() == 3
    reader.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert "Save segment" in signed_in(reader).get(url(*NAMES)).content.decode()


def test_nobody_is_counted_for_who_may_see_no_customer(three, django_user_model):
    outsider = signed_in(django_user_model.objects.create_user("outsider"))
    assert outsider.get(url(*NAMES)).status_code == 403
    told = outsider.get("/api/segments/overlaps/", {"segment": NAMES}).json()
    assert told == {"segments": {"a": 0, "b": 0, "c": 0}, "areas": []}


def test_the_api_tells_the_areas(three, analyst):
    told = signed_in(analyst).get("/api/segments/overlaps/", {"segment": ["a", "b"]}).json()
    assert told == {
        "segments": {"a": 4, "b": 3},
        "areas": [
            {"inside": ["a"], "outside": ["b"], "count": 2},
            {"inside": ["a", "b"], "outside": [], "count": 2},
            {"inside": ["b"], "outside": ["a"], "count": 1},
        ],
    }


def test_members_of_a_combination_follow_its_segments(three, analyst, django_capture_on_commit_callbacks):
    made = segment_save(slug="chosen", rule=areas_rule(["a", "b"], {1}), actor=analyst)
    fewer = BitMap([three[0]])
    Segment.objects.filter(slug="a").update(bitmap=fewer.serialize(), count=1)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[made])
    assert SegmentRun.objects.get(segment=made).matched == 1
