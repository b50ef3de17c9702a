"""Who may open a page, what is shown when something goes wrong, and how long work is watched."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from cdp.access.web import page
from cdp.errors import user_error
from cdp.jobs import JobPage
from cdp.ledger.models import JobState
from cdp.sources.models import Load, LoadStage, Source, Upload

pytestmark = pytest.mark.django_db


@page("access.load_data")
def loaders_only(request):
    return HttpResponse("for loaders")


@page()
def refused(request):
    raise user_error("There is no such page", "Choose one, or type a new one")


@page()
def broken(request):
    raise ZeroDivisionError("a secret of ours")


urlpatterns = [
    path("loaders/", loaders_only),
    path("refused/", refused),
    path("broken/", broken),
    path("", include("cdp.urls")),
]
handler400, handler403 = "cdp.error_pages.bad_request", "cdp.error_pages.not_allowed"
handler404, handler500 = "cdp.error_pages.not_found", "cdp.error_pages.server_error"


@pytest.fixture
def own_urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def mei(client):
    """Mei, a marketer: signed in, with no permission of her own."""
    person = get_user_model().objects.create_user("mei", password="mei", is_staff=True)
    client.force_login(person)
    return person


def test_a_stranger_is_sent_to_log_in_and_back(client):
    answer = client.get("/customers/?q=1")
    assert answer.status_code == 302
    assert answer.url == "/admin/login/?next=/customers/%3Fq%3D1"


def test_a_part_of_a_page_sends_the_whole_page_to_log_in(client):
    answer = client.get("/customers/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/data/"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/admin/login/?next=http")


def test_a_page_without_permission_says_whom_to_ask(client, mei, own_urls):
    answer = client.get("/loaders/")
    assert answer.status_code == 403
    assert "联系管理员" in answer.content.decode()


def test_a_page_with_permission_opens(client, mei, own_urls):
    mei.user_permissions.add(Permission.objects.get(codename="load_data"))
    assert client.get("/loaders/").content == b"for loaders"


def test_an_account_that_is_not_let_in_is_told_so(client, own_urls):
    client.force_login(get_user_model().objects.create_user("li"))
    assert client.get("/").status_code == 403


def test_the_settings_place_is_for_administrators(client, mei, admin_client):
    assert "/admin/" not in side_bar(client)
    assert client.get("/admin/").url == "/"
    assert "/admin/" in side_bar(admin_client)


def side_bar(client):
    groups = client.get("/").context["sidebar_navigation"]
    return [item["link"] for group in groups for item in group["items"]]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "/"),
        ("/personas/boards/", "/personas/"),
        ("/reviews/", "/personas/"),
        ("/approvals/", "/tags/"),
        ("/approvals/rules/", "/admin/"),
        ("/playbook/", "/admin/"),
    ],
)
def test_the_side_bar_marks_the_place_a_page_belongs_to(admin_client, address, place):
    (group,) = admin_client.get(address).context["sidebar_navigation"]
    assert [item["link"] for item in group["items"] if item["active"]] == [place]


def test_what_a_user_did_wrong_is_said_on_the_page_it_came_from(client, mei, own_urls):
    client.post("/refused/", headers={"Referer": "http://testserver/customers/"})
    assert "没有这个页面 请选择一个" in client.get("/customers/").content.decode()


def test_a_part_gets_the_problems_as_a_part(client, mei, own_urls):
    answer = client.post("/refused/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "没有这个页面" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_an_unexpected_error_shows_a_number_that_is_in_the_log(mei, own_urls, caplog):
    client = Client(raise_request_exception=False)
    client.force_login(mei)
    text = client.get("/broken/").content.decode()
    number = text.split("<code>")[1].split("</code>")[0]
    assert number in caplog.text
    assert "a secret of ours" not in text
    assert "数据没有改动" in text


def test_a_wrong_address_leads_home(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()


@pytest.fixture
def load(mei):
    upload = Upload.objects.create(file="x.csv", name="x.csv", digest="0", bytes=1)
    return Load.objects.create(
        source=Source.objects.create(slug="shop"),
        upload=upload,
        stage=LoadStage.WRITE,
        mapping={},
        requested_by=mei,
        state=JobState.RUNNING,
        started_at=timezone.now() - timedelta(seconds=10),
        steps_done=500,
        steps_total=2000,
        claim="held",
    )


def test_the_bar_says_how_far_and_how_long(client, load):
    text = client.get(f"/jobs/sources.load/{load.pk}/").content.decode()
    assert "25%" in text
    assert "500 / 2,000" in text
    assert "还需 3" in text
    assert "每秒 " in text


def test_rate_and_remaining_time_follow_from_what_is_done(load):
    shown = JobPage.of(load, load.started_at + timedelta(seconds=10))
    assert (shown.percent, shown.rate, shown.remaining) == (25, 50, 30)
    assert JobPage.of(load, load.started_at + timedelta(seconds=1)).remaining is None


def test_pressing_cancel_asks_the_work_to_stop(client, load):
    client.post(f"/jobs/sources.load/{load.pk}/cancel/")
    load.refresh_from_db()
    assert load.cancel_asked


def test_a_page_that_follows_the_work_is_loaded_anew_after_cancelling_too(client, load):
    client.force_login(load.requested_by)
    bar = client.get(f"/jobs/sources.load/{load.pk}/?reload=1").content.decode()
    assert f'hx-post="/jobs/sources.load/{load.pk}/cancel/?reload=1"' in bar
    still = client.post(f"/jobs/sources.load/{load.pk}/cancel/?reload=1").content.decode()
    assert f'hx-get="/jobs/sources.load/{load.pk}/?reload=1"' in still


def test_nobody_cancels_the_work_of_another(client, load):
    client.force_login(get_user_model().objects.create_user("zhao", is_staff=True))
    assert client.post(f"/jobs/sources.load/{load.pk}/cancel/").status_code == 403


def test_the_page_is_loaded_anew_when_the_work_is_over(client, load):
    Load.objects.update(state=JobState.DONE, finished_at=timezone.now())
    assert client.get(f"/jobs/sources.load/{load.pk}/?reload=1")["HX-Refresh"] == "true"


@pytest.mark.parametrize("label", ["auth.user", "nonsense", "no.such"])
def test_only_work_has_a_bar(client, mei, label):
    assert client.get(f"/jobs/{label}/1/").status_code == 404
