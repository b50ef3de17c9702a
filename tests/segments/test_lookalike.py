"""Customers similar to the members of a segment: the formula, who comes out on top, how it is shown and kept."""

from itertools import pairwise
from math import log, sqrt
from random import Random
from uuid import uuid4

import numpy as np
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.ledger.models import JobState
from segments.lookalike.holdout import Size, kept_out, ranked, sizes_offered
from segments.lookalike.score import features_of, scored
from segments.lookalike.selectors import lookalike_members
from segments.models import Lookalike, Segment
from segments.selectors import segment_members
from segments.services import segment_refresh_request, segment_save
from tags.models import Membership, Tag, TagRun
from tests.segments.settled import members_set, segment_of
from tests.shop import AS_OF, labels, lives_in, tag_make


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def plain_scores(values, everyone, seed):
    """The formula read in plain Python, one customer after the other."""
    found = dict.fromkeys(everyone, 0.0)
    for of in values.values():
        several = sum(map(len, of.values())) > len(set().union(*of.values()))
        for parts in [[one] for one in of.values()] if several else [list(of.values())]:
            for customer in everyone:
                have = next((part for part in parts if customer in part), None)
                same = set(have) if have is not None else everyone - set().union(*parts)
                n, s = len(same & everyone), len(same & seed)
                p = n / len(everyone)
                if p == 1 or abs(s / len(seed) - p) / sqrt(p * (1 - p) / len(seed)) < 3:
                    continue
                found[customer] += log((s + 50 * p) / (len(seed) + 50) / p)
    return found


def test_scores_are_what_a_plain_reading_of_the_formula_gives():
    dice = Random(7)
    everyone, seed = set(range(5, 805)), set(range(5, 165))

    def having(inside, outside):
        return {one for one in everyone if dice.random() < (inside if one in seed else outside)}

    young, city = having(0.7, 0.2), having(0.3, 0.6)
    values = {
        "age": {"young": young, "old": having(0.1, 0.3) - young},
        "likes": {"tea": having(0.6, 0.1), "milk": having(0.5, 0.3), "beer": having(0.02, 0.3)},
        "city": {"here": city, "there": everyone - city},
        "noise": {"x": having(0.5, 0.5)},
        "gone": {"y": having(0.9, 0.1) | {1, 2, 9_000}},
    }
    features = [
        one for tag, of in values.items() for one in features_of(tag, {k: BitMap(v) for k, v in of.items()})
    ]
    (found,) = scored(features, BitMap(everyone), [BitMap(seed)], 1)
    plain = plain_scores(values, everyone, seed)
    assert found.scores.dtype == np.float32
    assert found.scores[sorted(everyone)] == pytest.approx([plain[one] for one in sorted(everyone)], abs=1e-5)
    assert {one.tag for one in found.weights} == {"age", "likes", "city", "gone"}


def test_what_few_customers_have_weighs_nothing():
    features = features_of("t", {"rare": BitMap(range(9)), "common": BitMap(range(9, 60))})
    (found,) = scored(features, BitMap(range(1000)), [BitMap(range(100))], least=10)
    assert {one.value for one in found.weights if not one.without} == {"common"}


def test_a_fifth_is_kept_out_and_equal_scores_are_drawn_not_sorted():
    seed = BitMap(range(100, 203))
    assert len(kept_out(seed)) == 20 and kept_out(seed) <= seed
    order = ranked(np.zeros(300, np.float32), BitMap(range(300)))
    assert sorted(order) == list(range(300)) != list(order)
    assert sizes_offered(7, 7) == [7]
    assert sizes_offered(100, 54_321)[:3] == [100, 110, 120] and sizes_offered(100, 54_321)[-1] == 54_321


def test_precision_recall_and_lift():
    one = Size(size=200, cut=1.0, below=0.5, hits=20, held=40, candidates=4000)
    assert (one.recall, one.precision, one.by_chance, one.lift) == (0.5, 0.1, 0.01, pytest.approx(10))


def tag_of(slug, values, **names):
    """A tag with these customers, as a run would leave it."""
    tag = Tag.objects.create(slug=slug, kind="list", **names)
    definition = {"v": 1, "values": list(values), "multiple": True}
    version = tag.versions.create(number=1, definition=definition, state="published")
    run = TagRun.objects.create(version=version, as_of=AS_OF, state=JobState.DONE, claim=uuid4().hex)
    for position, (value, members) in enumerate(values.items()):
        blob = BitMap(members).serialize()
        having = {"value": value, "bitmap": blob, "count": len(members)}
        Membership.objects.create(version=version, run=run, position=position, **having)
    Tag.objects.filter(pk=tag.pk).update(run=run)
    return tag


@pytest.fixture
def planted(shop, settings):
    """800 customers: 100 in the seed, 100 of whom nobody knows that they are like these, and the others. Each tag
    says it of most of both groups and of some of the others."""
    settings.CDP_MIN_GROUP = 5
    people = shop.people(800)
    seed, twins, rest = people[300:400], people[500:600], [*people[:300], *people[400:500], *people[600:]]
    dice = Random(3)
    for number in range(8):
        yes = [one for one in [*seed, *twins] if dice.random() < 0.8] + [
            one for one in rest if dice.random() < 0.15
        ]
        tag_of(f"like{number}", {"yes": yes}, name_en=f"Likes {number}")
    for number in range(8):
        tag_of(f"noise{number}", {"yes": [one for one in people if dice.random() < 0.4]})
    segment_of("seed", set(seed), name="Loyal")
    return set(seed), set(twins)


@pytest.fixture
def search(django_capture_on_commit_callbacks):
    def run(user, slug="seed"):
        with django_capture_on_commit_callbacks(execute=True):
            return signed_in(user).post(reverse("segments:similar-search", args=[slug]))

    return run


def test_the_planted_group_comes_out_on_top_and_is_saved(
    planted, analyst, search, django_capture_on_commit_callbacks
):
    seed, twins = planted
    page = signed_in(analyst)
    assert "Nobody has looked for similar customers yet." in page.get("/segments/seed/similar/").content.decode()
    assert search(analyst).url == reverse("segments:similar", args=["seed"])
    found = Lookalike.objects.get()
    assert (found.state, found.size, found.universe) == (JobState.DONE, 100, 800)
    top = set(lookalike_members(SYSTEM, found, 100))
    assert len(top & twins) >= 90 and not top & seed
    assert {one["tag"] for one in found.weights} == {f"like{number}" for number in range(8)}

    text = page.get("/segments/seed/similar/").content.decode()
    assert "Likes 3" in text and "times as frequent" in text and "Better than chance" in text
    step = next(place for place, one in enumerate(found.sizes) if one["size"] == 100)
    counted = page.get(reverse("segments:similar-count", args=["seed", found.pk]), {"step": step, "with_seed": "1"})
    assert 'role="status">200</p>' in counted.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        saved = page.post(
            reverse("segments:similar-save", args=["seed", found.pk]), {"step": step, "names.en": "Like loyal"}
        )
    assert saved.url == reverse("segments:detail", args=["like_loyal"])
    assert set(segment_members(SYSTEM, "like_loyal")) == top
    kept = Segment.objects.get(slug="like_loyal").definition["list"]["lookalike"]
    assert (kept["slug"], kept["size"], kept["seed_size"]) == ("seed", 100, 100)
    assert kept["weights"][0]["tag"].startswith("like") and kept["as_of"] == found.as_of.isoformat()
    shown = page.get(saved.url).content.decode()
    assert "most similar to the members" in shown and "Loyal" in shown and "Likes 3" in shown


def test_the_hold_out_says_how_well_it_works(planted, analyst, search):
    search(analyst)
    sizes = [Size.from_json(one) for one in Lookalike.objects.get().sizes]
    first, last = sizes[0], sizes[-1]
    assert (first.held, first.candidates, last.size) == (20, 720, 700)
    assert [one.size for one in sizes] == sorted(one.size for one in sizes)
    assert all(a.recall <= b.recall and a.cut >= b.cut for a, b in pairwise(sizes))
    assert first.lift > 3 and 0.9 <= last.lift < 1.1


def test_who_has_become_a_member_since_is_left_out(planted, analyst, search):
    search(analyst)
    found = Lookalike.objects.get()
    first = list(lookalike_members(SYSTEM, found, 100))[:10]
    members_set(Segment.objects.get(slug="seed"), planted[0] | set(first))
    assert len(lookalike_members(SYSTEM, found, 100)) == 90
    assert len(lookalike_members(SYSTEM, found, 100, with_seed=True)) == 200


def test_the_page_asks_as_often_for_many_tags_as_for_one(planted, analyst, search, django_assert_max_num_queries):
    search(analyst)
    page = signed_in(analyst)
    page.get("/segments/seed/similar/")
    with django_assert_max_num_queries(25):
        page.get("/segments/seed/similar/")
    address = reverse("segments:similar-count", args=["seed", Lookalike.objects.get().pk])
    with django_assert_max_num_queries(8):
        page.get(address, {"step": 3})


def test_a_seed_of_nobody_of_few_or_of_everybody_is_told(planted, analyst, search):
    everyone = set(range(min(planted[0]) - 300, max(planted[0]) + 401))
    for slug, who, told in [
        ("none", set(), "Nobody belongs to it"),
        ("few", set(list(planted[0])[:49]), "It has 49 members; at least 50 are needed"),
        ("all", everyone, "Nearly every customer belongs to it"),
    ]:
        segment_of(slug, who)
        answer = search(analyst, slug)
        assert (answer.status_code, told in answer.content.decode()) == (422, True), slug
    assert not Lookalike.objects.exists()


def test_without_tags_or_with_none_that_tells_them_apart_it_says_so(shop, analyst, search, settings):
    settings.CDP_MIN_GROUP = 5
    people = shop.people(200)
    segment_of("seed", set(people[:100]))
    search(analyst)
    text = signed_in(analyst).get("/segments/seed/similar/").content.decode()
    assert "There is no tag with values to compare by." in text
    tag_of("even", {"yes": people[::2]})
    search(analyst)
    text = signed_in(analyst).get("/segments/seed/similar/").content.decode()
    assert "No tag tells its members from other customers" in text


def test_tags_the_segment_is_built_on_are_left_out(
    shop, analyst, compute, search, settings, django_capture_on_commit_callbacks
):
    settings.CDP_MIN_GROUP = 5
    east, rest = shop.people(60, "浙江省"), shop.people(140, "上海市")
    compute(tag_make("region", labels(("zj", lives_in("浙江省"))), analyst, names={"en": "Region"}))
    tag_of("other", {"yes": [*east[:50], *rest[:20]]})
    rule = {"tag": "region", "op": "is", "value": "zj"}
    segment = segment_save(slug="east", rule=rule, actor=analyst, names={"en": "East"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    search(analyst, "east")
    found = Lookalike.objects.get()
    assert found.excluded == ["region"]
    assert {one["tag"] for one in found.weights} == {"other"}
    text = signed_in(analyst).get("/segments/east/similar/").content.decode()
    assert "Left out, because the segment is built on them or they on it: Region" in text


def test_what_is_wrong_is_told_and_what_was_typed_stays(planted, analyst, search):
    search(analyst)
    address = reverse("segments:similar-save", args=["seed", Lookalike.objects.get().pk])
    page = signed_in(analyst)
    taken = page.post(address, {"step": "2", "with_seed": "1", "names.en": "Seed"})
    assert taken.status_code == 422
    assert "is in use already" in taken.content.decode()
    assert 'value="Seed"' in taken.content.decode() and 'value="2"' in taken.content.decode()
    assert page.post(address, {"step": "2", "names.en": ""}).status_code == 422
    assert Segment.objects.count() == 1


def test_who_may_not_make_segments_searches_sees_and_saves_nothing(planted, analyst, search, django_user_model):
    search(analyst)
    pk = Lookalike.objects.get().pk
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    page = signed_in(reader)
    assert "Find similar customers" not in page.get("/segments/seed/").content.decode()
    assert search(reader).status_code == 403
    assert page.get("/segments/seed/similar/").status_code == 403
    assert page.get(reverse("segments:similar-count", args=["seed", pk])).status_code == 403
    assert page.post(reverse("segments:similar-save", args=["seed", pk]), {"names.en": "Mine"}).status_code == 403
    assert Lookalike.objects.count() == 1 and Segment.objects.count() == 1
    reader.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert signed_in(reader).get("/segments/seed/similar/").status_code == 200
    # Whoever is no colleague sees no customers, and nothing that was found among them.
    outsider = django_user_model.objects.create_user("outsider")
    outsider.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert signed_in(outsider).get("/segments/seed/similar/").status_code == 403
    assert not lookalike_members(outsider, Lookalike.objects.get(), 100)
