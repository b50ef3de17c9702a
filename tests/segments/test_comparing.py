"""Two segments compared, and the members of one kept as they are."""

import pytest
from django.test import Client
from django.urls import reverse
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.identity.services import customers_merge
from segments.comparing.differences import Difference, differences
from segments.models import Segment
from segments.selectors import segment_members
from segments.services import segment_refresh_request, segment_save
from tests.segments.settled import segment_of
from tests.shop import AS_OF, labels, lives_in, tag_make

ZHEJIANG, SHANGHAI = "浙江省", "上海市"


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_difference_of_shares_is_judged_by_its_spread():
    one = Difference("t", "v", (30, 10), (100, 50))
    assert one.shares == (0.3, 0.2)
    assert one.points == pytest.approx(0.1)
    assert one.z == pytest.approx(0.1 / (4 / 15 * 11 / 15 * 0.03) ** 0.5)
    assert Difference("t", "v", (0, 0), (100, 50)).z == 0


def test_the_largest_differences_come_first_and_neither_chance_nor_single_people_are_told():
    counts = {
        "age": {"young": [600, 200], "old": [400, 800]},
        "city": {"east": [510, 500], "rare": [12, 0], "few": [3, 100]},
        "stage": {"new": [300, 100]},
    }
    found = differences(counts, (1000, 1000), least=10, most=9, per_tag=1)
    assert [(one.tag, one.value, round(one.points, 3)) for one in found] == [
        ("age", "old", -0.4),
        ("stage", "new", 0.2),
        ("city", "rare", 0.012),
    ]
    assert len(differences(counts, (1000, 1000), least=10, most=1, per_tag=9)) == 1
    assert differences(counts, (1000, 0), least=10, most=9, per_tag=9) == []


@pytest.fixture
def two(shop, analyst, compute, settings):
    """Twenty customers in Zhejiang and twenty in Shanghai, and two segments that share four of them."""
    settings.CDP_MIN_GROUP = 5
    east, south = shop.people(20, ZHEJIANG), shop.people(20, SHANGHAI)
    region = labels(("zj", lives_in(ZHEJIANG)), ("sh", lives_in(SHANGHAI)))
    compute(tag_make("region", region, analyst, names={"en": "Region"}))
    segment_of("a", {*east[:16], *south[:4]}, name="Group A")
    segment_of("b", {*south}, name="Group B")
    return east, south


def test_two_segments_are_compared_and_each_part_leads_to_a_new_segment(two, analyst):
    text = signed_in(analyst).get(reverse("segments:compare", args=["a"]), {"with": "b"}).content.decode()
    told = signed_in(analyst).get("/api/segments/a/compared/b/").json()
    counts = [told[name] for name in ("sizes", "both", "only_left", "only_right", "jaccard")]
    assert counts == [[20, 20], 4, 16, 16, pytest.approx(4 / 36)]
    assert [(one["value"], one["shares"]) for one in told["differences"]] == [("zj", [0.8, 0.0])]
    assert "80%" in text and "+80%" in text and "11.1% of those in either are in both" in text
    for area in (1, 2, 3):
        assert f"?s=a&amp;s=b&amp;area={area}" in text


def test_too_small_segments_have_no_tags_compared(two, analyst, settings):
    settings.CDP_MIN_GROUP = 21
    text = signed_in(analyst).get(reverse("segments:compare", args=["a"]), {"with": "b"}).content.decode()
    assert "fewer than 21 members" in text
    assert "+80%" not in text


def test_comparing_asks_as_often_for_many_tags_as_for_one(
    two, analyst, compute, django_assert_num_queries, django_assert_max_num_queries
):
    page, address = signed_in(analyst), reverse("segments:compare", args=["a"]) + "?with=b"
    page.get(address)
    with django_assert_max_num_queries(30) as asked:
        page.get(address)
    often = len(asked)
    compute(*(tag_make(f"more{n}", labels(("zj", lives_in(ZHEJIANG))), analyst) for n in range(4)))
    page.get(address)
    with django_assert_num_queries(often):
        assert "more3" in page.get(address).content.decode()


def test_what_cannot_be_compared_is_told(two, analyst, django_user_model):
    page = signed_in(analyst)
    answer = page.get(reverse("segments:compare", args=["a"]), {"with": "none"})
    assert "There is no segment &quot;none&quot;." in answer.content.decode()
    assert page.get(reverse("segments:compare", args=["none"])).status_code == 404
    assert page.get("/api/segments/a/compared/none/").status_code == 404
    outsider = signed_in(django_user_model.objects.create_user("outsider"))
    assert outsider.get(reverse("segments:compare", args=["a"])).status_code == 403
    assert outsider.get("/api/segments/a/compared/b/").json()["sizes"] == [0, 0]


@pytest.fixture
def east(two, analyst, django_capture_on_commit_callbacks):
    segment = segment_save(slug="east", rule=lives_in(ZHEJIANG), actor=analyst, names={"en": "East"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    return segment


def keep(page, callbacks, **more):
    with callbacks(execute=True):
        return page.post(reverse("segments:keep", args=["east"]), {"names.en": "East then", **more})


def test_kept_members_stay_whatever_becomes_of_the_segment(two, east, analyst, django_capture_on_commit_callbacks):
    page = signed_in(analyst)
    assert f'value="East {AS_OF:%Y-%m-%d}' in page.get(reverse("segments:keep", args=["east"])).content.decode()
    assert keep(page, django_capture_on_commit_callbacks).url == reverse("segments:detail", args=["east_then"])
    segment_save(slug="east", rule=lives_in("nowhere"), actor=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=Segment.objects.all())
    assert segment_members(SYSTEM, "east") == BitMap()
    assert segment_members(SYSTEM, "east_then") == BitMap(two[0])
    text = page.get(reverse("segments:detail", args=["east_then"])).content.decode()
    assert "the 20 customers who were in it as of" in text
    assert ">East</a>" in text
    Segment.objects.get(slug="east").delete()
    assert "the 20 customers" in page.get(reverse("segments:detail", args=["east_then"])).content.decode()


def test_whoever_a_kept_member_is_merged_with_stays(two, east, analyst, shop, django_capture_on_commit_callbacks):
    keep(signed_in(analyst), django_capture_on_commit_callbacks)
    (one, other), (south, *_rest) = two[0][:2], two[1]
    shop.identify(one, phone="+8613800138001")
    shop.identify(other, phone="+8613800138002")
    customers_merge(one=one, other=other, by=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[Segment.objects.get(slug="east_then")])
    assert len(segment_members(SYSTEM, "east_then")) == 19
    assert south not in segment_members(SYSTEM, "east_then")


def test_nobody_keeps_nobody_or_without_the_right_to(two, east, analyst, django_user_model):
    page = signed_in(analyst)
    segment_save(slug="new", rule={"segment": "a"}, actor=analyst)
    nobody = page.post(reverse("segments:keep", args=["new"]), {"names.en": "Nobody"})
    assert (nobody.status_code, "there is nobody to keep" in nobody.content.decode()) == (422, True)
    taken = page.post(reverse("segments:keep", args=["east"]), {"names.en": "East", "description": "mine"})
    assert "is in use already" in taken.content.decode() and 'value="mine"' in taken.content.decode()
    reader = signed_in(django_user_model.objects.create_user("reader", is_staff=True))
    assert reader.post(reverse("segments:keep", args=["east"]), {"names.en": "X"}).status_code == 403
    assert "Keep these members" not in reader.get(reverse("segments:detail", args=["east"])).content.decode()
    assert Segment.objects.count() == 4
