"""A segment split into groups: who is in which, that they stay, and whether the groups are alike."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from segments.models import Segment, SegmentKind, Split
from segments.selectors import segments_members
from segments.services import segment_refresh_request, segment_retire, segment_save
from segments.splitting.balance import Balance, standardised
from segments.splitting.cuts import Stratum, cuts_exact, cuts_plain, group_rules
from segments.splitting.services import Group, segment_split_make
from tags.rules.sample import SPACE, salted
from tests.shop import AS_OF, labels, lives_in, tag_make

ZHEJIANG, SHANGHAI = "浙江省", "上海市"
HALVES = (Group("A", Decimal(50)), Group("B", Decimal(50)))


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize(("shares", "sizes"), [((50, 50), [500, 501]), ((20, 30, 50), [200, 300, 501])])
def test_exact_cuts_divide_the_members_of_now_as_exactly_as_whole_customers_can_be(shares, sizes):
    members = BitMap(range(7, 7 + 1001))
    cuts = cuts_exact([Decimal(share) for share in shares], "salt", members)
    places = salted("salt", np.array(members, dtype=np.uint32)).astype(float) / SPACE
    found = [int(((places >= low) & (places < high)).sum()) for low, high in pairwise(cuts)]
    assert sum(found) == 1001
    assert all(abs(one - size) <= 1 for one, size in zip(found, sizes, strict=True))


@pytest.mark.parametrize("shares", [("0.4", "99.6"), ("99.6", "0.4"), ("49.9", "0.2", "49.9")])
def test_a_share_of_less_than_one_of_them_is_cut_as_it_is(shares):
    given = [Decimal(share) for share in shares]
    assert cuts_exact(given, "salt", BitMap(range(100))) == cuts_plain(given)


def test_plain_cuts_are_the_shares_themselves():
    assert cuts_plain([Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]) == [0.0, 0.3333, 0.6666, 1.0]


def test_small_strata_are_cut_together_with_whoever_is_in_none():
    large = Stratum({"tag": "t", "op": "is", "value": "large"}, BitMap(range(200)))
    small = Stratum({"tag": "t", "op": "is", "value": "small"}, BitMap(range(200, 210)))
    text = str(group_rules("p", "s", [Decimal(50)] * 2, [large, small], BitMap(range(210))))
    assert "'not': {'tag': 't', 'op': 'is', 'value': 'large'}" in text
    assert "small" not in text


def test_the_standardised_difference():
    assert standardised(0.5, 0.3) == pytest.approx(0.2 / ((0.25 + 0.21) / 2) ** 0.5)
    assert standardised(1, 1) == 0
    three = Balance("t", "v", (50, 30, 0), (100, 100, 0))
    assert three.apart == pytest.approx(standardised(0.5, 0.3))
    assert not three.is_alike


@pytest.fixture
def everyone(shop, analyst, compute, settings, django_capture_on_commit_callbacks):
    """240 customers in Zhejiang and 120 in Shanghai, and the segment of them all."""
    settings.CDP_MIN_GROUP = 1
    people = shop.people(240, ZHEJIANG) + shop.people(120, SHANGHAI)
    region = labels(("zj", lives_in(ZHEJIANG)), ("sh", lives_in(SHANGHAI)))
    compute(tag_make("region", region, analyst, names={"en": "Region"}))
    segment = segment_save(slug="all", rule=lives_in(ZHEJIANG, SHANGHAI), actor=analyst, names={"en": "All"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    segment.refresh_from_db()
    return people


def refreshed(callbacks):
    with callbacks(execute=True):
        segment_refresh_request(segments=Segment.objects.all())


def split(analyst, callbacks, **more):
    given = {"slug": "test", "name": "Test", "groups": HALVES, "salt": "x", "actor": analyst, **more}
    with callbacks(execute=True):
        return segment_split_make(segment=Segment.objects.get(slug="all"), **given)


def members(made):
    slugs = [group.segment.slug for group in made.groups.all()]
    found = segments_members(SYSTEM, slugs)
    return [set(found[slug]) for slug in slugs]


def test_everybody_is_in_one_group_and_stays_there_as_the_segment_changes(
    everyone, shop, analyst, django_capture_on_commit_callbacks
):
    made = split(analyst, django_capture_on_commit_callbacks)
    a, b = members(made)
    assert a | b == set(everyone) and not a & b and 140 < len(a) < 220
    newcomers = shop.people(100, ZHEJIANG)
    shop.move(everyone[:60], "nowhere")
    refreshed(django_capture_on_commit_callbacks)
    later_a, later_b = members(made)
    assert later_a & set(everyone) == a - set(everyone[:60])
    assert later_b & set(everyone) == b - set(everyone[:60])
    assert later_a & set(newcomers) and later_b & set(newcomers)
    shop.move(everyone[:60], ZHEJIANG)
    refreshed(django_capture_on_commit_callbacks)
    back_a, back_b = members(made)
    assert (back_a - set(newcomers), back_b - set(newcomers)) == (a, b)


@pytest.mark.parametrize("strata", [{"tag": "region"}, {"attribute": "province"}])
def test_balanced_by_a_tag_or_attribute_each_group_has_the_same_mix(
    everyone, analyst, django_capture_on_commit_callbacks, strata
):
    made = split(analyst, django_capture_on_commit_callbacks, strata=strata)
    a, b = members(made)
    assert (len(a & set(everyone[:240])), len(a & set(everyone[240:]))) == (120, 60)
    assert (len(b), a | b) == (180, set(everyone))
    (told,) = signed_in(analyst).get("/api/segments/all/splits/").json()
    assert told["strata"] == strata
    assert [(one["segment"], one["share"], one["count"]) for one in told["groups"]] == [
        ("test_1", Decimal(50), 180),
        ("test_2", Decimal(50), 180),
    ]


def test_a_tag_with_several_values_a_customer_is_nothing_to_balance_by(
    everyone, analyst, compute, django_capture_on_commit_callbacks
):
    compute(tag_make("two", labels(("x", lives_in(ZHEJIANG)), ("y", lives_in(ZHEJIANG)), multiple=True), analyst))
    answer = signed_in(analyst).post(reverse("segments:new-split", args=["all"]), form(strata="tag:two"))
    assert (answer.status_code, "several values of “two”" in answer.content.decode()) == (422, True)
    unknown = signed_in(analyst).post(reverse("segments:new-split", args=["all"]), form(strata="attribute:none"))
    assert "has no values to balance by" in unknown.content.decode()


def form(**more):
    lines = {"label.0": "Coupon", "share.0": "50", "label.1": "Control", "share.1": "50", "share.2": ""}
    return {"name": "December", "salt": "december", "strata": "", **lines, **more}


WRONG = [
    ({"share.1": "45"}, "The shares add up to 95, not to 100."),
    ({"share.1": "", "share.0": "100"}, "A split has 2 to 5 groups."),
    ({"share.1": "half"}, "“half” is no share."),
    ({"share.0": "100", "share.1": "0"}, "A share is above 0"),
    ({"share.0": "NaN"}, "is no share."),
    ({"label.0": "Control"}, "Two groups have the same name."),
    ({"name": ""}, "Give it a name."),
    ({"salt": ""}, "The salt is missing"),
    ({"share.0": "1e30"}, "“1e30” is no share."),
]


def test_what_is_wrong_is_told_and_what_was_typed_stays(everyone, analyst):
    page = signed_in(analyst)
    for change, told in WRONG:
        answer = page.post(reverse("segments:new-split", args=["all"]), form(**change))
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert 'value="Control"' in answer.content.decode()
    assert not Split.objects.exists()


def test_a_split_is_made_and_watched_on_its_pages(everyone, analyst, django_capture_on_commit_callbacks):
    page = signed_in(analyst)
    assert "360 members" in page.get(reverse("segments:new-split", args=["all"])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        made = page.post(reverse("segments:new-split", args=["all"]), form(strata="tag:region"))
    text = page.get(made.url).content.decode()
    assert "Coupon" in text and "Control" in text and "Balanced by Region" in text
    assert 'is-good">alike' in text and 'is-warn">apart' not in text
    group = Segment.objects.get(slug="december_1")
    assert (group.kind, group.count) == (SegmentKind.SPLIT, 180)
    shown = page.get(reverse("segments:detail", args=["december_1"])).content.decode()
    assert "Group Coupon of the split" in shown
    assert page.get(reverse("segments:edit", args=["december_1"])).url == made.url
    assert "December" in page.get(reverse("segments:detail", args=["all"])).content.decode()
    again = page.post(reverse("segments:new-split", args=["all"]), form())
    assert "is in use already" in again.content.decode()


def test_tiny_groups_are_marked(everyone, analyst, django_capture_on_commit_callbacks):
    groups = (Group("A", Decimal("99.5")), Group("B", Decimal("0.5")))
    made = split(analyst, django_capture_on_commit_callbacks, groups=groups)
    text = signed_in(analyst).get(reverse("segments:split", args=[made.pk])).content.decode()
    assert text.count("too few to tell a difference") == 1


def test_a_parent_goes_only_after_its_groups(everyone, analyst, django_capture_on_commit_callbacks):
    made = split(analyst, django_capture_on_commit_callbacks)
    parent = Segment.objects.get(slug="all")
    with pytest.raises(Exception, match="test_1"):
        segment_retire(segment=parent, actor=analyst)
    for group in made.groups.all():
        segment_retire(segment=group.segment, actor=analyst)
    segment_retire(segment=parent, actor=analyst)
    page = signed_in(analyst)
    assert page.get(reverse("segments:split", args=[made.pk])).content.decode().count(">retired</span>") == 2
    refused = page.post(reverse("segments:new-split", args=["all"]), form())
    assert "has no members yet" in refused.content.decode()


def test_who_may_not_make_segments_splits_none(everyone, django_user_model):
    reader = signed_in(django_user_model.objects.create_user("reader", is_staff=True))
    assert reader.post(reverse("segments:new-split", args=["all"]), form()).status_code == 403
    assert "Split into groups" not in reader.get(reverse("segments:detail", args=["all"])).content.decode()
    outsider = signed_in(django_user_model.objects.create_user("outsider"))
    assert outsider.get("/api/segments/all/splits/").json() == []
    assert not Split.objects.exists()
