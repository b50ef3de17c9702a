"""What a steward sees of pulls, and who may."""

import os
import time

import pytest
from django.contrib.auth.models import Permission

from cdp.sources.models import Feed, Load, Pull, Source, Watch
from cdp.sources.services import source_save
from cdp.sources.watching import inbox

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO orders (id, phone, amount, at) VALUES (%s, %s, %s, %s)"
GIVEN = {
    "source": "+",
    "name": "商城订单",
    "kind": "sqlite",
    "database": "shop.db",
    "query": "orders",
    "column": "id",
    "again": "10",
    "schedule": "minutes",
    "every": "15",
}


@pytest.fixture
def steward(django_user_model, client):
    """A colleague who may load data and nothing else."""
    colleague = django_user_model.objects.create_user("mei", is_staff=True)
    colleague.user_permissions.add(Permission.objects.get(codename="load_data"))
    client.force_login(colleague)
    return client


@pytest.fixture
def reader(django_user_model, client):
    client.force_login(django_user_model.objects.create_user("bo", is_staff=True))
    return client


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pull_is_set_up_with_a_new_source(steward, lite):
    answer = steward.post("/data/pulls/new/", GIVEN, follow=True)
    assert "shop.db" in text(answer)
    feed = Feed.objects.get()
    assert (feed.source.name, feed.every, feed.active) == ("商城订单", 15, True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "新数据源起一个"),
        ({"query": "DELETE FROM orders"}, "只能填写表名"),
        ({"database": ""}, "请填写是哪个数据库"),
        ({"every": ""}, "间隔多少分钟"),
        ({"schedule": "daily", "daily": ""}, "请填写每天的时间"),
        ({"kind": "mysql"}, "一台服务器"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_made(steward, lite, wrong, told):
    answer = steward.post("/data/pulls/new/", GIVEN | wrong)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Feed.objects.exists()
    assert not Source.objects.exists()


def test_only_those_who_may_load_see_and_set_pulls(reader, lite, feed_of):
    feed = feed_of(lite)
    for page in ("new/", f"{feed.pk}/", f"{feed.pk}/edit/"):
        assert reader.get(f"/data/pulls/{page}").status_code == 403
    for action in ("test", "run", "pause", "restart", "delete"):
        assert reader.post(f"/data/pulls/{feed.pk}/{action}/").status_code == 403
    assert reader.get("/data/sources/orders/folder/").status_code == 403
    assert reader.post("/data/sources/orders/folder/run/").status_code == 403
    assert "shop.db" not in text(reader.get("/data/sources/orders/"))
    assert not Pull.objects.exists()
    job = Pull.objects.create(source=feed.source, feed=feed)
    assert reader.get(f"/jobs/sources.pull/{job.pk}/").status_code == 403


def test_a_pull_is_tested_run_paused_begun_anew_and_deleted(
    steward, lite, feed_of, django_capture_on_commit_callbacks
):
    feed = feed_of(lite)
    lite.run(INSERT, (1, "13800138000", "9.90", "2026-11-01 10:00:00"))
    place = f"/data/pulls/{feed.pk}/"
    assert "13800138000" in text(steward.post(f"{place}test/", follow=True))
    with django_capture_on_commit_callbacks(execute=True):
        steward.post(f"{place}run/")
    assert Load.objects.get().state == "done"
    assert "下次从“id”为 1 处接着取数" in text(steward.get(place))
    assert "已暂停" in text(steward.post(f"{place}pause/", {"active": "0"}, follow=True))
    assert "已暂停" not in text(steward.post(f"{place}pause/", {"active": "1"}, follow=True))
    assert "下次取数从头开始" in text(steward.post(f"{place}restart/", follow=True))
    assert "取数已删除" in text(steward.post(f"{place}delete/", follow=True))
    assert Load.objects.exists(), "what it brought stays"


def test_what_went_wrong_is_on_its_page(steward, lite, feed_of, django_capture_on_commit_callbacks):
    feed = feed_of(lite, query="nowhere")
    with django_capture_on_commit_callbacks(execute=True):
        steward.post(f"/data/pulls/{feed.pk}/run/")
    assert "上次取数失败" in text(steward.get("/data/"))
    told = text(steward.get(f"/data/pulls/{feed.pk}/"))
    assert "没有要读取的表" in told
    assert "no such table: nowhere" in told
    assert "没有要读取的表" in text(steward.post(f"/data/pulls/{feed.pk}/test/", follow=True))


def test_what_the_schedule_asked_for_a_steward_may_cancel(steward, lite, feed_of):
    feed = feed_of(lite)
    job = Pull.objects.create(source=feed.source, feed=feed, trigger="schedule")
    assert "取消" in text(steward.get(f"/data/pulls/{feed.pk}/"))
    steward.post(f"/jobs/sources.pull/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_pull_that_works_again_is_no_longer_called_failed(steward, lite, feed_of):
    feed = feed_of(lite)
    for state in ("failed", "done"):
        Pull.objects.create(source=feed.source, feed=feed, state=state)
    assert "上次取数失败" not in text(steward.get("/data/"))


def test_a_second_pull_at_a_time_is_refused_in_words(steward, lite, feed_of):
    feed = feed_of(lite)
    Pull.objects.create(source=feed.source, feed=feed)
    assert "上一次取数还在进行" in text(steward.post(f"/data/pulls/{feed.pk}/run/", follow=True))


def test_taking_back_a_load_says_that_its_pull_waits(steward, lite, feed_of, django_capture_on_commit_callbacks):
    feed = feed_of(lite)
    lite.run(INSERT, (1, "13800138000", "9.90", "2026-11-01 10:00:00"))
    with django_capture_on_commit_callbacks(execute=True):
        steward.post(f"/data/pulls/{feed.pk}/run/")
    load = Load.objects.get()
    assert f"/data/pulls/{feed.pk}/" in text(steward.get(f"/data/loads/{load.pk}/"))
    told = text(steward.post(f"/data/loads/{load.pk}/undo/", {"name": load.source.name}, follow=True))
    assert "自动取数已暂停" in told


def test_a_folder_is_watched_and_looked_through(steward, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.CDP_DATA = tmp_path / "data"
    source = source_save(slug="members", mapping={"kind": "customers", "identifiers": {"phone": "phone"}})
    place = "/data/sources/members/folder/"
    steward.post(place, {"pattern": "m*.csv", "active": "1"})
    assert (Watch.objects.get().pattern, Watch.objects.get().active) == ("m*.csv", True)
    path = inbox(source) / "m1.csv"
    path.write_text("phone\n13800138000\n")
    os.utime(path, (time.time() - 60,) * 2)
    assert "m1.csv" in text(steward.get(place))
    with django_capture_on_commit_callbacks(execute=True):
        steward.post(f"{place}run/")
    assert Load.objects.get().state == "done"
    assert "m*.csv" in text(steward.get("/data/sources/members/"))


def test_the_page_of_a_source_asks_no_more_for_more_pulls(steward, lite, feed_of, django_assert_max_num_queries):
    for _number in range(12):
        feed = feed_of(lite)
        Pull.objects.create(source=feed.source, feed=feed, state="done")
    with django_assert_max_num_queries(20):
        assert text(steward.get("/data/sources/orders/")).count("shop.db") == 12
