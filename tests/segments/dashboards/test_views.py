"""What people see on the pages of personas and customers."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cdp.identity.models import Identifier
from cdp.ledger.models import JobState
from cdp.store.models import Batch, Customer
from segments.dashboards.models import Render
from segments.personas.models import Persona
from tests.segments.settled import members_set, segment_of
from tests.world import DEEDS, HAN_MEIMEI, LI_LEI, LILY, LUCY

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def marketer(client):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    client.force_login(user)
    client.cookies["django_language"] = "zh-hans"
    return user


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def friends(**more):
    return segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友", **more)


def page(client, name, *args):
    return client.get(reverse(f"personas:{name}", args=args))


def test_signed_out_people_are_sent_to_the_log_in(client):
    assert page(client, "customer", LI_LEI).status_code == 302
    assert page(client, "segment", friends().slug).status_code == 302
    assert not Render.objects.exists()


def test_the_first_visit_shows_progress_and_the_next_one_the_picture(client, marketer, worker):
    segment = friends()
    with worker():
        first = page(client, "segment", segment.slug).content.decode()
    assert "正在绘制画像" in first
    assert 'role="progressbar"' in first
    second = page(client, "segment", segment.slug).content.decode()
    assert "正在绘制" not in second
    assert 'data-chart="province-province"' in second
    assert "突出特征" not in second or "比全体多见" in second
    assert "plotly/plotly.min.js" in second


def test_of_a_group_too_small_to_show_nothing_is_downloaded(client, marketer, worker, settings):
    settings.CDP_MIN_GROUP = 4
    segment = friends()
    with worker():
        page(client, "segment", segment.slug)
    shown = page(client, "segment", segment.slug).content.decode()
    assert "不足 4 人" in shown
    assert "下载" not in shown
    assert page(client, "download", Render.objects.get().pk).status_code == 404


def test_while_it_is_drawn_anew_the_last_picture_stays(client, marketer, worker):
    segment = friends()
    with worker():
        page(client, "segment", segment.slug)
    members_set(segment, {LI_LEI, LUCY})
    again = page(client, "segment", segment.slug).content.decode()
    assert "正在重新绘制" in again
    assert 'data-chart="province-province"' in again


def test_a_failure_says_why_and_offers_to_try_again(client, marketer, worker):
    segment = friends()
    page(client, "segment", segment.slug)
    problem = {"path": [], "message": "This needs more memory than the engine may use.", "hint": "", "params": {}}
    Render.objects.update(state=JobState.FAILED, problems=[problem])
    shown = page(client, "segment", segment.slug).content.decode()
    assert "画像没有画出来" in shown
    with worker():
        assert client.post(reverse("personas:again", args=[segment.slug])).status_code == 302
    assert Render.objects.filter(state=JobState.DONE).count() == 1


def test_a_segment_without_members_or_run_says_what_would_be_here(client, marketer):
    segment_of("nobody", set(), name="没有人")
    assert "这个分群里没有人" in page(client, "segment", "nobody").content.decode()
    fresh = segment_of("fresh", set())
    fresh.run = None
    fresh.save()
    assert "还没有刷新过" in page(client, "segment", "fresh").content.decode()
    assert not Render.objects.exists()


def test_a_segment_becomes_a_persona(client, marketer):
    segment = friends()
    url = reverse("personas:new", args=[segment.slug])
    refused = client.post(url, {"name": " ", "description": "记得这段话"})
    assert refused.status_code == 422
    assert "记得这段话" in refused.content.decode()
    made = client.post(url, {"name": "老主顾", "description": "常来的人"})
    assert made.url == reverse("personas:persona", args=["老主顾"])
    shown = client.get(made.url).content.decode()
    assert "老主顾" in shown
    assert "常来的人" in shown
    listed = page(client, "list").content.decode()
    assert "老主顾" in listed
    assert "还没有画像的分群" not in listed


@pytest.mark.parametrize("name", ["Compare", "boards"])
def test_a_persona_called_as_a_page_is_has_a_page_too(client, marketer, name):
    segment = friends()
    made = client.post(reverse("personas:new", args=[segment.slug]), {"name": name, "description": "常来的人"})
    assert "常来的人" in client.get(made.url).content.decode()


def test_who_may_not_edit_segments_makes_no_personas(client, marketer):
    marketer.user_permissions.clear()
    segment = friends()
    assert client.post(reverse("personas:new", args=[segment.slug]), {"name": "x"}).status_code == 403
    assert "建为画像" not in page(client, "segment", segment.slug).content.decode()
    assert not Persona.objects.exists()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_pages_make_as_many_queries_for_one_as_for_many(client, marketer, worker):
    segment = friends()
    Persona.objects.create(slug="p0", segment=segment)
    with worker():
        page(client, "persona", "p0")
    few = [queries(client, reverse("personas:list")), queries(client, reverse("personas:persona", args=["p0"]))]
    for number in range(1, 6):
        other = segment_of(f"s{number}", {LI_LEI, number})
        Persona.objects.create(slug=f"p{number}", segment=other)
    many = [queries(client, reverse("personas:list")), queries(client, reverse("personas:persona", args=["p0"]))]
    assert many == few
    busy, quiet = (queries(client, reverse("personas:customer", args=[who])) for who in (LI_LEI, LUCY))
    assert busy == quiet


def test_the_file_that_leaves_holds_the_charts_and_nobodys_name(client, marketer, worker):
    segment = friends()
    with worker():
        page(client, "segment", segment.slug)
    (render,) = Render.objects.all()
    answer = page(client, "download", render.pk)
    text = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert text.startswith("<!doctype html>")
    assert "老朋友" in text
    assert "window.Plotly = Plotly" in text
    assert 'src="' not in text.split("<script>")[0]
    assert "李雷" not in text
    Render.objects.update(state=JobState.RUNNING)
    assert page(client, "download", render.pk).status_code == 404


def test_a_customer_is_shown_from_every_side(client, marketer):
    segment_of("friends", {LI_LEI, LUCY}, name="老朋友")
    shown = page(client, "customer", LI_LEI).content.decode()
    assert "浙江省" in shown
    assert "李雷" not in shown
    assert "已脱敏" in shown
    assert "老朋友" in shown
    assert "¥1,417.00" in shown
    assert shown.count('class="p-details"') == sum(1 for deed in DEEDS if deed.customer_id == LI_LEI)
    assert shown.index("19:59") < shown.index("08:30") < shown.index("21:15")


def test_who_may_see_personal_values_sees_them_in_clear(client, marketer):
    Identifier.objects.create(type="phone", value="+8613800138000", origin_id=LI_LEI, batch=Batch.objects.first())
    assert "+8613800138000" not in page(client, "customer", LI_LEI).content.decode()
    marketer.user_permissions.add(Permission.objects.get(codename="view_personal"))
    shown = page(client, "customer", LI_LEI).content.decode()
    assert "+8613800138000" in shown
    assert "李雷" in shown


def test_a_merged_customer_leads_to_the_one_they_became(client, marketer):
    Customer.objects.filter(pk=LILY).update(merged_into=LUCY)
    answer = page(client, "customer", LILY)
    assert (answer.status_code, answer.url) == (302, reverse("personas:customer", args=[LUCY]))
    assert page(client, "customer", 4711).status_code == 404


def test_the_timeline_can_be_cut_to_one_event_and_paged(client, marketer, monkeypatch):
    monkeypatch.setattr("segments.dashboards.customer_pages.PAGE", 2)
    url = reverse("personas:customer", args=[LI_LEI])
    visits = client.get(url, {"event": "visit"}).content.decode()
    assert "2026年11月21日" in visits
    assert "零食" not in visits.split('id="timeline"')[1]
    more = reverse("personas:timeline", args=[LI_LEI])
    second = client.get(more, {"event": "purchase", "page": 2}, headers={"HX-Request": "true"}).content.decode()
    assert "¥18.00" in second
    assert "¥35.90" not in second
    assert "page=3" not in second
    assert client.get(more, {"page": "x"}).url.startswith(url)


def test_a_group_is_looked_at_beside_another_segment(client, marketer, worker):
    segment, base = friends(), segment_of("everyman", {LI_LEI, HAN_MEIMEI, LUCY, LILY}, name="常客")
    with worker():
        page(client, "segment", segment.slug)
        client.get(reverse("personas:segment", args=[segment.slug]), {"base": base.slug})
    shown = client.get(reverse("personas:segment", args=[segment.slug]), {"base": base.slug}).content.decode()
    assert '<option value="everyman" selected>常客</option>' in shown
    assert '<i class="is-everyone"></i>常客' in shown
    assert '<i class="is-everyone"></i>全体' in page(client, "segment", segment.slug).content.decode()
    assert client.get(reverse("personas:segment", args=[segment.slug]), {"base": "nobody"}).status_code == 404


def test_a_few_who_are_not_in_a_group_are_not_told_by_what_is_left(client, marketer, worker, settings):
    settings.CDP_MIN_GROUP = 2
    segment, base = friends(), segment_of("everyman", {LI_LEI, HAN_MEIMEI, LUCY, LILY}, name="常客")
    with worker():
        client.get(reverse("personas:segment", args=[segment.slug]), {"base": base.slug})
    shown = client.get(reverse("personas:segment", args=[segment.slug]), {"base": base.slug}).content.decode()
    assert "“常客”中不属于本群的不足 2 人" in shown
    assert "data-chart=" not in shown and "下载" not in shown
