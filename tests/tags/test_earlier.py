"""What a tag said some weeks before its result in use."""

from datetime import timedelta

import pytest

from cdp.access.viewer import SYSTEM
from tags.models import TagRun
from tags.past import tag_values_as_of, tag_values_earlier
from tests.shop import AS_OF, bought, labels, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(shop, analyst, compute):
    """Who bought within two weeks; computed at each of these many days before."""
    anna, bo, chen = shop.people(3)
    shop.buy((anna, "2026-05-01 10:00:00", 1), (bo, "2026-05-20 10:00:00", 1), (chen, "2026-06-25 10:00:00", 1))
    lately = {**bought(), "window": {"last": 14, "unit": "day"}}
    tag = tag_make("lately", labels(("yes", lately), rest="no"), analyst)

    def at(*days):
        for day in days:
            compute(tag, as_of=AS_OF - timedelta(days=day))
        return tag

    return at


def test_it_is_told_by_the_run_that_is_old_enough(quiet):
    quiet(56, 40, 30, 10, 0)
    earlier = tag_values_earlier(SYSTEM, "lately", 28)
    assert earlier.run.as_of == AS_OF - timedelta(days=30)
    assert earlier.values == tag_values_as_of(SYSTEM, "lately", earlier.run.as_of).values
    assert earlier.values["yes"] != tag_values_as_of(SYSTEM, "lately", AS_OF).values["yes"]


def test_without_one_it_is_told_by_the_first(quiet):
    quiet(10, 5, 0)
    assert tag_values_earlier(SYSTEM, "lately", 28).run.as_of == AS_OF - timedelta(days=10)


def test_nothing_is_told_before_the_first_run_nor_without_any(quiet):
    quiet()
    assert tag_values_earlier(SYSTEM, "lately", 28) is None
    quiet(0)
    assert tag_values_earlier(SYSTEM, "lately", 28) is None


def test_a_run_worked_out_afterwards_counts_as_well(quiet):
    quiet(30, 0)
    later = TagRun.objects.order_by("pk").first()
    kept = tag_values_as_of(SYSTEM, "lately", later.as_of).values
    for value, members in kept.items():
        later.past_memberships.create(value=value, bitmap=members.serialize())
    TagRun.objects.filter(pk=later.pk).update(past=True)
    assert tag_values_earlier(SYSTEM, "lately", 28).values == kept
