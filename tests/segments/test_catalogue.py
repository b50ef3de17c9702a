"""The catalogues of tags and of segments: narrowed, put in order, taken away."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from segments.models import Segment, SegmentRun
from tags.models import Tag, TagRun, TagVersion, VersionState

pytestmark = pytest.mark.django_db
RULE = {"attribute": "province", "op": "exists"}
# Slug, Chinese name, owner, department, size (None: never computed), hours since it was computed.
ROWS = [
    ("loyal", "忠诚客户", "mei", "市场部", 30, 5),
    ("asleep", "沉睡客户", "chen", "市场部", 200, 1),
    ("fresh", "爱尝新", "mei", "商品部", None, None),
]


@pytest.fixture
def page(admin_client):
    admin_client.cookies["django_language"] = "zh-hans"
    return admin_client


@pytest.fixture(params=["tags", "segments"])
def catalogue(request, page):
    """`catalogue("sort=size")`: the short names that the catalogue of tags, or of segments, shows, in order."""
    make = {"tags": tag, "segments": segment}[request.param]
    for slug, name, owner, department, size, hours in ROWS:
        person, _made = User.objects.get_or_create(username=owner)
        make(size, hours, slug=slug, name_zh_hans=name, owner=person, department=department)

    def shown(query="", form="list"):
        answer = page.get(f"{reverse(f'{request.param}:{form}')}?{query}")
        if form == "list":
            return re.findall(rf'<td><a href="/{request.param}/(\w+)/">', answer.content.decode())
        rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
        return [row[0] for row in rows][1:]

    return shown


def tag(size, hours, **fields):
    made = Tag.objects.create(**fields)
    version = TagVersion.objects.create(
        tag=made,
        number=1,
        definition={"v": 1, "layers": [{"value": "x", "when": RULE}]},
        state=VersionState.PUBLISHED,
        published_at=timezone.now(),
    )
    if size is not None:
        made.run = TagRun.objects.create(version=version, matched=size, universe=400, as_of=ago(hours))
        made.save()


def segment(size, hours, **fields):
    made = Segment.objects.create(definition=RULE, count=size or 0, **fields)
    if size is not None:
        made.run = SegmentRun.objects.create(segment=made, matched=size, universe=400, as_of=ago(hours))
        made.save()


def ago(hours):
    return timezone.now() - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("owner=mei&sort=name", ["fresh", "loyal"]),
        ("department=市场部&sort=name", ["asleep", "loyal"]),
        ("owner=mei&department=市场部", ["loyal"]),
        ("owner=nobody", []),
        # Ài, chén, zhōng: as a dictionary has them.
        ("sort=name", ["fresh", "asleep", "loyal"]),
        ("sort=-name", ["loyal", "asleep", "fresh"]),
        ("sort=-size", ["asleep", "loyal"]),
        ("sort=size", ["loyal", "asleep"]),
        ("sort=-fresh", ["asleep", "loyal", "fresh"]),
        ("sort=fresh", ["loyal", "asleep", "fresh"]),
    ],
)
def test_what_was_asked_for_is_shown_in_its_order(catalogue, query, slugs):
    shown = catalogue(query)
    # What was never computed has no size, and a segment's column says none: its place does not matter.
    assert [slug for slug in shown if slug in slugs] == slugs
    assert "owner" not in query or shown == slugs


@pytest.mark.parametrize(("query", "slugs"), [("", {"loyal", "asleep", "fresh"}), ("owner=chen", {"asleep"})])
def test_the_workbook_holds_what_the_catalogue_shows(catalogue, query, slugs):
    assert set(catalogue(query, "catalogue")) == slugs


def test_a_heading_says_how_it_is_sorted_and_turns_round(page):
    segment(1, 1, slug="one")
    text = page.get("/segments/?sort=-size&kind=rule").content.decode()
    assert 'aria-sort="descending"><a class="q-sort" href="?kind=rule&amp;sort=size">' in text
    assert 'aria-sort="none"><a class="q-sort" href="?kind=rule&amp;sort=name">' in text


def test_tags_to_look_at_are_those_home_names(page):
    for slug, fields in {"failed": {"stale_since": timezone.now()}, "good": {}}.items():
        Tag.objects.create(slug=slug, **fields)
    text = page.get("/tags/?state=attention").content.decode()
    assert "/tags/failed/" in text and "/tags/good/" not in text
