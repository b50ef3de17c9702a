"""The demo world as people find it: loaded through the services, computed and ready to open."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from cdp.access.accounts import DEMO_PASSWORD, DEMO_PEOPLE, demo_accounts_open
from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.identity.models import Identifier, Merge
from cdp.sources.models import Source
from cdp.store.lake import snapshot
from cdp.store.selectors import customers
from segments.boards.selectors import boards
from segments.boards.widgets import NUMBERS, widgets_of
from segments.dashboards.registry import CHARTS
from segments.demo.groups import PERSONAS, SEGMENTS
from segments.demo.load import definitions_save, world_compute
from segments.demo.reviewed import review_load
from segments.demo.tags import tag_plans, words
from segments.demo.world import world_make
from segments.models import Segment
from segments.personas.models import Persona
from segments.review.models import Review
from segments.review.selectors import reviews_to_decide
from tags.models import Tag, VersionState
from tags.selectors import tag_values

PEOPLE = 400
END = date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for all tests of this file, since it takes seconds, and rolled back after them."""
    lake = str(tmp_path_factory.mktemp("demo") / "lake")
    # So many that the persona that is reviewed is too small to be kept until a test lowers it.
    own = override_settings(CDP_LAKE=lake, CDP_MIN_GROUP=100)
    with django_db_blocker.unblock(), own, transaction.atomic():
        call_command("demo", customers=PEOPLE, seed=7, end=END)
        yield lake
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_lake(settings, demo):
    settings.CDP_LAKE = demo


pytestmark = pytest.mark.django_db


def test_one_person_is_one_customer_whatever_shops_they_use():
    assert customers(SYSTEM).count() == PEOPLE
    assert Merge.objects.count() > PEOPLE / 4
    assert Identifier.objects.filter(type="phone").count() == PEOPLE


def test_every_event_arrived_once():
    made = world_make(customers=PEOPLE, seed=7, end=END, zone="Asia/Shanghai")
    with snapshot() as lake:
        events = lake.frame(lake.tables.events.aggregate(n=lake.tables.events.count()))
    assert events["n"][0].as_py() == sum(len(table) for table in made.events.values())


def test_every_tag_and_segment_is_computed_and_nearly_all_find_somebody():
    tags = Tag.objects.filter(versions__state=VersionState.PUBLISHED)
    assert tags.count() >= 15
    assert not tags.filter(run__isnull=True).exists()
    assert Segment.objects.count() == 8
    assert not Segment.objects.filter(run__isnull=True).exists()
    assert Segment.objects.filter(count__gt=0).count() == 8
    assert Persona.objects.count() == 3


def test_every_segment_has_a_past():
    sizes = [
        list(segment.runs.order_by("as_of").values_list("matched", flat=True)) for segment in Segment.objects.all()
    ]
    assert all(len(history) == 3 for history in sizes)
    assert any(len(set(history)) > 1 for history in sizes)


def test_the_stages_of_life_divide_the_customers():
    stages = tag_values(SYSTEM, "lifecycle")
    assert set(stages) == {"潜在", "新客", "活跃", "沉睡", "流失"}
    assert all(stages.values())
    assert sum(len(members) for members in stages.values()) == PEOPLE


def test_every_source_says_that_it_is_invented():
    assert Source.objects.count() == 10
    assert not Source.objects.exclude(name_zh_hans__contains="虚构").exists()


def test_every_demo_person_can_log_in_and_may_do_their_work():
    people = {person.name: authenticate(username=person.name, password=DEMO_PASSWORD) for person in DEMO_PEOPLE}
    assert all(people.values())
    assert people["admin"].is_superuser
    assert people["marketer"].has_perm("access.edit_segments")
    assert not people["analyst"].has_perm("access.view_personal")
    assert people["steward"].has_perm("access.load_data")
    assert people["service"].has_perm("access.view_personal")
    assert not people["service"].has_perm("access.edit_tags")


def test_a_changed_password_is_no_longer_shown():
    admin = authenticate(username="admin", password=DEMO_PASSWORD)
    admin.set_password("another")
    admin.save()
    assert [person.name for person in demo_accounts_open()] == ["marketer", "analyst", "steward", "service"]


def test_a_second_one_is_refused():
    with pytest.raises(CommandError, match="there already"):
        call_command("demo", customers=PEOPLE)


def test_half_a_world_is_not_called_ready(demo):
    rule = {"attribute": "gone", "op": "exists"}
    with transaction.atomic():
        Segment.objects.filter(slug="night_shoppers").update(definition=rule)
        with pytest.raises(UserError, match="no attribute"):
            world_compute(
                datetime(2026, 11, 21, tzinfo=UTC), User.objects.get(username="admin"), ["night_shoppers"]
            )
        transaction.set_rollback(True)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_definitions_are_named_and_described_in_every_language(language):
    plans = [*tag_plans(END), *SEGMENTS, *PERSONAS]
    for plan in plans:
        said = f"{words(plan.names)[language]} {words(plan.description)[language]}"
        is_chinese = bool(re.search(r"[\u4e00-\u9fff]", said))
        assert is_chinese == (language != "en"), said


def test_descriptions_are_in_the_language_that_was_asked_for(demo):
    assert Segment.objects.get(slug="night_shoppers").description == "常在 22 点到 2 点之间购买"
    world = world_make(customers=10, seed=7, end=END, zone="Asia/Shanghai")
    with transaction.atomic():
        definitions_save(world, by=User.objects.get(username="admin"), language="en")
        assert Segment.objects.get(slug="night_shoppers").description == "Often buy between 22:00 and 2:00"
        assert Tag.objects.get(slug="value_tier").description == "Spend over the last year"
        transaction.set_rollback(True)


def test_a_persona_is_under_review_by_departments_whose_people_can_log_in(demo, settings):
    """Of so few customers the persona is too small to be kept, so the smallest number is lowered for it."""
    assert not Review.objects.exists()
    settings.CDP_MIN_GROUP = 1
    review = review_load("en")
    assert review.edition.is_intact and review.edition.title == "Before the spring campaign"
    waiting = {name: reviews_to_decide(User.objects.get(username=name)).count() for name in ("analyst", "steward")}
    assert waiting == {"analyst": 1, "steward": 0}
    assert review.remarks.filter(suggests="rename").exists() and review.remarks.count() >= 3
    said = review.edition.content["interviews"]
    assert (said["interviews"], said["meetings"], len(said["quotes"])) == (4, 1, 4)
    assert {theme["name"]: theme["count"] for theme in said["themes"]} == {"送货慢": 2, "比价": 2, "看成分": 2}


def test_a_board_of_the_week_is_everybodys_to_see(demo):
    board = boards(User.objects.get(username="service")).get()
    assert (board.everybody, board.owner.username) == (True, "marketer")
    known = {chart.slug for chart in CHARTS} | {NUMBERS}
    assert {widget.chart.split("-")[0] for widget in widgets_of(board.widgets)} <= known
