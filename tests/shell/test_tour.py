"""The tour: offered on Home, walked over the real pages, left and taken up again, and gone once it is over."""

import pytest
from django.test import Client

from home.tour import tour_of
from segments.models import Segment
from segments.services import segment_refresh_request, segment_save
from tests.shop import AS_OF, lives_in


@pytest.fixture
def east(shop, analyst, django_capture_on_commit_callbacks) -> Segment:
    shop.people(2, "浙江省")
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst, names={"en": "East"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    return segment


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


def go(page, do):
    return page.post("/tour/", {"do": do})


def test_it_leads_over_the_real_pages_and_ends_at_home(east, page, analyst):
    assert "Take the tour" in page.get("/").content.decode()
    assert 'id="tour"' not in page.get("/customers/").content.decode()

    address, seen = go(page, "begin").url, []
    while address != "/":
        shown = page.get(address).content.decode()
        assert 'hx-get="/tour/?at=' in shown
        panel = page.get("/tour/", {"at": address}).content.decode()
        assert f"Tour, {len(seen) + 1} of 6" in panel and "data-points" in panel
        seen.append(address)
        address = go(page, "next").url

    assert seen[0] == "/customers/" and seen[-2:] == ["/segments/east/", "/personas/segment/east/"]
    assert "Take the tour" not in page.get("/").content.decode()
    assert 'id="tour"' not in page.get("/customers/").content.decode()


def test_it_is_left_and_taken_up_where_it_was(east, page, analyst):
    go(page, "begin")
    go(page, "next")
    go(page, "later")

    assert 'id="tour"' not in page.get("/customers/").content.decode()
    assert "Go on with the tour" in page.get("/").content.decode()
    assert go(page, "begin").url == tour_of(analyst).stops[1].url
    assert go(page, "back").url == "/customers/"


def test_who_declines_is_not_asked_again(east, page):
    go(page, "end")

    assert "Take the tour" not in page.get("/").content.decode()


def test_each_person_walks_alone_and_only_where_they_may(east, page, django_user_model):
    clerk = django_user_model.objects.create_user("chen", password="secret", is_staff=True)
    go(page, "end")

    tour = tour_of(clerk)

    assert tour.is_offered and len(tour.stops) == 4
    assert not any("/new/" in stop.url for stop in tour.stops)


def test_without_customers_there_is_nothing_to_be_led_to(db, page):
    assert "Take the tour" not in page.get("/").content.decode()
    assert page.get("/tour/").content == b""
    assert go(page, "elsewhere").status_code == 404
