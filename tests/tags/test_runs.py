"""What a run puts in use, what it leaves alone, and that its history replays to the present."""

from random import Random

import pytest
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from tags import in_use
from tags.membership import bitmap_read, bitmap_write, providers
from tags.models import EmptyPolicy, Measurement, Membership, MembershipChange, Tag, TagRun
from tags.runs import tag_run
from tags.selectors import tag_numbers, tag_values, tags_of
from tags.services import tag_runs_create, tag_save
from tests.shop import AS_OF, SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db

BINS = [{"value": "low", "below": 100}, {"value": "mid", "below": 500}, {"value": "high"}]


def sets(slug):
    return {value: set(members) for value, members in tag_values(SYSTEM, slug).items()}


def test_the_first_matching_layer_wins_and_the_rest_gets_the_rest(shop, analyst, compute):
    east = shop.people(2, "浙江省")
    west = shop.people(3, "四川省")
    shop.buy((east[0], "2026-06-01 10:00:00", 10), (west[0], "2026-06-01 10:00:00", 10))
    tag = tag_make("group", labels(("east", lives_in("浙江省")), ("buyer", bought()), rest="others"), analyst)
    (run,) = compute(tag)
    assert sets("group") == {"east": set(east), "buyer": {west[0]}, "others": set(west[1:])}
    assert (run.state, run.universe, run.matched, run.entered, run.left) == (JobState.DONE, 5, 5, 5, 0)
    assert run.data_version


def test_all_matches_count_when_a_tag_has_several_values(shop, analyst, compute):
    east = shop.people(2, "浙江省")
    shop.buy((east[0], "2026-06-01 10:00:00", 10))
    definition = labels(("east", lives_in("浙江省")), ("buyer", bought()), multiple=True)
    compute(tag_make("group", definition, analyst))
    assert sets("group") == {"east": set(east), "buyer": {east[0]}}


def test_a_measure_gives_everyone_a_number_and_a_bin(shop, analyst, compute):
    poor, fair, rich, edge, none = shop.people(5)
    shop.buy(
        (poor, "2026-06-01 10:00:00", 99.5),
        (fair, "2026-06-01 10:00:00", 300),
        (rich, "2026-06-01 10:00:00", 400),
        (rich, "2026-06-02 10:00:00", 400.25),
        (edge, "2026-06-02 10:00:00", 100),
    )
    compute(tag_make("spent", {"v": 1, "measure": SPENT, "bins": BINS}, analyst))
    assert sets("spent") == {"low": {poor, none}, "mid": {fair, edge}, "high": {rich}}
    numbers = dict(zip(*tag_numbers(SYSTEM, "spent").to_pydict().values(), strict=True))
    assert numbers == {poor: 99.5, fair: 300.0, rich: 800.25, edge: 100.0, none: 0.0}
    (own,) = tags_of(SYSTEM, rich)
    assert (own.values, own.number, own.as_of) == (("high",), 800.25, AS_OF)


def test_a_measure_without_bins_is_one_nameless_value(shop, analyst, compute):
    buyer, _other = shop.people(2)
    shop.buy((buyer, "2026-06-01 10:00:00", 10))
    average = {**SPENT, "agg": "avg"}
    tag = tag_make("average", {"v": 1, "measure": average}, analyst)
    rich = tag_make("rich", labels(("yes", {"tag": "average", "op": ">", "value": 5})), analyst)
    compute(tag, rich)
    assert sets("average") == {"": {buyer}}
    assert sets("rich") == {"yes": {buyer}}


def test_tags_are_computed_after_what_they_are_built_from(shop, analyst, compute):
    east = shop.people(2, "浙江省")
    base = tag_make("zz_base", labels(("east", lives_in("浙江省"))), analyst)
    top = tag_make("aa_top", labels(("yes", {"tag": "zz_base", "op": "is", "value": "east"})), analyst)
    runs = compute(top, base)
    assert [run.version.tag.slug for run in runs] == ["zz_base", "aa_top"]
    assert sets("aa_top") == {"yes": set(east)}


def test_a_run_does_what_it_is_built_on_first(shop, analyst):
    shop.people(2, "浙江省")
    base = tag_make("base", labels(("east", lives_in("浙江省"))), analyst)
    top = tag_make("top", labels(("yes", {"tag": "base", "op": "exists"})), analyst)
    below, above = tag_runs_create(tags=[base, top], as_of=AS_OF)
    job_run(TagRun, above.pk, tag_run)
    assert TagRun.objects.get(pk=below.pk).state == JobState.DONE
    assert len(sets("top")["yes"]) == 2


def test_a_run_on_something_never_computed_fails_in_words(shop, analyst, compute):
    tag_make("base", labels(("east", lives_in("浙江省"))), analyst)
    (run,) = compute(tag_make("top", labels(("no", {"not": {"tag": "base", "op": "exists"}})), analyst))
    assert run.state == JobState.FAILED
    assert run.problems[0]["params"] == {"tag": "base"}
    assert sets("top") == {}


def test_a_failed_run_leaves_the_last_good_result_and_marks_the_tag_stale(shop, analyst, compute):
    east = shop.people(2, "浙江省")
    other = tag_make("other", labels(("x", lives_in("浙江省"))), analyst)
    tag = tag_make("group", labels(("a", {"tag": "other", "op": "exists"})), analyst)
    compute(other, tag)
    good = Tag.objects.get(pk=tag.pk).run
    other.versions.update(state="retired")
    (run,) = compute(tag)
    tag.refresh_from_db()
    assert (run.state, run.problems[0]["params"]) == (JobState.FAILED, {"name": "other"})
    assert (tag.run, sets("group")) == (good, {"a": set(east)})
    assert tag.stale_since is not None
    other.versions.update(state="published")
    compute(tag)
    tag.refresh_from_db()
    assert tag.stale_since is None


def test_a_run_of_a_version_no_longer_in_force_ends_quietly(shop, analyst):
    shop.people(1, "浙江省")
    tag = tag_make("group", labels(("a", lives_in("浙江省"))), analyst)
    (old,) = tag_runs_create(tags=[tag], as_of=AS_OF)
    tag_make("group", labels(("b", lives_in("浙江省"))), analyst)
    job_run(TagRun, old.pk, tag_run)
    old.refresh_from_db()
    assert (old.state, sets("group")) == (JobState.CANCELLED, {})
    assert Tag.objects.get(pk=tag.pk).stale_since is None


def test_the_run_asked_for_later_wins_whoever_is_quicker(shop, analyst):
    early = shop.people(1, "浙江省")
    tag = tag_make("group", labels(("a", lives_in("浙江省"))), analyst)
    first, second = tag_runs_create(tags=[tag], as_of=AS_OF) + tag_runs_create(tags=[tag], as_of=AS_OF)
    job_run(TagRun, second.pk, tag_run)
    shop.people(1, "浙江省")
    job_run(TagRun, first.pk, tag_run)
    first.refresh_from_db()
    assert (first.state, sets("group")) == (JobState.CANCELLED, {"a": set(early)})
    assert not MembershipChange.objects.filter(run=first).exists()


def test_a_run_done_twice_changes_nothing(shop, analyst):
    east = shop.people(2, "浙江省")
    tag = tag_make("group", labels(("a", lives_in("浙江省"))), analyst)
    (run,) = tag_runs_create(tags=[tag], as_of=AS_OF)
    job_run(TagRun, run.pk, tag_run)
    TagRun.objects.filter(pk=run.pk).update(state=JobState.WAITING, claim="")
    job_run(TagRun, run.pk, tag_run)
    run.refresh_from_db()
    assert (run.state, run.entered, run.attempts) == (JobState.DONE, 2, 2)
    assert sets("group") == {"a": set(east)}
    assert MembershipChange.objects.filter(run=run).count() == 1


def test_a_new_version_keeps_the_old_result_until_its_first_run(shop, analyst, compute):
    east, west = shop.people(1, "浙江省"), shop.people(1, "四川省")
    tag = tag_make("group", labels(("east", lives_in("浙江省"))), analyst)
    compute(tag)
    tag_make("group", labels(("west", lives_in("四川省"))), analyst)
    assert sets("group") == {"east": set(east)}
    (run,) = compute(tag)
    assert sets("group") == {"west": set(west)}
    assert (run.entered, run.left) == (1, 1)
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(("policy", "still"), [(EmptyPolicy.BLANK, set()), (EmptyPolicy.KEEP, {0})])
def test_what_happens_to_who_has_no_value_any_more(shop, analyst, compute, policy, still):
    ids = shop.people(2, "浙江省")
    definition = labels(("east", lives_in("浙江省")), ("west", lives_in("四川省")))
    tag = tag_make("group", definition, analyst, empty_policy=policy)
    compute(tag)
    shop.move([ids[0]], "海南省")
    shop.move([ids[1]], "四川省")
    (run,) = compute(tag)
    assert sets("group") == {"east": {ids[n] for n in still}, "west": {ids[1]}}
    assert run.left == 1 - len(still)


def test_a_kept_number_falls_into_todays_bins(shop, analyst, compute):
    first, second = shop.people(2)
    shop.buy((first, "2026-06-29 10:00:00", 150), (second, "2026-05-01 10:00:00", 600))
    recent = {"event": "purchase", "agg": "max", "property": "amount", "window": {"last": 30, "unit": "day"}}
    tag = tag_make("recent", {"v": 1, "measure": recent, "bins": BINS}, analyst, empty_policy="keep")
    compute(tag)
    (run,) = compute(tag, as_of=AS_OF.replace(month=8, day=20))
    assert sets("recent") == {"low": set(), "mid": {first}, "high": set()}
    assert (run.matched, run.left) == (1, 0)


def replayed(tag):
    """Each value's customers out of nothing but the recorded changes."""
    values = {}
    changes = MembershipChange.objects.filter(run__version__tag=tag, run__state=JobState.DONE).order_by("run_id")
    for step in changes:
        now = values.setdefault(step.value, BitMap())
        assert not now & bitmap_read(step.entered)
        assert bitmap_read(step.left) <= now
        values[step.value] = (now - bitmap_read(step.left)) | bitmap_read(step.entered)
    return {value: set(members) for value, members in values.items() if members}


def test_the_recorded_changes_replay_to_the_present(shop, analyst, compute):
    """Random moves of people, changes of the definition and of the empty policy; the history must tell them all."""
    random = Random(7)
    ids = shop.people(12)
    provinces = ["浙江省", "四川省", "海南省"]
    definitions = [
        labels(("a", lives_in("浙江省")), ("b", lives_in("四川省"))),
        labels(("a", lives_in("浙江省", "四川省")), ("b", lives_in("四川省")), multiple=True),
        labels(("c", lives_in("海南省")), rest="a"),
    ]
    tag = tag_make("group", definitions[0], analyst)
    for _step in range(10):
        shop.move(random.sample(ids, random.randint(1, 6)), random.choice(provinces))
        if random.random() < 0.4:
            policy = random.choice(EmptyPolicy.values)
            tag_make("group", random.choice(definitions), analyst, empty_policy=policy)
        (run,) = compute(tag)
        present = {value: members for value, members in sets("group").items() if members}
        assert replayed(tag) == present
        assert run.matched == len(set().union(*present.values()))
    runs = TagRun.objects.filter(version__tag=tag)
    assert sum(run.entered - run.left for run in runs) == run.matched


@pytest.mark.parametrize(
    ("bins", "place"),
    [
        ([{"value": "low"}, {"value": "high"}], "bins/0/below"),
        ([{"value": "low", "below": "ten"}, {"value": "high"}], "bins/0/below"),
        ([{"value": "a", "below": 5}, {"value": "b", "below": 5}, {"value": "c"}], "bins/1/below"),
        ([{"value": "low", "below": 5}, {"value": "high", "below": 9}], "bins/1/below"),
        ([{"value": "low", "below": 5}, {"value": "low"}], "bins"),
        ({"thresholds": [5]}, "bins"),
    ],
)
def test_bins_that_leave_a_number_without_a_place_are_refused(shop, analyst, bins, place):
    with pytest.raises(UserError) as error:
        tag_save(slug="spent", kind="measure", definition={"measure": SPENT, "bins": bins}, actor=analyst)
    assert ["/".join(map(str, problem.path)) for problem in error.value.problems] == [place]


class Interrupting:
    """Segments to build a rule on; asking for their members does something else first, once."""

    def __init__(self, members, interruption):
        self.found, self.interruption = BitMap(members), interruption

    def names(self):
        return {"regulars": {}}

    def references(self):
        return {}

    def members(self, slug):
        interruption, self.interruption = self.interruption, lambda: None
        interruption()
        return self.found


def test_a_later_run_that_overtakes_in_the_middle_of_one_wins(shop, analyst, monkeypatch):
    early, late = shop.people(1)[0], shop.people(1)[0]
    monkeypatch.setitem(providers, "segment", Interrupting([early], lambda: None))
    tag = tag_make("group", labels(("a", {"segment": "regulars"})), analyst)
    (first,), (second,) = tag_runs_create(tags=[tag], as_of=AS_OF), tag_runs_create(tags=[tag], as_of=AS_OF)

    def overtake():
        monkeypatch.setitem(providers, "segment", Interrupting([late], lambda: None))
        job_run(TagRun, second.pk, tag_run)

    monkeypatch.setitem(providers, "segment", Interrupting([early], overtake))
    job_run(TagRun, first.pk, tag_run)
    states = TagRun.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), sets("group")) == ([JobState.CANCELLED, JobState.DONE], {"a": {late}})
    assert replayed(tag) == {"a": {late}}


def test_a_run_taken_over_by_another_worker_writes_nothing(shop, analyst, monkeypatch):
    (anna,) = shop.people(1)
    monkeypatch.setitem(providers, "segment", Interrupting([anna], lambda: None))
    tag = tag_make("group", labels(("a", {"segment": "regulars"})), analyst)
    (run,) = tag_runs_create(tags=[tag], as_of=AS_OF)

    def take_over():
        TagRun.objects.filter(pk=run.pk).update(claim="somebody else")

    monkeypatch.setitem(providers, "segment", Interrupting([anna], take_over))
    job_run(TagRun, run.pk, tag_run)
    assert (sets("group"), MembershipChange.objects.count()) == ({}, 0)
    assert TagRun.objects.get().state == JobState.RUNNING


def test_a_version_published_in_the_middle_of_a_run_makes_it_end_quietly(shop, analyst, monkeypatch):
    (anna,) = shop.people(1, "浙江省")

    def publish():
        tag_make("group", labels(("b", lives_in("浙江省"))), analyst)

    monkeypatch.setitem(providers, "segment", Interrupting([anna], lambda: None))
    tag = tag_make("group", labels(("a", {"segment": "regulars"})), analyst)
    monkeypatch.setitem(providers, "segment", Interrupting([anna], publish))
    (run,) = tag_runs_create(tags=[tag], as_of=AS_OF)
    job_run(TagRun, run.pk, tag_run)
    run.refresh_from_db()
    assert (run.state, sets("group")) == (JobState.CANCELLED, {})


def test_a_run_that_breaks_while_writing_shows_no_half_result(shop, analyst, compute, monkeypatch):
    east, west = shop.people(2, "浙江省"), shop.people(1, "四川省")
    tag = tag_make("group", labels(("east", lives_in("浙江省")), ("west", lives_in("四川省"))), analyst)
    compute(tag)
    shop.move(east[:1], "四川省")
    written = iter([bitmap_write, bitmap_write, bitmap_write, bitmap_write, bitmap_write])

    def break_at_the_last(members):
        return next(written)(members)

    monkeypatch.setattr(in_use, "bitmap_write", break_at_the_last)
    (run,) = compute(tag)
    assert run.state == JobState.FAILED
    assert run.problems[0]["message"].startswith("Something went wrong on our side")
    assert sets("group") == {"east": set(east), "west": set(west)} == replayed(tag)
    assert Tag.objects.get(pk=tag.pk).stale_since is not None


def test_values_whose_customers_are_the_same_stay_as_they_are_stored(shop, analyst, compute):
    east, west = shop.people(2, "浙江省"), shop.people(1, "四川省")
    layers = (("east", lives_in("浙江省")), ("west", lives_in("四川省")))
    tag = tag_make("region", labels(*layers, rest="other"), analyst)
    compute(tag)
    stored = dict(Membership.objects.values_list("value", "pk"))
    (far,) = shop.people(1, "西藏自治区")
    (run,) = compute(tag)
    now = {row.value: row for row in Membership.objects.all()}
    assert sets("region") == {"east": set(east), "west": set(west), "other": {far}}
    assert {row.run_id for row in now.values()} == {run.pk}
    assert {value: row.pk == stored[value] for value, row in now.items()} == {
        "east": True,
        "west": True,
        "other": False,
    }
    assert [row.value for row in MembershipChange.objects.filter(run=run)] == ["other"]


def test_a_new_version_with_the_same_customers_takes_over(shop, analyst, compute):
    east = shop.people(2, "浙江省")
    compute(tag_make("region", labels(("east", lives_in("浙江省"))), analyst))
    (run,) = compute(
        tag_make("region", labels(("east", lives_in("浙江省")), ("west", lives_in("四川省"))), analyst)
    )
    assert sets("region") == {"east": set(east), "west": set()}
    assert set(Membership.objects.values_list("version", "run")) == {(run.version_id, run.pk)}


def test_the_same_numbers_stay_as_they_are_stored(shop, analyst, compute):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-01 10:00:00", 12.5))
    tag = tag_make("spent", {"v": 1, "measure": SPENT}, analyst)
    compute(tag)
    (before,) = Measurement.objects.values_list("pk", flat=True)
    (run,) = compute(tag)
    assert list(Measurement.objects.values_list("pk", "run")) == [(before, run.pk)]
    shop.buy((anna, "2026-06-02 10:00:00", 1))
    compute(tag)
    assert tag_numbers(SYSTEM, "spent")["value"].to_pylist() == [13.5]
