"""What is kept of a customer's segments between two questions is right after anything that changes them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import F
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from segments import sheet as kept
from segments.models import Segment, SegmentRun
from segments.selectors import segments_of
from segments.services import segment_delete
from tags.membership import bitmap_write
from tests.shop import lives_in

pytestmark = pytest.mark.django_db


def said(customer):
    return [(one.segment.slug, one.segment.name_en, one.as_of) for one in segments_of(SYSTEM, customer)]


def slugs(customer):
    return [one.segment.slug for one in segments_of(SYSTEM, customer)]


@pytest.fixture
def anna(shop, make_segment):
    """Anna, whose one segment has been asked for."""
    (anna,) = shop.people(1, "浙江省")
    make_segment("east", lives_in("浙江省"))
    assert slugs(anna) == ["east"]
    return anna


def with_sql(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


BY_EVERY_WAY = {
    "a name, by a query": lambda: Segment.objects.update(name_en="The East"),
    "a name, in SQL": lambda: with_sql("UPDATE segments_segment SET name_en = 'The East'"),
    "what it is as of": lambda: SegmentRun.objects.update(as_of=F("as_of") + timedelta(days=1)),
    "no result": lambda: Segment.objects.update(bitmap=None, run=None),
    "the run itself gone": lambda: SegmentRun.objects.all().delete(),
    "no segment": lambda: Segment.objects.all().delete(),
}


@pytest.mark.parametrize("change", BY_EVERY_WAY.values(), ids=BY_EVERY_WAY)
def test_a_change_by_every_way_is_told(anna, monkeypatch, change):
    before = said(anna)
    change()
    now = said(anna)
    monkeypatch.setattr(kept, "_latest", kept.Sheet(frozenset(), ()))
    assert said(anna) == now != before


def test_new_members_are_told(anna, shop, make_segment):
    shop.move([anna], "四川省")
    make_segment("east", lives_in("浙江省"))
    assert slugs(anna) == []


def test_segments_that_come_and_go_are_told(anna, analyst, make_segment):
    make_segment("people", {"any": [lives_in("浙江省", "四川省")]})
    assert slugs(anna) == ["east", "people"]
    segment_delete(segment=Segment.objects.get(slug="east"), actor=analyst)
    assert slugs(anna) == ["people"]


def test_what_was_taken_back_is_not_told(anna):
    with transaction.atomic():
        Segment.objects.update(bitmap=None, run=None)
        assert slugs(anna) == []
        transaction.set_rollback(True)
    assert slugs(anna) == ["east"]


def test_asking_again_takes_two_small_queries(anna, make_segment, django_assert_num_queries):
    make_segment("west", lives_in("四川省"))
    slugs(anna)
    with django_assert_num_queries(2):
        slugs(anna)


def test_after_one_new_result_only_its_members_are_read(anna, make_segment):
    make_segment("west", lives_in("四川省"))
    slugs(anna)
    before = {entry.segment.slug: entry.members for entry in kept._latest.entries}
    make_segment("west", lives_in("四川省"))
    slugs(anna)
    after = {entry.segment.slug: entry.members for entry in kept._latest.entries}
    assert after["east"] is before["east"]
    assert after["west"] is not before["west"]


def test_nobody_signed_out_is_told_anything(anna):
    assert segments_of(AnonymousUser(), anna) == []


def test_members_without_a_run_are_never_taken_for_those_before(anna, shop):
    (other,) = shop.people(1, "四川省")
    SegmentRun.objects.all().delete()
    assert slugs(anna) == ["east"]
    Segment.objects.update(bitmap=bitmap_write(BitMap([other])))
    assert (slugs(anna), slugs(other)) == ([], ["east"])
