"""A dashboard is drawn once for what it shows, and again when that changes."""

import json

import pytest

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.store.services import profiles_refresh
from segments.dashboards import content
from segments.dashboards.models import Render
from segments.dashboards.services import KEPT, render_request
from segments.personas.services import persona_create
from tests.segments.settled import members_set, segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def drawn(django_capture_on_commit_callbacks):
    """Ask for a dashboard and let the worker do what is to do."""

    def draw(segment, language="zh-hans", **more):
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language=language, **more)
        return Render.objects.get(pk=asked.pk)

    return draw


def test_the_same_question_is_drawn_once(drawn):
    friends = segment_of("friends", {LI_LEI, HAN_MEIMEI})
    first = drawn(friends)
    assert first.state == JobState.DONE
    assert drawn(friends).pk == first.pk
    assert Render.objects.count() == 1


def test_another_language_run_or_data_is_drawn_anew(drawn):
    friends = segment_of("friends", {LI_LEI, HAN_MEIMEI})
    chinese, english = drawn(friends), drawn(friends, "en")
    after_refresh = drawn(members_set(friends, {LI_LEI, LUCY}))
    profiles_refresh()
    after_data = drawn(friends)
    assert len({chinese.pk, english.pk, after_refresh.pk, after_data.pk}) == 4
    assert len({chinese.fingerprint, english.fingerprint, after_refresh.fingerprint, after_data.fingerprint}) == 4


def test_two_who_ask_while_it_is_being_drawn_get_the_same_work():
    friends = segment_of("friends", {LI_LEI})
    waiting = [render_request(segment=friends, language="en") for _ in range(2)]
    assert waiting[0].pk == waiting[1].pk
    assert waiting[0].is_open


def test_a_failed_picture_says_so_until_it_is_asked_for_again(drawn, monkeypatch):
    friends = segment_of("friends", {LI_LEI})
    with monkeypatch.context() as broken:
        broken.setattr(content, "key_numbers", lambda group: 1 / 0)
        failed = drawn(friends)
    assert failed.state == JobState.FAILED
    assert drawn(friends).pk == failed.pk
    assert drawn(friends, again=True).state == JobState.DONE


def test_only_the_last_pictures_are_kept(drawn):
    friends = segment_of("friends", {LI_LEI})
    for _ in range(KEPT + 2):
        last = drawn(members_set(friends, {LI_LEI}))
    assert Render.objects.count() == KEPT
    assert Render.objects.filter(pk=last.pk).exists()


def test_the_content_speaks_the_language_and_holds_no_customer(drawn):
    friends = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY})
    chinese, english = drawn(friends), drawn(friends, "en")
    assert [s["title"] for s in chinese.content["sections"]] == [
        "他们是谁",
        "他们做什么",
        "他们买什么",
        "什么打动他们",
        "他们价值如何",
    ]
    assert [s["title"] for s in english.content["sections"]] == [
        "Who they are",
        "What they do",
        "What they buy",
        "What moves them",
        "What they are worth",
    ]
    told = json.dumps(chinese.content, ensure_ascii=False)
    assert "李雷" not in told
    assert "韩梅梅" not in told
    slugs = [chart["slug"] for section in chinese.content["sections"] for chart in section["charts"]]
    assert {"province-province", "attribute-gender", "week-week", "months-months", "channel-channel"} <= set(slugs)
    assert {"orders-orders", "spend-spend", "goods-category"} <= set(slugs)
    assert len(slugs) == len(set(slugs))


def test_of_a_tiny_group_only_its_size_is_shown(drawn, settings):
    settings.CDP_MIN_GROUP = 3
    content = drawn(segment_of("pair", {LI_LEI, HAN_MEIMEI})).content
    assert (content["members"], content["too_small"], content["sections"]) == (2, 3, [])
    assert drawn(segment_of("three", {LI_LEI, HAN_MEIMEI, LUCY})).content["sections"]


def test_a_persona_is_named_once_and_found_by_a_short_name_of_its_own(admin_user):
    friends = segment_of("friends", {LI_LEI})
    given = {"segment": friends, "description": "", "language": "zh-hans", "actor": admin_user}
    made = [persona_create(name="深夜 零食党", **given) for _ in range(2)]
    assert [persona.slug for persona in made] == ["深夜-零食党", "深夜-零食党-2"]
    assert made[0].name_zh_hans == "深夜 零食党"
    assert made[0].owner == admin_user
    with pytest.raises(UserError, match="needs a name"):
        persona_create(name="  ", **given)
    assert persona_create(name="!", **{**given, "actor": SYSTEM}).slug == "persona"
