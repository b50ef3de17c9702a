"""Boards: who arranges them, who sees them, and that nothing is lost when two do at once."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cdp.errors import UserError
from segments.boards.models import Board
from segments.boards.selectors import boards
from segments.boards.services import board_copy, board_create, board_delete
from segments.boards.widgets import MOST, MOST_GROUPS, Widget, widgets_of, widgets_problems
from segments.dashboards.models import Render
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, JIM, LI_LEI, LILY, LUCY

pytestmark = pytest.mark.usefixtures("settled")
SHOWN = (
    Widget("numbers", "full"),
    Widget("attribute-gender"),
    Widget("channel-channel", "half", "women", "friends"),
)


@pytest.fixture
def anna():
    return User.objects.create_user("anna", password="x", is_staff=True)


@pytest.fixture
def ben():
    return User.objects.create_user("ben", password="x", is_staff=True)


@pytest.fixture
def weekly(anna):
    friends = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY, JIM}, name="Friends")
    segment_of("women", {HAN_MEIMEI, LUCY, LILY}, name="Women")
    return board_create(name="Weekly meeting", segment=friends, actor=anna, widgets=SHOWN)


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client

    return sign_in


@pytest.fixture
def see(as_, anna, django_capture_on_commit_callbacks):
    def shown(board, person=anna, **asked):
        with django_capture_on_commit_callbacks(execute=True):
            return as_(person).get(reverse("boards:board", args=[board.slug]), asked).content.decode()

    return shown


def form(board, **more):
    widgets = more.pop("widgets", [one.plain for one in SHOWN])
    asked = {"name": board.name, "segment": "friends", "version": board.version, "shared": "some"}
    return asked | {"widgets": json.dumps(widgets)} | more


def test_the_first_visit_shows_progress_and_the_next_one_what_was_chosen_in_order(see, weekly):
    first = see(weekly)
    assert first.count('role="progressbar"') == 2 and "data-chart" not in first
    page = see(weekly)
    assert (
        page.index("Members")
        < page.index('data-chart="1/attribute-gender"')
        < page.index('data-chart="2/channel-channel"')
    )
    assert "Women · against Friends" in page.replace("\n", "")
    assert "province-province" not in page
    assert Render.objects.count() == 2


def test_a_board_is_cut_by_time_and_channel_as_it_was_saved_or_as_is_asked(see, weekly):
    weekly.filters = "last=30"
    weekly.save()
    see(weekly)
    page = see(weekly)
    assert '<option value="30" selected>' in page and "Active in this time" in page
    see(weekly, last="", channel="app")
    assert set(Render.objects.values_list("filters", flat=True)) == {"last=30", "channel=app"}


def test_who_may_not_see_a_board_does_not_know_of_it(as_, ben, anna, weekly):
    assert as_(ben).get(reverse("boards:board", args=[weekly.slug])).status_code == 404
    assert "Weekly" not in as_(ben).get(reverse("boards:list")).content.decode()
    group = Group.objects.create(name="Marketing")
    weekly.groups.add(group)
    assert not boards(ben)
    ben.groups.add(group)
    assert list(boards(ben)) == [weekly]
    weekly.groups.clear()
    Board.objects.update(everybody=True)
    assert list(boards(ben)) == [weekly] == list(boards(anna))


def test_only_its_owner_and_administrators_change_a_board(as_, ben, admin_user, weekly):
    Board.objects.update(everybody=True)
    page = as_(ben).get(reverse("boards:board", args=[weekly.slug])).content.decode()
    assert "Arrange" not in page and "Duplicate" in page
    assert as_(ben).get(reverse("boards:edit", args=[weekly.slug])).status_code == 403
    assert as_(ben).post(reverse("boards:edit", args=[weekly.slug]), form(weekly)).status_code == 403
    with pytest.raises(PermissionDenied):
        board_delete(board=weekly, actor=ben)
    assert as_(admin_user).get(reverse("boards:edit", args=[weekly.slug])).status_code == 200


def test_a_board_is_arranged_named_cut_and_shared(as_, anna, weekly):
    sent = form(
        weekly,
        name="Monday",
        widgets=[{"chart": "month", "width": "full"}, {"chart": "numbers", "width": "wide"}, "nonsense", {}],
        last="90",
        channel="app",
        shared="everybody",
    )
    assert as_(anna).post(reverse("boards:edit", args=[weekly.slug]), sent).status_code == 302
    weekly.refresh_from_db()
    assert (weekly.name, weekly.filters, weekly.everybody, weekly.version) == (
        "Monday",
        "last=90&channel=app",
        True,
        2,
    )
    assert [(one["chart"], one["width"]) for one in weekly.widgets] == [("month", "full"), ("numbers", "half")]


def test_a_board_is_shared_with_groups_of_ones_own_only(as_, anna, weekly):
    mine, other = (Group.objects.create(name=name) for name in ("Mine", "Other"))
    anna.groups.add(mine)
    as_(anna).post(reverse("boards:edit", args=[weekly.slug]), form(weekly, groups=[mine.pk, other.pk]))
    assert list(weekly.groups.all()) == [mine]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(as_, anna, admin_user, weekly):
    url, stale = reverse("boards:edit", args=[weekly.slug]), form(weekly, name="Mine")
    as_(admin_user).post(url, form(weekly, name="Theirs"))
    refused = as_(anna).post(url, stale)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Somebody changed this board while you did." in page and 'value="Mine"' in page
    weekly.refresh_from_db()
    assert weekly.name == "Theirs"
    as_(anna).post(url, stale | {"version": weekly.version})
    weekly.refresh_from_db()
    assert weekly.name == "Mine"


def test_problems_are_told_and_what_was_arranged_is_kept(as_, anna, weekly):
    sent = form(weekly, name=" ", widgets=[{"chart": "month", "segment": "nobody"}])
    answer = as_(anna).post(reverse("boards:edit", args=[weekly.slug]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A board needs a name." in page and "nobody" in page and '"chart": "month"' in page


def test_too_many_charts_or_groups_are_refused():
    charts = [Widget("month")] * (MOST + 1)
    groups = [Widget("month", segment=f"s{number}") for number in range(MOST_GROUPS + 1)]
    assert len(widgets_problems(charts, "s", {"s"})) == 1
    assert len(widgets_problems(groups, "s", {one.segment for one in groups})) == 1
    assert widgets_of(["x", None, {"chart": 3}, {"chart": "month"}]) == [Widget("month")]


def test_a_copy_is_ones_own_and_a_name_makes_an_address_of_its_own(ben, weekly):
    copies = [board_copy(board=weekly, actor=ben) for _ in range(2)]
    assert [(one.owner, one.everybody, one.widgets) for one in copies] == [(ben, False, weekly.widgets)] * 2
    assert len({one.slug for one in copies}) == 2


def test_a_new_board_begins_with_what_there_is_and_goes_to_its_form(as_, anna, weekly):
    answer = as_(anna).post(reverse("boards:new"), {"name": "周会", "segment": "women"})
    assert answer.url == reverse("boards:edit", args=["周会"])
    assert [one["chart"] for one in Board.objects.get(slug="周会").widgets] == ["numbers", "standouts"]
    assert as_(anna).post(reverse("boards:new"), {"name": "", "segment": "women"}).status_code == 422


def test_a_chart_that_cannot_be_shown_says_why(see, weekly, settings):
    settings.CDP_MIN_GROUP = 4
    weekly.widgets = [Widget("week-week", segment=slug).plain for slug in ("", "women", "nobody")]
    weekly.save()
    see(weekly)
    page = see(weekly)
    assert 'data-chart="0/week-week"' in page
    assert "Too few members to show." in page and "no longer there" in page


def test_a_board_asks_the_database_as_often_for_many_charts_as_for_one(see, weekly):
    def queries(widgets):
        weekly.widgets = [one.plain for one in widgets]
        weekly.save()
        see(weekly)
        with CaptureQueriesContext(connection) as found:
            see(weekly)
        return len(found)

    assert queries([Widget("attribute-gender")]) == queries(
        [Widget("attribute-gender"), Widget("months-months")] * 5
    )


def test_a_removed_board_is_gone(as_, anna, weekly):
    as_(anna).post(reverse("boards:delete", args=[weekly.slug]))
    assert not Board.objects.exists()


def test_bad_widgets_of_a_board_raise_nothing(anna, weekly):
    with pytest.raises(UserError, match="needs a name"):
        board_create(name=" ", segment=weekly.segment, actor=anna)
