"""Everything in the order of what is built from what: by command, by schedule, and after a lost worker."""

import pytest
from django.core.management import call_command
from django_celery_beat.models import PeriodicTask

from cdp.access.viewer import SYSTEM
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.store.models import Attribute
from segments.models import Refresh, Segment, SegmentRun
from segments.refresh import refresh_create, refresh_due, refresh_request, refresh_run, refresh_runs, waves
from segments.selectors import segment_members
from segments.services import segment_save
from tags.dependencies import SEGMENT, TAG, Ref
from tags.models import Tag, TagRun
from tags.services import tag_save
from tests.shop import AS_OF, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shop, analyst):
    """Tag region → segment east → tag mood (built on a segment) → segment happy."""
    east = shop.people(2, "浙江省")
    shop.people(1, "四川省")
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    segment_save(slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst)
    tag_make("mood", labels(("good", {"segment": "east"})), analyst, schedule="hourly")
    segment_save(slug="a_happy", rule={"tag": "mood", "op": "is", "value": "good"}, actor=analyst)
    return set(east)


def ledger(refresh):
    return [(type(run).__name__, run.state, run.matched) for run in refresh_runs(refresh)]


def test_tags_and_segments_are_computed_across_each_other(world, analyst, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        refresh = refresh_request(as_of=AS_OF, by=analyst)
    refresh.refresh_from_db()
    assert (refresh.state, refresh.percent, refresh.requested_by) == (JobState.DONE, 100, analyst)
    assert refresh.targets == [["tag", "region"], ["segment", "east"], ["tag", "mood"], ["segment", "a_happy"]]
    assert ledger(refresh) == [("TagRun", "done", 2), ("SegmentRun", "done", 2)] * 2
    assert set(segment_members(SYSTEM, "a_happy")) == world


def test_one_failure_does_not_stop_the_others_and_is_told(world, analyst, shop):
    Attribute.objects.filter(slug="province").delete()
    refresh = refresh_create(as_of=AS_OF)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    assert refresh.state == JobState.FAILED
    assert [state for _name, state, _matched in ledger(refresh)] == ["failed"] * 4
    assert Tag.objects.get(slug="mood").stale_since and Segment.objects.get(slug="east").stale_since


def test_work_taken_up_again_goes_on_where_it_stopped(world):
    refresh = refresh_create(as_of=AS_OF)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    # As if the worker had died during the third run.
    third = TagRun.objects.get(pk=refresh.runs[2])
    TagRun.objects.filter(pk=third.pk).update(state=JobState.WAITING, claim="")
    Tag.objects.filter(slug="mood").update(run=None)
    Refresh.objects.filter(pk=refresh.pk).update(state=JobState.WAITING, claim="", runs=refresh.runs[:3])
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    assert refresh.state == JobState.DONE
    assert (TagRun.objects.count(), SegmentRun.objects.count()) == (2, 3)
    assert TagRun.objects.get(pk=third.pk).attempts == 2


def test_a_schedule_asks_for_its_own_and_for_what_was_never_computed(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        refresh = refresh_due(schedule="hourly")
    assert refresh.targets == [["tag", "region"], ["segment", "east"], ["tag", "mood"]]
    with django_capture_on_commit_callbacks(execute=True):
        assert refresh_due(schedule="hourly").targets == [["tag", "mood"]]
    assert refresh_due(schedule="weekly") is None


def test_a_schedule_waits_for_the_one_before(world):
    assert refresh_due(schedule="hourly") is not None
    assert refresh_due(schedule="hourly") is None


def test_beat_knows_the_schedules_and_the_sweep():
    tasks = {task.name: (task.task, task.args) for task in PeriodicTask.objects.filter(name__startswith="quanxi")}
    assert tasks == {
        "quanxi refresh hourly": ("segments.refresh_due", '["hourly"]'),
        "quanxi refresh daily": ("segments.refresh_due", '["daily"]'),
        "quanxi refresh weekly": ("segments.refresh_due", '["weekly"]'),
        "quanxi ledger sweep": ("ledger.sweep", "[]"),
        "quanxi lake compact": ("store.upkeep_due", '["compact"]'),
        "quanxi lake compact hourly": ("store.upkeep_due", '["compact"]'),
        "quanxi lake vacuum": ("store.upkeep_due", '["vacuum"]'),
        "quanxi old export files": ("exports.clean", "[]"),
        "quanxi old looks at customers": ("looks.forget", "[]"),
        "quanxi old notices": ("notices.clean", "[]"),
        "quanxi reviews that are due": ("reviews.remind", "[]"),
        "quanxi regular mails that are due": ("mailings.due", "[]"),
        "quanxi old looks at share links": ("sharing.clean", "[]"),
        "quanxi watched folders": ("sources.pulls_due", "[]"),
    }


def test_the_command_prints_the_ledger(world, capsys):
    call_command("refresh", "--as-of", "2026-06-30T12:00")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["slug", "kind", "as_of", "matched", "entered", "left", "seconds", "state"]
    assert [line[:6] for line in lines[1:3]] == [
        ["region", "tag", "2026-06-30T12:00:00+08:00", "2", "2", "0"],
        ["east", "segment", "2026-06-30T12:00:00+08:00", "2", "2", "0"],
    ]
    assert [line[-1] for line in lines[1:]] == ["done"] * 4
    assert TagRun.objects.filter(as_of=AS_OF).count() == 2


def test_the_command_does_only_what_is_named_and_what_that_lacks(world, capsys):
    call_command("refresh", "east")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["region", "east"]
    call_command("refresh", "east")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["east"]


def test_the_command_fails_when_a_run_failed(world, capsys):
    Attribute.objects.filter(slug="province").delete()
    with pytest.raises(SystemExit) as stop:
        call_command("refresh", "region")
    out, err = capsys.readouterr()
    assert (stop.value.code, out.splitlines()[1].split()[-1]) == (1, "failed")
    assert "province" in err and "Traceback" not in err


@pytest.mark.parametrize(("arguments", "words"), [(["regoin"], "region"), (["--as-of", "someday"], "someday")])
def test_the_command_refuses_what_it_does_not_know(world, capsys, arguments, words):
    with pytest.raises(SystemExit) as stop:
        call_command("refresh", *arguments)
    assert (stop.value.code, words in capsys.readouterr().err) == (2, True)


def test_drafts_are_not_refreshed(world, analyst):
    tag_save(slug="idea", kind="labels", definition=labels(("x", lives_in("浙江省"))), actor=analyst)
    assert ["tag", "idea"] not in refresh_create(as_of=AS_OF).targets


def test_tags_with_numbers_are_done_a_few_at_a_time_and_those_of_labels_many():
    tags = [Ref(TAG, f"tag{number:03d}") for number in range(100)]
    assert [len(wave) for wave in waves(tags, {})] == [16] * 6 + [4]
    assert [len(wave) for wave in waves(tags, {}, labels=set(tags))] == [48, 48, 4]
    thirds = {tag for number, tag in enumerate(tags) if number % 3}
    assert [len(wave) for wave in waves(tags, {}, labels=thirds)] == [48, 48, 4]


def test_what_is_built_on_another_is_done_after_it():
    below, above, beside, segment = Ref(TAG, "below"), Ref(TAG, "above"), Ref(TAG, "beside"), Ref(SEGMENT, "vip")
    needed = {above: frozenset({below})}
    found = list(waves([below, beside, above, segment], needed))
    assert found == [[below, beside], [above], [segment]]
