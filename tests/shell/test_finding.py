"""The palette: anything by name, by sound or by identifier, as far as the viewer may see it."""

import pytest
from django.contrib.auth.models import Permission, User

from cdp.identity.models import Identifier
from cdp.store.models import Batch, BatchState, Customer
from home.finding import things_found
from segments.models import Segment
from segments.personas.models import Persona
from tags.models import Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A tag, a segment, a persona, and Chen with a phone and a JD account."""
    Tag.objects.create(slug="value", name_zh_hans="客户价值", name_en="Customer value")
    segment = Segment.objects.create(slug="loyal", name_zh_hans="忠诚客户", name_en="Loyal customers")
    Persona.objects.create(slug="night", name_zh_hans="深夜零食党", name_en="Night snackers", segment=segment)
    batch = Batch.objects.create(source="shop", state=BatchState.DONE)
    chen = Customer.objects.create(batch=batch, attributes={"name": "陈一"})
    Identifier.objects.create(type="phone", value="+8613800138000", origin=chen, batch=batch)
    Identifier.objects.create(type="jd_user", value="266079", origin=chen, batch=batch)
    return chen


@pytest.fixture
def reader():
    return User.objects.create_user("mei", is_staff=True)


def urls(viewer, query):
    return [hit.url for group in things_found(viewer, query) for hit in group.hits]


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("客户价", "/tags/value/"),
        ("khjz", "/tags/value/"),
        ("kehujia", "/tags/value/"),
        ("Customer VAL", "/tags/value/"),
        ("ｌｏｙａｌ", "/segments/loyal/"),
        ("zckh", "/segments/loyal/"),
        ("零食", "/personas/night/"),
        ("导入文件", "/data/upload/"),
        ("drwj", "/data/upload/"),
        ("sz", "/admin/"),
    ],
)
def test_anything_is_found_by_its_name_or_its_sound(admin_user, world, query, url):
    assert url in urls(admin_user, query)


@pytest.mark.parametrize("query", ["13800138000", "266079", "陈", "陈一", "#{pk}"])
def test_a_customer_is_found_by_identifier_or_name(admin_user, world, query):
    assert f"/customers/{world.pk}/" in urls(admin_user, query.format(pk=world.pk))


def test_whoever_sees_names_masked_finds_nobody_by_them(reader, world):
    assert not [url for query in ("陈", "陈一", "13800138000") for url in urls(reader, query)]
    assert urls(reader, "266079") == [f"/customers/{world.pk}/"]
    shown = str(things_found(reader, "266079"))
    assert "陈一" not in shown and "13800138000" not in shown


def test_pages_are_those_one_may_open(reader, world):
    assert "/data/upload/" not in urls(reader, "导入文件")
    assert "/admin/" not in urls(reader, "")
    reader.user_permissions.add(Permission.objects.get(codename="load_data"))
    assert "/data/upload/" in urls(User.objects.get(pk=reader.pk), "导入文件")


def test_what_begins_with_the_query_comes_first(admin_user):
    for slug, name in (("a", "很高价值"), ("b", "价值"), ("c", "佳智")):
        Tag.objects.create(slug=slug, name_zh_hans=name)
    assert urls(admin_user, "价值") == ["/tags/b/", "/tags/a/"]
    assert urls(admin_user, "jz") == ["/tags/b/", "/tags/c/"]


def test_it_asks_the_database_as_often_for_many_as_for_one(admin_user, world, django_assert_max_num_queries):
    Tag.objects.bulk_create(Tag(slug=f"value{number}") for number in range(200))
    Customer.objects.bulk_create(Customer(batch=world.batch, attributes={"name": "value"}) for _ in range(50))
    with django_assert_max_num_queries(13):
        assert len(urls(admin_user, "value")) == 12


def test_nothing_found_is_said(admin_client):
    admin_client.cookies["django_language"] = "zh-hans"
    assert "没有叫“&lt;b&gt;”的" in admin_client.get("/find/?find=<b>").content.decode()
