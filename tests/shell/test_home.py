"""Home: what changed, and the first steps until they are done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdp.sources.models import Source
from cdp.store.models import Batch, BatchState, Customer
from cdp.store.selectors import data_version
from home.pages import HomePage
from segments.models import Segment, SegmentRun
from segments.personas.models import Persona
from tags.models import Tag, TagRun, TagVersion, VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def loyal():
    segment = Segment.objects.create(slug="loyal", name_zh_hans="忠诚客户", count=120)
    segment.run = SegmentRun.objects.create(segment=segment, as_of=timezone.now(), matched=120, entered=12, left=3)
    segment.save()
    return segment


def test_a_new_place_shows_the_four_first_steps(admin_client):
    text = admin_client.get("/").content.decode()
    assert "从这里开始" in text
    assert 'href="/data/upload/"' in text


def test_steps_are_ticked_off_and_go_when_all_are_done(admin_user, loyal):
    assert [step.is_done for step in HomePage.of(admin_user).steps] == [False, False, True, False]
    Customer.objects.create(batch=Batch.objects.create(source="shop", state=BatchState.DONE))
    tag = Tag.objects.create(slug="value")
    TagVersion.objects.create(tag=tag, number=1, definition={}, state=VersionState.PUBLISHED)
    Persona.objects.create(slug="loyal", segment=loyal)
    assert not HomePage.of(admin_user).is_new_here


def test_it_says_who_entered_and_left_and_which_tags_are_stale(admin_client, loyal):
    Tag.objects.create(slug="value", name_zh_hans="客户价值", stale_since=timezone.now())
    text = admin_client.get("/").content.decode()
    for shown in ("忠诚客户", "+12", "−3", "客户价值", "刷新失败"):
        assert shown in text


def test_a_tag_whose_data_changed_since_is_named(admin_client, loyal):
    tag = Tag.objects.create(slug="value", name_zh_hans="客户价值")
    version = TagVersion.objects.create(tag=tag, number=1, definition={}, state=VersionState.PUBLISHED)
    tag.run = TagRun.objects.create(version=version, as_of=timezone.now(), data_version=data_version())
    tag.save()
    assert "所有标签都是最新的" in admin_client.get("/").content.decode()
    assert "最新" in admin_client.get("/tags/").content.decode()
    TagRun.objects.update(data_version="what there was before the last load")
    assert "有新数据" in admin_client.get("/").content.decode()
    page = admin_client.get("/tags/?state=behind").content.decode()
    assert "客户价值" in page and "有新数据" in page
    assert "客户价值" not in admin_client.get("/tags/?state=fresh").content.decode()


def test_nobody_left_is_a_dash(admin_client, loyal):
    SegmentRun.objects.update(left=0)
    text = admin_client.get("/").content.decode()
    assert "+12" in text
    assert "−0" not in text


def test_home_asks_the_database_as_often_for_one_segment_as_for_many(
    admin_client, loyal, django_assert_max_num_queries
):
    for number in range(30):
        Tag.objects.create(slug=f"tag{number}", stale_since=timezone.now())
        segment = Segment.objects.create(slug=f"group{number}")
        segment.run = SegmentRun.objects.create(segment=segment, as_of=timezone.now(), entered=1)
        segment.save()
    with django_assert_max_num_queries(25):
        admin_client.get("/")


def test_a_number_opens_what_it_counts(admin_client, shop, loyal):
    old = shop.people(2)
    Batch.objects.update(created_at=timezone.now() - timedelta(days=8))
    new = shop.people(3)
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in old])
    text = admin_client.get("/").content.decode()
    assert '<a class="q-stat-open" href="/customers/">' in text
    assert '<a class="q-stat-note q-link" href="/customers/?lately=1">7 天内新增 3' in text
    listed = admin_client.get("/customers/?lately=1").content.decode()
    assert all(f'href="/customers/{pk}/"' in listed for pk in new)
    assert not any(f'href="/customers/{pk}/"' in listed for pk in old)
    assert 'href="/data/fields/"' in text
    assert "共 2 个" in admin_client.get("/data/fields/").content.decode()
    assert 'href="/segments/loyal/#runs"' in text


def test_what_came_without_a_file_counts_as_a_load_too(admin_client, shop):
    Source.objects.create(slug="crm", name_zh_hans="客户系统")
    shop.people(1)
    row = admin_client.get("/data/").content.decode().split("客户系统")[1].split("</tr>")[0]
    assert '<td class="q-num">1</td>' in row
    assert "由命令导入，没有文件" in admin_client.get("/data/sources/crm/").content.decode()
