"""What is kept of a customer's tags between two questions is right after anything that changes them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from cdp.access.viewer import SYSTEM
from tags import sheet as kept
from tags.models import Category, Tag, TagRun, TagVersion
from tags.resources import TagResource
from tags.selectors import tags_of
from tags.services import tag_delete, tag_publish, tag_save
from tests.shop import SPENT, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = {"value": "east", "names": {"en": "East"}, "when": lives_in("浙江省")}


def said(customer: int) -> list[tuple]:
    with translation.override("en"):
        found = tags_of(SYSTEM, customer)
        return [
            (one.tag.category.name if one.tag.category else "", one.tag.name, one.labels, one.number)
            for one in found
        ]


@pytest.fixture
def anna(shop, analyst, compute):
    """Anna, whose one tag has been asked for."""
    (anna,) = shop.people(1, "浙江省")
    tag_make("region", {"v": 1, "layers": [EAST]}, analyst, names={"en": "Region"})
    compute(*Tag.objects.all())
    assert said(anna) == [("", "Region", ("East",), None)]
    return anna


def test_a_new_result_is_told(anna, shop, compute):
    shop.move([anna], "四川省")
    compute(*Tag.objects.all())
    assert said(anna) == []


def test_new_names_are_told(anna):
    where = Category.objects.create(slug="where", name_en="Where")
    Tag.objects.update(name_en="Area", category=where)
    assert said(anna) == [("Where", "Area", ("East",), None)]
    Category.objects.update(name_en="Place")
    assert said(anna) == [("Place", "Area", ("East",), None)]


def test_the_names_of_values_are_those_of_the_version_in_force(anna, analyst):
    renamed = {**EAST, "names": {"en": "The East"}}
    tag = tag_save(slug="region", kind="labels", definition={"v": 1, "layers": [renamed]}, actor=analyst)
    assert said(anna)[0][2] == ("East",)
    tag_publish(tag=tag, actor=analyst)
    assert said(anna)[0][2] == ("The East",)


def test_tags_that_come_and_go_are_told(anna, analyst, shop, compute):
    shop.buy((anna, "2026-06-01 10:00:00", 12.5))
    compute(tag_make("spent", {"v": 1, "measure": SPENT}, analyst, names={"en": "Spent"}))
    assert said(anna) == [("", "Region", ("East",), None), ("", "Spent", ("",), 12.5)]
    tag_delete(tag=Tag.objects.get(slug="region"), actor=analyst)
    assert said(anna) == [("", "Spent", ("",), 12.5)]


def test_values_without_names_of_a_tag_without_a_version_in_force(anna):
    Tag.objects.get(slug="region").versions.update(state="retired")
    assert said(anna) == [("", "Region", ("east",), None)]


def test_asking_again_takes_three_small_queries(anna, shop, compute, analyst, django_assert_num_queries):
    compute(tag_make("west", labels(("west", lives_in("四川省"))), analyst))
    said(anna)
    with django_assert_num_queries(3):
        tags_of(SYSTEM, anna)


# Whoever changes it, by whatever way: the database notices


@pytest.fixture
def page(analyst, client):
    """Changes one thing on a stock page, sending everything else as the page had it."""
    client.force_login(analyst)

    def change(row, **fields):
        url = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
        shown = client.get(url).context["adminform"].form
        posted = {name: shown[name].value() or "" for name in shown.fields}
        inline = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
        assert client.post(url, posted | inline | fields).status_code == 302

    change.user = analyst
    return change


def from_workbook(user, slug, **cells):
    rows = TagResource().export(Tag.objects.filter(slug=slug))
    for column, cell in cells.items():
        place = rows.headers.index(column)
        row = list(rows[0])
        row[place] = cell
        rows.rpop()
        rows.append(row)
    result = TagResource().import_data(rows, user=user, raise_errors=True)
    assert not result.has_validation_errors()


def with_sql(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def category(**fields):
    return Category.objects.create(slug="where", name_en="Where", **fields)


def in_a_category():
    Tag.objects.update(category=category())


BY_EVERY_WAY = {
    "a name, by a query": lambda page: Tag.objects.update(name_en="Area"),
    "a name, saved": lambda page: Tag(**Tag.objects.values().get() | {"name_en": "Area"}).save(),
    "a name, in bulk": lambda page: Tag.objects.bulk_update(
        [Tag(pk=Tag.objects.get().pk, name_en="Area")], ["name_en"]
    ),
    "a name, on a stock page": lambda page: page(Tag.objects.get(), name_en="Area"),
    "a name, from a workbook": lambda page: from_workbook(page.user, "region", name_en="Area"),
    "a name, in SQL": lambda page: with_sql("UPDATE tags_tag SET name_en = 'Area'"),
    "a category": lambda page: in_a_category(),
    "how long it counts": lambda page: Tag.objects.update(valid_days=0),
    "how long it counts, on a stock page": lambda page: page(Tag.objects.get(), valid_days="1"),
    "what it is as of": lambda page: TagRun.objects.update(as_of=F("as_of") + timedelta(days=1)),
    "no result in use": lambda page: Tag.objects.update(run=None),
    "the run itself gone": lambda page: TagRun.objects.all().delete(),
    "no version in force": lambda page: TagVersion.objects.update(state="retired"),
    "no tag": lambda page: Tag.objects.all().delete(),
}


def told(customer):
    with translation.override("en"):
        return [
            (one.tag.category_id, one.tag.category and one.tag.category.name, one.tag.name, one.labels, one.as_of)
            for one in tags_of(SYSTEM, customer)
        ]


def told_anew(customer, monkeypatch):
    """By a process that keeps nothing."""
    with monkeypatch.context() as fresh:
        fresh.setattr(kept, "_latest", kept.Sheet(frozenset(), (), ()))
        return told(customer)


@pytest.mark.parametrize("change", BY_EVERY_WAY.values(), ids=BY_EVERY_WAY)
def test_a_change_by_every_way_is_told(anna, page, monkeypatch, change):
    before = told(anna)
    change(page)
    assert told_anew(anna, monkeypatch) != before
    assert told(anna) == told_anew(anna, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: Category.objects.update(name_en="Place"),
        lambda page: page(Category.objects.get(), name_en="Place"),
        lambda page: with_sql("UPDATE tags_category SET name_en = 'Place'"),
    ],
    ids=["by a query", "on a stock page", "in SQL"],
)
def test_a_category_changed_by_every_way_is_told(anna, page, change):
    in_a_category()
    assert said(anna)[0][0] == "Where"
    change(page)
    assert said(anna)[0][0] == "Place"


def test_categories_that_move_put_tags_in_another_order(anna, analyst, compute):
    compute(tag_make("area", {"v": 1, "layers": [EAST]}, analyst, names={"en": "Area"}))
    Tag.objects.filter(slug="region").update(category=category(position=5))
    Tag.objects.filter(slug="area").update(category=Category.objects.create(slug="also", position=9))
    assert [row[1] for row in said(anna)] == ["Region", "Area"]
    Category.objects.filter(slug="where").update(position=10)
    assert [row[1] for row in said(anna)] == ["Area", "Region"]


def test_what_was_taken_back_is_not_told(anna):
    """Nor what is written in its place afterwards taken for it."""
    for name in ("Area", "Place"):
        with transaction.atomic():
            Tag.objects.update(name_en=name)
            assert said(anna)[0][1] == name
            transaction.set_rollback(True)
        assert said(anna)[0][1] == "Region"


def test_marks_do_not_pile_up(anna):
    for number in range(20):
        Tag.objects.update(name_en=f"Area {number}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tags_sheetmark")
        assert cursor.fetchone() == (1,)
