"""What several tags ask of the data is asked together: each part of the events is read once."""

from collections import Counter

import pytest
from django.core.management import call_command
from pyroaring import BitMap

from cdp.ledger.services import job_run
from cdp.store.lake import Lake
from segments.models import Refresh
from segments.refresh import refresh_create, refresh_run, refresh_runs
from tags.dependencies import TAG, Ref
from tags.rules.answers import Answers
from tags.together import rules_plan
from tests.shop import AS_OF, bought, labels, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shop, analyst):
    """Three people, of whom two have bought; three tags ask about purchases, two of them the same."""
    first, second, _third = shop.people(3)
    shop.buy(
        (first, "2026-05-02T10:00", 10.0), (first, "2026-06-02T10:00", 10.0), (second, "2026-06-03T10:00", 5.0)
    )
    tag_make("buyer", labels(("yes", bought())), analyst)
    tag_make("client", labels(("yes", bought())), analyst)
    tag_make("regular", labels(("yes", bought(2))), analyst)
    return first, second


@pytest.fixture
def read(monkeypatch):
    """How often each part of the events was read."""
    counted: Counter[tuple[str, str]] = Counter()
    part = Lake.part

    def counting(self, expr, which, columns, ids=None):
        counted[which.event, which.month] += 1
        return part(self, expr, which, columns, ids)

    monkeypatch.setattr(Lake, "part", counting)
    return counted


def refreshed() -> dict[str, int]:
    refresh = refresh_create(as_of=AS_OF)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    assert refresh.state == "done"
    return {run.version.tag.slug: run.matched for run in refresh_runs(refresh)}


def test_a_refresh_reads_each_part_once_for_all_tags(world, read):
    assert refreshed() == {"buyer": 2, "client": 2, "regular": 1}
    assert read == {("purchase", "2026-05"): 1, ("purchase", "2026-06"): 1}


def test_asked_again_over_the_same_data_nothing_is_read(world, read):
    first = refreshed()
    read.clear()
    assert refreshed() == first
    assert not read


def test_new_data_is_read_and_counts(world, shop, read):
    refreshed()
    read.clear()
    shop.buy((world[1], "2026-06-04T10:00", 1.0))
    assert refreshed() == {"buyer": 2, "client": 2, "regular": 2}
    assert read


def test_the_plan_counts_what_is_shared(world):
    plan = rules_plan(refs=[Ref(TAG, slug) for slug in ("buyer", "client", "regular")], as_of=AS_OF)
    assert (plan.named, plan.different, plan.shared, plan.alone) == (3, 2, 1, 0)
    assert [(scan.event, scan.leaves, scan.parts, scan.rows) for scan in plan.scans] == [("purchase", 2, 2, 3)]
    assert (plan.rows, plan.rows_alone) == (3, 6)


def test_the_command_explains_and_computes_nothing(world, capsys):
    call_command("refresh", "--explain")
    said = capsys.readouterr().out
    assert said.splitlines()[1].split()[:4] == ["purchase", "2", "2", "3"]
    assert not Refresh.objects.exists()


def test_what_does_not_fit_makes_room_oldest_first():
    answers = Answers(most_bytes=200)
    for number in range(3):
        answers.put("v", number, BitMap(range(number, number + 20)))
    assert answers.get("v", 0) is None
    assert answers.get("v", 2) == BitMap(range(2, 22))
    assert answers.get("other", 2) is None
