"""Segments by rule and by list: members, size over time, and who may be counted."""

import pytest
from django.core.exceptions import PermissionDenied

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.store.models import Customer
from cdp.store.services import profiles_refresh
from segments.models import Segment, SegmentRun
from segments.runs import segment_run
from segments.selectors import segment_counts, segment_members, segment_sizes, segments, segments_of
from segments.services import (
    segment_delete,
    segment_from_list,
    segment_refresh_request,
    segment_retire,
    segment_runs_create,
    segment_save,
)
from tags.selectors import catalog
from tests.shop import AS_OF, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def gather(django_capture_on_commit_callbacks):
    """Refresh segments here and now; returns their runs."""

    def run(*rows, as_of=AS_OF):
        with django_capture_on_commit_callbacks(execute=True):
            runs = segment_refresh_request(segments=rows, as_of=as_of)
        return [SegmentRun.objects.get(pk=run.pk) for run in runs]

    return run


def members(slug, viewer=SYSTEM):
    return set(segment_members(viewer, slug))


def test_a_segment_has_the_members_of_its_rule_and_a_history(shop, analyst, gather):
    east = shop.people(3, "浙江省")
    (west,) = shop.people(1, "四川省")
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst, names={"zh-hans": "华东"})
    assert members("east") == set()
    gather(segment)
    shop.move(east[:1], "四川省")
    shop.move([west], "浙江省")
    (run,) = gather(segment)
    assert members("east") == {*east[1:], west}
    assert (run.state, run.universe, run.matched, run.entered, run.left) == (JobState.DONE, 4, 3, 1, 1)
    sizes = segment_sizes(SYSTEM, "east")
    assert [(one.matched, one.entered, one.left) for one in sizes] == [(3, 3, 0), (3, 1, 1)]
    assert [one.segment.slug for one in segments_of(SYSTEM, west)] == ["east"]
    assert segments(SYSTEM).get().count == 3


def test_a_changed_rule_is_a_new_version_and_an_old_run_of_it_ends_quietly(shop, analyst, gather):
    east = shop.people(2, "浙江省")
    segment = segment_save(slug="home", rule=lives_in("浙江省"), actor=analyst)
    gather(segment)
    (old,) = segment_runs_create(segments=[segment])
    changed = segment_save(slug="home", rule=lives_in("四川省"), actor=analyst)
    assert changed.version == 2
    job_run(SegmentRun, old.pk, segment_run)
    old.refresh_from_db()
    assert (old.state, members("home")) == (JobState.CANCELLED, set(east))
    gather(changed)
    assert members("home") == set()


def test_names_may_change_without_a_new_version(shop, analyst):
    segment_save(slug="home", rule=lives_in("浙江省"), actor=analyst, names={"en": "home"})
    segment = segment_save(slug="home", rule=lives_in("浙江省"), actor=analyst, names={"zh-hans": "本地"})
    assert (segment.version, segment.names) == (1, {"zh-hans": "本地", "en": "home"})


def test_a_failed_run_leaves_the_members_and_marks_the_segment_stale(shop, analyst, compute, gather):
    east = shop.people(2, "浙江省")
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    compute(tag)
    segment = segment_save(slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst)
    gather(segment)
    tag.versions.update(state="retired")
    (run,) = gather(segment)
    segment.refresh_from_db()
    assert (run.state, members("east")) == (JobState.FAILED, set(east))
    assert segment.stale_since is not None


def test_the_run_asked_for_later_wins_whoever_is_quicker(shop, analyst):
    shop.people(1, "浙江省")
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst)
    (first,) = segment_runs_create(segments=[segment])
    (second,) = segment_runs_create(segments=[segment])
    job_run(SegmentRun, second.pk, segment_run)
    job_run(SegmentRun, first.pk, segment_run)
    first.refresh_from_db()
    assert first.state == JobState.CANCELLED
    assert Segment.objects.get().run == second


def test_segments_are_built_from_segments_but_never_from_themselves(shop, analyst, gather):
    east = shop.people(2, "浙江省")
    shop.buy((east[0], "2026-06-01 10:00:00", 10))
    base = segment_save(slug="z_buyers", rule=bought(), actor=analyst)
    top = segment_save(slug="a_rest", rule={"not": {"segment": "z_buyers"}}, actor=analyst)
    gather(top, base)
    assert members("a_rest") == {east[1]}
    with pytest.raises(UserError) as error:
        segment_save(slug="z_buyers", rule={"segment": "a_rest"}, actor=analyst)
    assert error.value.problems[0].params == {"way": "z_buyers → a_rest → z_buyers"}
    with pytest.raises(UserError, match="used by a_rest"):
        segment_delete(segment=base, actor=analyst)


def test_what_cannot_be_saved_is_told_at_once(shop, analyst):
    rule = {"all": [{"attribute": "provinz", "op": "is", "value": "x"}, {"segment": "nobody"}]}
    with pytest.raises(UserError) as error:
        segment_save(slug="east", rule=rule, actor=analyst)
    assert [problem.path for problem in error.value.problems] == [("all", 0, "attribute"), ("all", 1, "segment")]


def test_only_who_may_edit_segments_saves_them(shop, django_user_model):
    visitor = django_user_model.objects.create_user("visitor", is_staff=True)
    with pytest.raises(PermissionDenied):
        segment_save(slug="east", rule=lives_in("浙江省"), actor=visitor)


def test_who_may_see_no_customer_counts_none(shop, analyst, gather, django_user_model):
    shop.people(2, "浙江省")
    gather(segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst))
    outsider = django_user_model.objects.create_user("outsider")
    assert members("east", outsider) == set()
    assert segment_counts(outsider) == {"east": 0}
    assert segment_counts(analyst) == {"east": 2}


@pytest.fixture
def known(shop):
    """Anna by phone and e-mail, Bo by member number, Chen by phone."""
    anna, bo, chen = shop.people(3)
    shop.identify(anna, phone="+8613800138000", email="anna@example.com")
    shop.identify(bo, member_no="M-7")
    shop.identify(chen, phone="+8613900139000")
    return anna, bo, chen


@pytest.fixture
def from_list(django_capture_on_commit_callbacks, analyst):
    def make(values, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return segment_from_list(slug="guests", values=values, actor=analyst, **more)

    return make


def test_a_list_is_matched_by_any_identifier_however_it_is_written(known, from_list):
    anna, bo, _chen = known
    report = from_list(["138 0013 8000", "Anna@Example.com", " M-7 ", "", "M-7", "19912345678", "nonsense"])
    assert members("guests") == {anna, bo}
    assert (report.given, report.repeated, report.customers) == (6, 1, 2)
    assert [(one.row, one.value) for one in report.unmatched] == [(6, "19912345678"), (7, "nonsense")]
    assert catalog(SYSTEM).lists.keys() == {"guests"}


def test_a_list_of_one_type_says_why_a_value_is_not_one(known, from_list):
    report = from_list(["13800138000", "M-7"], type="phone")
    assert members("guests") == {known[0]}
    assert report.unmatched[0].problem.message == "This is not a phone number"


@pytest.mark.parametrize("values", [[], ["", " "], ["19900000000"]])
def test_a_list_that_leads_to_nobody_is_refused(known, from_list, values):
    with pytest.raises(UserError):
        from_list(values)
    assert not Segment.objects.exists()


def test_a_type_that_is_not_there_is_refused(known, from_list):
    with pytest.raises(UserError) as error:
        from_list(["x"], type="phon")
    assert error.value.problems[0].path == ("type",)


def test_no_value_of_a_list_is_kept(known, from_list):
    from_list(["13800138000", "19912345678"])
    assert "138" not in str(Segment.objects.values().get()["definition"])


def test_a_list_follows_merges_and_their_undoing(known, from_list, gather):
    anna, bo, _chen = known
    segment = from_list(["13800138000"]).segment
    Customer.objects.filter(pk=anna).update(merged_into=bo)
    profiles_refresh()
    gather(segment)
    assert members("guests") == {bo}
    Customer.objects.filter(pk=anna).update(merged_into=None)
    profiles_refresh()
    gather(segment)
    assert members("guests") == {anna}


def test_a_rule_can_ask_who_is_on_a_list(known, from_list, gather, analyst):
    from_list(["13800138000"])
    segment = segment_save(slug="others", rule={"not": {"list": "guests"}}, actor=analyst)
    gather(segment)
    assert members("others") == set(known[1:])
    with pytest.raises(UserError):
        segment_save(slug="guests", rule=bought(), actor=analyst)


def test_a_run_that_ends_after_its_segment_was_retired_brings_nobody_back(shop, analyst):
    segment = segment_save(slug="buyers", rule=bought(), actor=analyst)
    (run,) = segment_runs_create(segments=[segment], as_of=AS_OF)
    segment_retire(segment=segment, actor=analyst)
    job_run(SegmentRun, run.pk, segment_run)
    segment.refresh_from_db()
    assert (SegmentRun.objects.get(pk=run.pk).state, segment.run) == (JobState.CANCELLED, None)
