"""What the number of a segment's members counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cdp.access.viewer import SYSTEM
from cdp.identity.services import customers_merge
from segments.counted import counted
from segments.models import LiveMember, Segment
from tests.segments.settled import segment_of
from tests.world import AS_OF as WORLD_NOW


@pytest.fixture
def group(shop):
    people = shop.people(6)
    shop.identify(people[0], phone="+8613800138001")
    shop.identify(people[1], phone="+8613800138002")
    shop.identify(people[2], member_no="M2")
    segment_of("a", set(people[:5]), name="Group A")
    return people


def told(viewer=SYSTEM):
    return counted(viewer, Segment.objects.select_related("run").get(slug="a"))


def test_members_are_told_apart_by_whether_it_is_known_who_they_are(group):
    found = told()
    assert (found.recorded, found.universe, found.as_of) == (5, 6, WORLD_NOW)
    assert (found.hidden, found.seen, found.identified, found.anonymous) == (0, 5, 3, 2)
    assert (found.merged, found.gone, found.entered, found.left) == (0, 0, 0, 0)


def test_what_became_of_them_since_is_told_beside(group, analyst):
    customers_merge(one=group[0], other=group[1], by=analyst)
    segment = Segment.objects.select_related("run").get(slug="a")
    for customer, is_member in ((group[5], True), (group[4], False)):
        LiveMember.objects.create(
            segment=segment,
            customer_id=customer,
            is_member=is_member,
            as_of=segment.run.as_of + timedelta(minutes=1),
        )
    found = told()
    assert (found.recorded, found.merged, found.entered, found.left) == (5, 1, 1, 1)
    assert found.identified + found.anonymous + found.merged + found.gone == found.seen


def test_what_is_hidden_from_a_viewer_is_said_and_not_told_apart(group, analyst, django_user_model):
    found = told(django_user_model.objects.create_user("outsider"))
    assert (found.hidden, found.seen, found.identified, found.anonymous) == (5, 0, 0, 0)
    page = Client(headers={"accept-language": "en"})
    page.force_login(analyst)
    text = page.get(reverse("segments:counted", args=["a"])).content.decode()
    assert "of 6 customers" in text and "anonymous" in text and "hidden from you" not in text
    page.force_login(django_user_model.objects.create_user("other"))
    assert page.get(reverse("segments:counted", args=["a"])).status_code == 403
