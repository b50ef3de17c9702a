"""What was in force stays as it was, and what publishing would do is known before."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.store.models import Attribute
from segments.models import SegmentVersion
from segments.services import segment_save
from segments.versions import segment_publish, segment_restore
from tags.dependencies import SEGMENT, TAG, Ref
from tags.differences import difference
from tags.effects import effects_of
from tags.membership import CurrentMembers
from tags.models import Membership, MembershipChange, TagRun, TagVersion, VersionState
from tags.selectors import tag_values
from tags.services import tag_publish, tag_restore, tag_save
from tests.shop import SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db

ANOTHER = labels(("west", lives_in("四川省")))


@pytest.fixture
def region(shop, analyst):
    """Version 1 retired, version 2 in force."""
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    return tag_make("region", labels(("east", lives_in("江苏省"))), analyst) and tag


@pytest.fixture
def home(shop, analyst):
    segment = segment_save(slug="home", rule=lives_in("浙江省"), actor=analyst)
    return segment_save(slug="home", rule=lives_in("江苏省"), actor=analyst) and segment


def refused(change):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        change()


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
@pytest.mark.parametrize("rows", [TagVersion.objects, SegmentVersion.objects], ids=["tag", "segment"])
def test_a_version_that_was_in_force_cannot_be_changed_by_anyone(region, home, rows, state):
    version = rows.get(state=state)
    was = version.definition
    refused(lambda: rows.filter(pk=version.pk).update(definition=ANOTHER))
    refused(lambda: rows.filter(pk=version.pk).update(number=9))
    refused(lambda: rows.filter(pk=version.pk).update(state=VersionState.DRAFT))
    version.definition = ANOTHER
    refused(version.save)
    refused(lambda: rows.bulk_update([version], ["definition"]))
    assert rows.get(pk=version.pk).definition == was


def test_services_put_a_change_into_a_draft_and_leave_the_published_one(region, home, analyst):
    tag_save(slug="region", kind="labels", definition=ANOTHER, actor=analyst)
    segment_save(slug="home", rule=lives_in("四川省"), actor=analyst, publish=False)
    for versions in (region.versions, home.versions):
        found = versions.order_by("number").values_list("number", "state")
        assert list(found) == [(1, "retired"), (2, "published"), (3, "draft")]
    home.refresh_from_db()
    assert (home.version, home.definition) == (2, lives_in("江苏省"))


def test_an_earlier_version_comes_back_as_a_draft_and_is_published_as_a_new_one(region, home, analyst):
    tag_restore(tag=region, number=1, actor=analyst)
    version = tag_publish(tag=region, actor=analyst)
    assert (version.number, version.definition) == (3, labels(("east", lives_in("浙江省"))))
    segment_restore(segment=home, number=1, actor=analyst)
    segment_publish(segment=home, actor=analyst)
    home.refresh_from_db()
    assert (home.version, home.definition) == (3, lives_in("浙江省"))


def test_what_cannot_be_read_any_more_is_not_restored(shop, analyst):
    tag_make("base", labels(("x", bought())), analyst)
    top = tag_make("top", labels(("x", {"tag": "base", "op": "exists"})), analyst)
    tag_make("top", labels(("x", bought())), analyst)
    top.versions.model.objects.filter(tag__slug="base").update(state="retired")
    with pytest.raises(UserError, match="base"):
        tag_restore(tag=top, number=1, actor=analyst)
    with pytest.raises(UserError, match="no version 9"):
        tag_restore(tag=top, number=9, actor=analyst)


@pytest.fixture
def tower(shop, analyst, compute, django_capture_on_commit_callbacks):
    """Region says east or west; the segment East is built on it, the tag mood on the segment. Two live in
    Zhejiang, one in Sichuan, one in Hainan; all is computed."""
    zhejiang, (sichuan,), (hainan,) = shop.people(2, "浙江省"), shop.people(1, "四川省"), shop.people(1, "海南省")
    tag_make("region", labels(("east", lives_in("浙江省")), ("west", lives_in("四川省"))), analyst)
    segment_save(slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst)
    tag_make("mood", labels(("good", {"segment": "east"}), rest="fair"), analyst)
    call_command("refresh")
    return zhejiang, sichuan, hainan


def test_a_preview_says_who_comes_and_goes_here_and_above_and_writes_nothing(tower, analyst):
    zhejiang, sichuan, hainan = tower
    draft = labels(("east", lives_in("浙江省", "海南省")), ("far", lives_in("浙江省")))
    rows = [model.objects.count() for model in (TagRun, Membership, MembershipChange, TagVersion)]
    found = effects_of(analyst, Ref(TAG, "region"), draft)
    own = found.own
    assert (own.before, own.after, len(own.moved)) == (3, 3, 0)
    assert (set(own.entered), set(own.left)) == ({hainan}, {sichuan})
    assert [(v.value, v.before, v.after, v.entered, v.left) for v in own.values] == [
        ("east", 2, 3, 1, 0),
        ("far", 0, 0, 0, 0),
        ("west", 1, 0, 0, 1),
    ]
    east, mood = found.others
    assert (east.ref, east.before, east.after, set(east.entered)) == (Ref(SEGMENT, "east"), 2, 3, {hainan})
    assert (mood.ref, mood.before, mood.after, set(mood.moved)) == (Ref(TAG, "mood"), 4, 4, {hainan})
    assert found.anyway.unchanged and found.universe == 4
    assert [model.objects.count() for model in (TagRun, Membership, MembershipChange, TagVersion)] == rows
    assert set(tag_values(SYSTEM, "region")["east"]) == set(zhejiang)


def test_what_the_preview_promised_is_what_publishing_does(tower, analyst):
    draft = labels(("east", lives_in("海南省")))
    promised = effects_of(analyst, Ref(TAG, "region"), draft)
    tag_publish(tag=tag_save(slug="region", kind="labels", definition=draft, actor=analyst), actor=analyst)
    call_command("refresh")
    assert len(tag_values(SYSTEM, "region")["east"]) == promised.own.after == 1
    assert CurrentMembers().segment("east") == promised.others[0].entered
    mood = tag_values(SYSTEM, "mood")
    assert {value.value: value.after for value in promised.others[1].values} == {
        value: len(members) for value, members in mood.items()
    }


def test_a_segments_rule_is_tried_the_same_way(tower, analyst):
    zhejiang, sichuan, _hainan = tower
    found = effects_of(analyst, Ref(SEGMENT, "east"), {"tag": "region", "op": "is", "value": "west"})
    assert (set(found.own.entered), set(found.own.left)) == ({sichuan}, set(zhejiang))
    assert [(effect.name, len(effect.moved)) for effect in found.others] == [("mood", 3)]


def test_new_data_since_the_last_refresh_is_told_apart_from_the_change(tower, shop, analyst):
    shop.people(3, "浙江省")
    found = effects_of(analyst, Ref(TAG, "region"), labels(("east", lives_in("浙江省", "海南省"))))
    assert (len(found.own.entered), len(found.anyway.entered)) == (4, 3)


def test_the_empty_policy_is_part_of_the_preview(shop, analyst, compute):
    ids = shop.people(2, "浙江省")
    definition = labels(("east", lives_in("浙江省")), ("west", lives_in("四川省")))
    compute(tag_make("group", definition, analyst, empty_policy="keep"))
    shop.move(ids[:1], "海南省")
    found = effects_of(analyst, Ref(TAG, "group"), labels(("east", lives_in("四川省")), ("west", lives_in("x"))))
    assert (found.own.after, len(found.own.left), len(found.own.moved)) == (2, 0, 0)


def test_numbers_that_change_are_counted(shop, analyst, compute):
    rich, poor = shop.people(2)
    shop.buy((rich, "2026-06-01 10:00:00", 10), (rich, "2026-06-02 10:00:00", 5), (poor, "2026-06-01 10:00:00", 3))
    compute(tag_make("spent", {"v": 1, "measure": SPENT}, analyst))
    found = effects_of(analyst, Ref(TAG, "spent"), {"v": 1, "measure": {**SPENT, "agg": "max"}})
    assert (set(found.own.moved), found.own.values, len(found.own.entered)) == ({rich}, (), 0)


def test_an_outsider_is_shown_no_customer(tower, django_user_model):
    outsider = django_user_model.objects.create_user("outsider")
    found = effects_of(outsider, Ref(TAG, "region"), ANOTHER)
    assert (found.own.before, found.own.after, len(found.own.left), found.universe) == (0, 0, 0, 0)


def test_what_is_built_on_a_value_that_cannot_be_computed_says_why(tower, shop, analyst):
    tag_make("odd", labels(("x", {"all": [lives_in("浙江省"), {"tag": "region", "op": "exists"}]})), analyst)
    Attribute.objects.filter(slug="province").delete()
    found = effects_of(analyst, Ref(TAG, "region"), labels(("east", bought())))
    odd = next(effect for effect in found.others if effect.ref.slug == "odd")
    assert "province" in str(odd.problems[0].params)


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        (["a", "b"], ["a", "b"], [" a", " b"]),
        (["a"], ["a", "b"], [" a", "+b"]),
        (["a", "b"], ["b"], ["-a", " b"]),
        (["购买 3 次"], ["购买 15 次"], ["-购买 [3] 次", "+购买 [15] 次"]),
        (["spent at least 100"], ["spent at least 250"], ["-spent at least [100]", "+spent at least [250]"]),
    ],
)
def test_a_difference_marks_what_changed_in_a_line(before, after, marked):
    signs = {"same": " ", "gone": "-", "new": "+"}
    changed = [
        signs[line.mark] + "".join(f"[{part.text}]" if part.changed else part.text for part in line.parts)
        for line in difference(before, after)
    ]
    assert changed == marked
