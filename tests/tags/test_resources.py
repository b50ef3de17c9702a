"""Definitions out to Excel, edited there, and in again."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from import_export.formats.base_formats import XLSX

from segments.models import Segment
from segments.resources import SegmentResource
from segments.services import segment_save
from tags.models import Category, Tag, TagVersion
from tags.resources import TagResource
from tags.services import tag_save
from tests.shop import SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(resource):
    """The exported workbook as rows of column → cell, the way Excel would open it."""
    book = openpyxl.load_workbook(io.BytesIO(XLSX().export_data(resource.export())))
    header, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def book_of(rows):
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def take_in(resource, rows, user, dry_run=False):
    return resource.import_data(
        XLSX().create_dataset(book_of(rows)), user=user, dry_run=dry_run, rollback_on_validation_errors=True
    )


def complaints(result):
    assert not result.has_errors(), [str(error.error) for _n, errors in result.row_errors() for error in errors]
    return {row.number: " ".join(row.error.messages) for row in result.invalid_rows}


@pytest.fixture
def two_tags(shop, analyst):
    place = Category.objects.create(slug="place", name_zh_hans="地域")
    tag_make("zz_region", EAST, analyst, category=place, names={"zh-hans": "地区"}, valid_days=30)
    tag_make("aa_east_buyer", labels(("yes", {"all": [{"tag": "zz_region", "op": "exists"}, bought()]})), analyst)


def test_a_row_reads_like_the_tag(two_tags):
    region, buyer = sheet(TagResource())
    assert [region["slug"], buyer["slug"]] == ["zz_region", "aa_east_buyer"]
    assert (region["name_zh_hans"], region["category"], region["state"]) == ("地区", "place", "published")
    assert "浙江省" in region["sentence"]
    assert json.loads(region["definition"]) == EAST


def test_what_was_not_edited_is_skipped(two_tags, analyst):
    result = take_in(TagResource(), sheet(TagResource()), analyst)
    assert (complaints(result), result.totals["skip"]) == ({}, 2)
    assert TagVersion.objects.count() == 2


def test_an_edited_row_becomes_a_new_published_version(two_tags, analyst):
    region, buyer = sheet(TagResource())
    region |= {"definition": json.dumps(labels(("east", lives_in("江苏省")))), "name_en": "Region", "valid_days": 7}
    result = take_in(TagResource(), [region, buyer], analyst)
    tag = Tag.objects.get(slug="zz_region")
    assert (complaints(result), result.totals["update"], result.totals["skip"]) == ({}, 1, 1)
    assert [(v.number, v.state) for v in tag.versions.order_by("number")] == [(1, "retired"), (2, "published")]
    assert (tag.name_en, tag.name_zh_hans, tag.valid_days) == ("Region", "地区", 7)


def test_a_row_that_says_draft_is_not_published(two_tags, analyst):
    region, _buyer = sheet(TagResource())
    region |= {"definition": json.dumps(labels(("east", lives_in("江苏省")))), "state": "draft"}
    take_in(TagResource(), [region], analyst)
    assert [v.state for v in Tag.objects.get(slug="zz_region").versions.order_by("number")] == [
        "published",
        "draft",
    ]


def test_a_whole_catalogue_moves_to_an_empty_installation(two_tags, analyst):
    rows = sheet(TagResource())
    Tag.objects.all().delete()
    result = take_in(TagResource(), rows, analyst)
    assert (complaints(result), result.totals["new"]) == ({}, 2)
    assert [row["definition"] for row in sheet(TagResource())] == [row["definition"] for row in rows]


def test_every_bad_row_says_what_is_wrong_and_nothing_is_written(two_tags, analyst):
    region, buyer = sheet(TagResource())
    rows = [
        region | {"definition": "{oops"},
        buyer | {"definition": json.dumps(labels(("a", {"attribute": "provinz", "op": "exists"})))},
        region | {"slug": "new", "category": "nowhere"},
        region | {"slug": "soon", "valid_days": "some"},
        region | {"slug": "kind", "kind": "magic"},
        region | {"slug": "good", "name_en": "Good"},
    ]
    result = take_in(TagResource(), rows, analyst)
    told = complaints(result)
    assert list(told) == [1, 2, 3, 4, 5]
    assert "1" in told[1]
    assert "layers → 1 → when → attribute" in told[2]
    assert "nowhere" in told[3] and "place" in told[3]
    assert "some" in told[4] and "magic" in told[5]
    assert not Tag.objects.filter(slug="good").exists()


def test_a_dry_run_checks_everything_and_writes_nothing(two_tags, analyst):
    region, _buyer = sheet(TagResource())
    result = take_in(TagResource(), [region | {"slug": "copy"}], analyst, dry_run=True)
    assert (complaints(result), result.totals["new"]) == ({}, 1)
    assert not Tag.objects.filter(slug="copy").exists()


def test_segments_make_the_round_trip_too(two_tags, analyst):
    segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst, names={"zh-hans": "华东"})
    (row,) = sheet(SegmentResource())
    assert "浙江省" in row["sentence"]
    assert take_in(SegmentResource(), [row], analyst).totals["skip"] == 1
    edited = row | {"definition": json.dumps(lives_in("上海市")), "schedule": "weekly"}
    result = take_in(SegmentResource(), [edited, edited | {"slug": "copy"}], analyst)
    assert complaints(result) == {}
    east, copy = Segment.objects.order_by("-slug")
    assert (east.version, east.schedule, east.name_zh_hans) == (2, "weekly", "华东")
    assert copy.definition == lives_in("上海市")
    bad = take_in(SegmentResource(), [row | {"definition": '{"segment": "gone"}'}], analyst)
    assert "gone" in complaints(bad)[1]


def test_administrators_do_it_on_the_stock_pages(two_tags, analyst, client):
    client.force_login(analyst)
    region, buyer = sheet(TagResource())
    region |= {"definition": json.dumps(labels(("east", lives_in("江苏省"))))}
    upload = SimpleUploadedFile("tags.xlsx", book_of([region, buyer]), XLSX_TYPE)
    url = reverse("admin:tags_tag_import")
    page = client.post(url, {"import_file": upload, "format": "0", "resource": ""})
    assert page.status_code == 200
    assert TagVersion.objects.count() == 2
    confirm = page.context["confirm_form"]
    client.post(reverse("admin:tags_tag_process_import"), confirm.initial)
    assert TagVersion.objects.filter(tag__slug="zz_region", number=2, state="published").exists()
    exported = client.post(reverse("admin:tags_tag_export"), {"format": "0", "resource": ""})
    assert exported.headers["Content-Type"] == XLSX_TYPE


def test_a_bad_upload_is_told_on_the_page_without_a_traceback(two_tags, analyst, client):
    client.force_login(analyst)
    region, _buyer = sheet(TagResource())
    upload = SimpleUploadedFile("tags.xlsx", book_of([region | {"definition": "{oops"}]), XLSX_TYPE)
    page = client.post(reverse("admin:tags_tag_import"), {"import_file": upload, "format": "0", "resource": ""})
    assert page.status_code == 200
    assert b"Traceback" not in page.content
    picture = SimpleUploadedFile("tags.xlsx", b"\x89PNG not a workbook", XLSX_TYPE)
    page = client.post(reverse("admin:tags_tag_import"), {"import_file": picture, "format": "0", "resource": ""})
    assert (page.status_code, b"Traceback" in page.content) == (200, False)


def test_stock_pages_show_definitions_in_words(two_tags, analyst, client, compute):
    client.force_login(analyst)
    segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst)
    tag_save(slug="spent", kind="measure", definition={"v": 1, "measure": SPENT}, actor=analyst)
    compute(*Tag.objects.all())
    version = TagVersion.objects.get(tag__slug="zz_region")
    page = client.get(reverse("admin:tags_tagversion_change", args=[version.pk]))
    assert "省份" in page.content.decode()
    for model in (
        "tags_category",
        "tags_tag",
        "tags_tagversion",
        "tags_tagrun",
        "segments_segment",
        "segments_segmentrun",
        "segments_refresh",
    ):
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200
    tag = client.get(reverse("admin:tags_tag_change", args=[version.tag_id]))
    segment = client.get(reverse("admin:segments_segment_change", args=[Segment.objects.get().pk]))
    assert (tag.status_code, segment.status_code) == (200, 200)
    assert "浙江省" in segment.content.decode()
