"""One customer from every side: consent, place among members, visits, segments entered and left, and who looked."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from segments.looks.models import Look
from segments.looks.services import look_note
from segments.looks.tasks import forget, note
from segments.personas.spread import place_in, spread_of
from segments.personas.visits import visits_of
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LILY, LUCY

TEN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

VISITS = [
    ([], []),
    ([0], [1]),
    ([0, 30, 59], [3]),
    ([0, 31], [1, 1]),
    ([59, 30, 0], [3]),
    ([0, 20, 100, 110], [2, 2]),
    ([830, 845], [1, 1]),  # over midnight
]


@pytest.mark.parametrize(("minutes", "sizes"), VISITS)
def test_a_visit_ends_with_half_an_hour_of_nothing_and_at_midnight(minutes, sizes):
    events = [TEN + timedelta(minutes=minute) for minute in minutes]
    assert [len(visit) for visit in visits_of(events, lambda event: event)] == sizes


def test_a_place_is_how_many_of_the_members_are_below():
    spend = np.random.default_rng(7).lognormal(4, 1, 5_000)
    edges = spread_of(spend, 20)
    assert len(edges) == 19
    for value in (5.0, 40.0, 54.0, 120.0, 3_000.0):
        assert place_in(edges, value) == pytest.approx(100 * (spend < value).mean(), abs=3)


def test_who_equals_many_stands_in_their_middle():
    orders = np.array([0.0] * 60 + [1.0] * 20 + [2.0] * 20)
    assert place_in(spread_of(orders, 5), 0) == pytest.approx(30, abs=3)
    assert place_in(spread_of(orders, 5), 1) == pytest.approx(70, abs=3)


def test_no_step_is_of_fewer_members_than_may_be_shown():
    assert len(spread_of(np.arange(100.0), 20)) == 4
    assert spread_of(np.arange(39.0), 20) is None


@pytest.fixture
def marketer(client):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    client.force_login(user)
    client.cookies["django_language"] = "zh-hans"
    return user


def may(user, name):
    user.user_permissions.add(Permission.objects.get(codename=name))


def page(client, who=LI_LEI, **asked):
    return client.get(reverse("personas:customer", args=[who]), asked).content.decode()


@pytest.mark.usefixtures("settled")
class TestPage:
    def test_what_a_customer_agreed_to_is_in_the_header(self, client, marketer):
        head = page(client, LI_LEI).split('id="timeline"')[0]
        assert "subscribed · 是" in head
        assert "subscribed · 否" in page(client, HAN_MEIMEI)
        assert "subscribed · " not in page(client, LUCY)

    def test_a_customer_is_placed_among_the_members_of_a_segment_of_theirs(
        self, client, marketer, django_capture_on_commit_callbacks
    ):
        everyone = segment_of("everyone", set(range(1, 9)), name="所有人")
        assert "画出“所有人”的画像" in page(client)
        with django_capture_on_commit_callbacks(execute=True):
            client.get(reverse("personas:segment", args=[everyone.slug]))
        shown = page(client, beside="everyone")
        assert 'data-chart="standing"' in shown
        told = shown.split('id="standing"')[1].split("</section>")[0]
        # Nobody spent more, one had as many events.
        assert "高于 94% 的成员" in told

    def test_the_timeline_is_cut_by_channel_and_jumps_to_a_day(self, client, marketer):
        tmall = page(client, channel="tmall").split('id="timeline"')[1]
        assert "1,299" in tmall and "64.10" not in tmall
        before = page(client, until="2026-10-31").split('id="timeline"')[1]
        assert "18.00" in before and "1,299" not in before
        assert "1,299" in page(client, until="yesterday")

    def test_events_are_grouped_by_visit_when_asked(self, client, marketer):
        assert "p-visit" not in page(client)
        shown = page(client, visits="1")
        assert shown.count('class="p-visit"') == 6
        assert "1 个事件的访问" in shown

    def test_the_next_page_asks_for_the_same(self, client, marketer, monkeypatch):
        monkeypatch.setattr("segments.dashboards.customer_pages.PAGE", 2)
        shown = page(client, channel="app", visits="1", until="2026-11-30")
        assert "channel=app&amp;until=2026-11-30&amp;visits=1&amp;page=2" in shown

    def test_segments_entered_and_left_are_told_with_the_moment(self, client, marketer, make_segment):
        make_segment("east", {"attribute": "province", "op": "is", "value": "浙江省"})
        make_segment("east", {"attribute": "province", "op": "is", "value": "上海市"})
        url = reverse("personas:moves", args=[LI_LEI])
        assert url in page(client)
        told = client.get(url).content.decode()
        assert told.index("离开") < told.index("进入")
        assert "East" in told
        assert "East" not in client.get(reverse("personas:moves", args=[HAN_MEIMEI])).content.decode()

    def test_every_look_is_written_down_and_shown_to_those_who_may(self, client, marketer):
        page(client)
        assert list(Look.objects.values_list("who", "customer_id", "clear")) == [("anna", LI_LEI, False)]
        assert 'id="looks"' not in page(client)
        assert client.get(reverse("personas:looks", args=[LI_LEI])).status_code == 403
        may(marketer, "view_personal")
        assert 'id="looks"' in page(client)
        assert Look.objects.filter(clear=True).count() == 1
        listed = client.get(reverse("personas:looks", args=[LI_LEI])).content.decode()
        assert listed.count("anna") >= 3
        other = client.get(reverse("personas:looks", args=[LILY])).content.decode()
        assert 'class="q-table"' not in other

    def test_it_asks_as_often_for_a_customer_of_many_segments_as_for_one_of_one(self, client, marketer):
        may(marketer, "view_personal")

        def queries():
            page(client)
            with CaptureQueriesContext(connection) as found:
                page(client)
            return len(found)

        segment_of("s0", {LI_LEI})
        few = queries()
        for number in range(1, 5):
            segment_of(f"s{number}", {LI_LEI})
        assert queries() == few


@pytest.mark.django_db
def test_a_look_is_written_even_when_no_worker_can_be_told(admin_user, monkeypatch):
    def broken(*given):
        raise OSError("no broker")

    monkeypatch.setattr(note, "delay", broken)
    look_note(viewer=admin_user, customer_id=7)
    assert Look.objects.get().customer_id == 7


@pytest.mark.django_db
def test_a_look_never_changes_and_is_forgotten_in_time(admin_user, settings):
    settings.CDP_LOOK_DAYS = 30
    moments = [timezone.now() - timedelta(days=days) for days in (31, 29)]
    _old, new = (Look.objects.create(customer_id=1, by=admin_user, who="admin", at=at) for at in moments)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Look.objects.filter(pk=new.pk).update(who="nobody")
    forget()
    assert list(Look.objects.values_list("pk", flat=True)) == [new.pk]
