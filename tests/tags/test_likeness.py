"""Which tags and segments mean nearly the same customers, and what the lists say of it."""

import random
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyroaring import BitMap

from segments.services import segment_save
from tags.dependencies import SEGMENT, TAG, Ref
from tags.likeness import alike_found
from tags.models import Tag
from tests.shop import bought, labels, lives_in, tag_make

A, B, C = Ref(TAG, "a"), Ref(TAG, "b"), Ref(SEGMENT, "c")


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ([range(100)], [range(96)], True),
        ([range(100)], [range(94)], False),
        ([range(100)], [range(50, 150)], False),
        ([range(100), range(100, 300)], [range(101, 300), range(98)], True),
        ([range(100), range(100, 300)], [range(100)], False),
        ([range(0)], [range(0)], False),
        # Nearly everyone is like nearly everyone.
        ([range(970)], [range(970)], False),
    ],
)
def test_two_are_alike_by_the_customers_each_value_means(a, b, alike):
    meant = {
        ref: {str(place): BitMap(members) for place, members in enumerate(sets)} for ref, sets in ((A, a), (B, b))
    }
    assert bool(alike_found(meant, 1000, {})) == alike


def test_what_is_built_on_another_is_no_duplicate_of_it():
    meant = {A: {"x": BitMap(range(10))}, C: {"": BitMap(range(10))}}
    assert len(alike_found(meant, 100, {})) == 1
    assert alike_found(meant, 100, {C: frozenset({B}), B: frozenset({A})}) == []


def test_hundreds_are_compared_in_no_time():
    drawn = random.Random(7)
    sets = [BitMap(drawn.sample(range(1_000_000), drawn.randrange(500, 5_000))) for _ in range(500)]
    meant = {Ref(TAG, f"t{number}"): {"x": members} for number, members in enumerate(sets)}
    started = time.process_time()
    assert alike_found(meant, 1_000_000, {}) == []
    assert time.process_time() - started < 2


@pytest.mark.django_db
def test_lists_and_pages_tell_the_empty_the_alike_and_the_unused(shop, analyst):
    zhejiang = shop.people(4, "浙江省")
    shop.people(6, "江苏省")
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in zhejiang])
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst, names={"en": "Region"})
    segment_save(slug="buyers", rule=bought(), actor=analyst, names={"en": "Buyers"})
    tag_make("nobody", labels(("x", lives_in("四川省"))), analyst, names={"en": "Nobody"})
    call_command("refresh")
    Tag.objects.filter(slug="nobody").update(created_at=timezone.now() - timedelta(days=91))
    page = Client(headers={"accept-language": "en"})
    page.force_login(analyst)

    def shown(app, health):
        answer = page.get(reverse(f"{app}:list"), {"health": health})
        return [row.named.slug for row in answer.context["list"].rows]

    assert shown("tags", "empty") == ["nobody"]
    assert shown("tags", "duplicate") == ["region"] and shown("segments", "duplicate") == ["buyers"]
    assert shown("tags", "unused") == ["nobody"] and shown("segments", "unused") == []
    text = page.get(reverse("tags:detail", args=["region"])).content.decode()
    assert "It means nearly the same customers as:" in text and "100% the same" in text
    assert "like “Region” (100% the same)" in page.get(reverse("segments:list")).content.decode()
