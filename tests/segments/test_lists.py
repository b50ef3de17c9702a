"""What one does with the lists of tags and segments: narrow them, choose a look, and act on many."""

import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from segments.activation.models import Webhook
from segments.models import Segment, SegmentRun, SegmentVersion
from segments.services import segment_retire, segment_save
from segments.versions import segment_publish, segment_restore
from tags.models import Category, Tag, TagRun, TagVersion, VersionState
from tags.services import tag_publish, tag_restore, tag_retire
from tests.shop import labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))
IS_EAST = {"tag": "region", "op": "is", "value": "east"}


@pytest.fixture
def page(analyst):
    return page_of(analyst)


@pytest.fixture
def reader(django_user_model):
    return django_user_model.objects.create_user("reader", is_staff=True)


def page_of(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def region(shop, analyst):
    """A tag that a segment is built on, and one that nothing is built on."""
    tag_make("region", EAST, analyst, names={"en": "Region"}, category=category("place"))
    tag_make("alone", EAST, analyst, names={"en": "Alone"})
    segment_save(slug="east", rule=IS_EAST, actor=analyst, names={"en": "East"}, department="Sales")
    return Tag.objects.get(slug="region")


def category(slug):
    return Category.objects.get_or_create(slug=slug, defaults={"name_en": slug.title()})[0]


def shown(client, app, **asked):
    answer = client.get(reverse(f"{app}:list"), asked)
    return [row.named.slug for row in answer.context["list"].rows]


def computed(slug, matched, universe=100):
    version = TagVersion.objects.get(tag__slug=slug, state=VersionState.PUBLISHED)
    run = TagRun.objects.create(version=version, matched=matched, universe=universe, as_of=timezone.now())
    Tag.objects.filter(slug=slug).update(run=run)


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({"used": "yes"}, ["region"]),
        ({"used": "no"}, ["alone"]),
        ({"from": "50"}, ["region"]),
        ({"to": "50%"}, ["alone"]),
        ({"from": "10", "to": "80"}, ["alone", "region"]),
        ({"from": "many"}, ["alone", "region"]),
        ({"category": "place"}, ["region"]),
        ({"category": "-"}, ["alone"]),
        ({"favourites": "1"}, ["alone"]),
        ({"mine": "1"}, ["alone", "region"]),
        ({"state": "retired"}, []),
    ],
)
def test_the_list_is_narrowed(page, region, asked, slugs):
    computed("region", 60)
    computed("alone", 20)
    page.post(reverse("tags:favourite", args=["alone"]))
    assert sorted(shown(page, "tags", **asked)) == slugs


def test_a_tag_that_a_webhook_tells_of_is_used(page, region):
    Webhook.objects.create(name="Mail", url="https://x", about=[{"kind": "tag", "slug": "alone", "value": ""}])
    assert shown(page, "tags", used="no") == []


def test_the_tree_counts_what_there_is(page, region):
    tree = page.get(reverse("tags:list"), {"category": "place"}).context["list"].tree
    assert [(one.label, one.count) for one in tree if one.count] == [
        ("All", 2),
        ("Place", 1),
        ("without a category", 1),
    ]
    assert [one.label for one in tree if one.is_here] == ["Place"]


def test_everybody_has_their_own_favourites_and_their_own_look(page, reader, region):
    assert "★" in page.post(reverse("tags:favourite", args=["region"])).content.decode()
    page.post(reverse("tags:look"), {"as": "cards", "columns": ["owner", "slug", "nonsense"]})
    mine, theirs = (client.get(reverse("tags:list")).context["list"] for client in (page, page_of(reader)))
    assert [row.is_favourite for row in mine.rows if row.named == region] == [True]
    assert not any(row.is_favourite for row in theirs.rows)
    assert mine.look.as_cards and mine.look.columns == ("owner", "slug")
    assert not theirs.look.as_cards
    assert "☆" in page.post(reverse("tags:favourite", args=["region"])).content.decode()


def test_the_sheet_holds_exactly_what_is_shown(page, region):
    Tag.objects.filter(slug="alone").update(name_en="=1+1")
    page.post(reverse("tags:look"), {"columns": ["slug", "uses"]})
    answer = page.get(reverse("tags:shown"), {"sort": "-name"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0] == ("Tag", "Used by", "Short name", "as of")
    assert [row[:3] for row in rows[1:]] == [("Region", 1, "region"), ("'=1+1", 0, "alone")]


def test_one_action_on_many_says_what_was_done_and_what_was_refused(page, region):
    answer = page.post(
        reverse("tags:bulk"), {"action": "retire", "chosen": ["region", "alone"], "back": "/tags/?kind=labels"}
    )
    assert answer.url == "/tags/?kind=labels"
    text = page.get(answer.url).content.decode()
    assert "Retired: Alone." in text
    assert "Nothing was done to Region: This is used by east." in text
    assert shown(page, "tags") == ["region"]
    assert shown(page, "tags", state="retired") == ["alone"]


def test_many_are_given_to_another_category_owner_and_department(page, reader, region):
    category("value")
    for action, value in {"category": "value", "owner": "reader", "department": " Product  team "}.items():
        page.post(reverse("tags:bulk"), {"action": action, action: value, "chosen": ["region", "alone"]})
    for tag in Tag.objects.select_related("category", "owner"):
        assert (tag.category.slug, tag.owner, tag.department) == ("value", reader, "Product team")
    page.post(reverse("segments:bulk"), {"action": "department", "department": "Product", "chosen": ["east"]})
    assert Segment.objects.get().department == "Product"
    refused = page.post(
        reverse("tags:bulk"), {"action": "owner", "owner": "nobody", "chosen": ["alone"]}, follow=True
    )
    assert "No owner was chosen." in refused.content.decode()


@pytest.mark.parametrize("app", ["tags", "segments"])
def test_nobody_without_the_permission_acts_on_many(reader, region, app):
    client = page_of(reader)
    assert client.post(reverse(f"{app}:bulk"), {"action": "retire", "chosen": ["alone", "east"]}).status_code == 403
    assert 'name="chosen"' not in client.get(reverse(f"{app}:list")).content.decode()
    assert not Tag.objects.exclude(retired_at=None).exists()
    assert Client().get(reverse(f"{app}:shown")).status_code == 302
    assert client.get(reverse(f"{app}:bulk")).status_code == 405


def test_to_go_back_leads_nowhere_else(page, region):
    for back in ("https://evil.example/tags/", "//evil.example", "/admin/"):
        assert page.post(reverse("tags:bulk"), {"back": back}).url == "/tags/"


def test_what_is_retired_is_out_of_use_until_a_version_is_restored(page, region, analyst, shop, compute):
    alone = Tag.objects.get(slug="alone")
    shop.people(2, "浙江省")
    compute(alone)
    tag_retire(tag=alone, actor=analyst)
    alone.refresh_from_db()
    assert alone.run is None and "retired" in page.get(reverse("tags:detail", args=["alone"])).content.decode()
    tag_restore(tag=alone, number=1, actor=analyst)
    tag_publish(tag=alone, actor=analyst)
    alone.refresh_from_db()
    assert alone.retired_at is None
    compute(alone)
    assert TagRun.objects.latest("pk").matched == 2


def test_a_retired_segment_frees_what_it_was_built_on_and_can_come_back(region, analyst):
    east = Segment.objects.get(slug="east")
    segment_retire(segment=east, actor=analyst)
    tag_retire(tag=region, actor=analyst)
    tag_restore(tag=region, number=1, actor=analyst)
    tag_publish(tag=region, actor=analyst)
    segment_restore(segment=east, number=1, actor=analyst)
    segment_publish(segment=east, actor=analyst)
    east.refresh_from_db()
    assert east.retired_at is None and east.version == 2


def test_lists_of_300_tags_and_200_segments_ask_no_more_than_short_ones(
    page, region, analyst, django_assert_num_queries, django_assert_max_num_queries
):
    computed("alone", 1)
    east = Segment.objects.get(slug="east")
    east.run = SegmentRun.objects.create(segment=east, universe=10, as_of=timezone.now())
    east.save()
    few = {}
    for app in ("tags", "segments"):
        page.get(reverse(f"{app}:list"))
        with django_assert_max_num_queries(26) as asked:
            page.get(reverse(f"{app}:list"), {"used": "no", "from": "0"})
        few[app] = len(asked)
    many_make(analyst)
    for app, shows in {"tags": "299 tags", "segments": "201 segments"}.items():
        with django_assert_num_queries(few[app]):
            answer = page.get(reverse(f"{app}:list"), {"used": "no", "from": "0"})
        assert shows in answer.content.decode()


def many_make(owner: User):
    now = timezone.now()
    tags = Tag.objects.bulk_create(Tag(slug=f"t{number}", owner=owner) for number in range(298))
    versions = TagVersion.objects.bulk_create(
        TagVersion(tag=tag, number=1, definition=EAST, state=VersionState.PUBLISHED) for tag in tags
    )
    runs = TagRun.objects.bulk_create(TagRun(version=one, matched=1, universe=10, as_of=now) for one in versions)
    for tag, run in zip(tags, runs, strict=True):
        tag.run = run
    Tag.objects.bulk_update(tags, ["run"])
    made = Segment.objects.bulk_create(
        Segment(slug=f"s{number}", owner=owner, definition=lives_in("浙江省")) for number in range(200)
    )
    runs = SegmentRun.objects.bulk_create(SegmentRun(segment=one, universe=10, as_of=now) for one in made)
    SegmentVersion.objects.bulk_create(
        SegmentVersion(segment=one, number=1, definition=one.definition, state=VersionState.PUBLISHED)
        for one in made
    )
    for segment, run in zip(made, runs, strict=True):
        segment.run = run
    Segment.objects.bulk_update(made, ["run"])


def test_a_colleague_who_may_change_segments_only_acts_on_segments_only(region, reader):
    reader.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    client = page_of(reader)
    assert client.post(reverse("segments:bulk"), {"action": "retire", "chosen": ["east"]}).status_code == 302
    assert client.post(reverse("tags:bulk"), {"action": "retire", "chosen": ["alone"]}).status_code == 403
    assert Segment.objects.exclude(retired_at=None).count() == 1
