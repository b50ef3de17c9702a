"""Tags and segments follow what customers do, and say what a refresh of the same moment says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa
import pytest
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.bitmaps import bitmap_of_ids
from cdp.identity.models import Identifier
from cdp.identity.services import customers_merge, identities_link
from cdp.ledger.services import job_run
from cdp.live.draining import arrivals_drain
from cdp.live.models import Flush, Step
from cdp.live.taking import take_in
from cdp.store.models import Customer
from cdp.store.services import batch_commit, batch_open, changes_publish, events_add, lake_compact
from segments.following.comparing import Waiting
from segments.following.follow import steps_follow
from segments.models import LiveMember, Refresh, Segment
from segments.refresh import refresh_create, refresh_run
from segments.selectors import segments_of
from segments.services import segment_from_list, segment_save
from tags.models import LiveChange, LiveNumbers, LiveTag, Tag
from tags.selectors import tags_of
from tests.live.sending import NOON, arrive
from tests.shop import SPENT, bought, labels, tag_make

pytestmark = pytest.mark.django_db
LATELY = {"last": 30, "unit": "day"}
LOOKED = {"event": "page", "measure": {"agg": "count"}, "window": LATELY, "op": ">=", "value": 2}
TAGS = {
    "buyer": labels(("often", bought(3)), ("once", bought()), rest="never"),
    "looker": labels(("yes", {"all": [LOOKED, {"not": bought()}]})),
    "spent": {"v": 1, "measure": SPENT, "bins": [{"value": "low", "below": 50}, {"value": "high"}]},
    "since": {"v": 1, "measure": {"event": "purchase", "agg": "days_since_last"}},
    "plan": labels(("gold", {"attribute": "plan", "op": "is", "value": "gold"}), rest="other"),
    "worth": labels(("yes", {"any": [{"tag": "spent", "op": "is", "value": "high"}, {"segment": "keen"}]})),
    "half": labels(("a", {"sample": {"salt": "x", "from": 0, "to": 0.5}}), rest="b"),
    "best": labels(("yes", {"rank": {"measure": {**SPENT, "window": LATELY}, "top": 2, "unit": "customer"}})),
}
# Who has no value of these any more keeps the last one.
KEPT = {
    "once_gold": labels(("gold", {"attribute": "plan", "op": "is", "value": "gold"})),
    "looked": labels(("much", {**LOOKED, "op": ">=", "value": 3}), ("some", {**LOOKED, "op": "=", "value": 2})),
    "last_spent": {**TAGS["spent"], "measure": {**SPENT, "window": {"last": 1, "unit": "day"}}},
}
FOLLOWED = {*TAGS, *KEPT} - {"best"}


@pytest.fixture
def shop_floor(shop, analyst):
    """Six users, all tags and a segment, refreshed at noon."""
    arrive(
        *(
            {"type": "identify", "userId": f"u{n}", "traits": {"plan": "basic"}, "messageId": f"start{n}"}
            for n in range(6)
        )
    )
    arrive(track("u0", "purchase", 40, amount=20), track("u1", "purchase", 50, amount=80), track("u1", "page", 9))
    arrivals_drain()
    for slug in ("buyer", "looker", "spent", "since", "plan", "half", "best"):
        tag_make(slug, TAGS[slug], analyst)
    for slug, definition in KEPT.items():
        tag_make(slug, definition, analyst, empty_policy="keep")
    segment_save(slug="keen", rule=LOOKED, actor=analyst)
    segment_from_list(slug="invited", values=["u0", "u3"], type="app_user", actor=analyst)
    tag_make("worth", TAGS["worth"], analyst)
    refreshed(NOON)
    Step.objects.update(is_followed=True)


def track(user, event, minutes=0, **properties):
    time = (NOON - timedelta(minutes=minutes)).isoformat()
    return {"type": "track", "userId": user, "event": event, "timestamp": time, "properties": properties}


def refreshed(as_of):
    refresh = refresh_create(as_of=as_of)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    assert refresh.state == "done", refresh.problems


def told(customer_id, slugs=FOLLOWED):
    """All that is said of a customer: tags with values and numbers, segments."""
    tags = {one.tag.slug: (sorted(one.values), one.number) for one in tags_of(SYSTEM, customer_id)}
    return {slug: tags[slug] for slug in tags if slug in slugs}, [
        one.segment.slug for one in segments_of(SYSTEM, customer_id)
    ]


def customer(user):
    origin = Identifier.objects.get(type="app_user", value=user).origin
    return origin.merged_into_id or origin.pk


def live_at(moment):
    while take_in():
        pass
    steps_follow(moment)


MOMENT = NOON + timedelta(seconds=1)


def test_what_somebody_does_changes_their_tags_and_segments_without_a_refresh(shop_floor):
    arrive(track("u0", "purchase", 1, amount=70), track("u2", "page", 2), track("u2", "page", 1))
    live_at(MOMENT)
    tags, segments = told(customer("u0"))
    assert (tags["buyer"], tags["spent"], tags["worth"]) == ((["once"], None), (["high"], 90.0), (["yes"], None))
    tags, segments = told(customer("u2"))
    assert (tags["looker"], tags["worth"], segments) == ((["yes"], None), (["yes"], None), ["keen"])
    changes = LiveChange.objects.filter(customer_id=customer("u0"))
    assert sorted((one.slug, one.value, one.has_entered) for one in changes) == [
        ("last_spent", "high", True),
        ("last_spent", "low", False),
        ("spent", "high", True),
        ("spent", "low", False),
        ("worth", "yes", True),
    ]


def test_only_what_may_have_changed_is_asked_of_those_who_did_something(shop_floor):
    arrive(track("u0", "purchase", 1, amount=1))
    live_at(MOMENT)
    told_of = LiveNumbers.objects.get()
    tags = Tag.objects.filter(pk__in=told_of.numbers).values_list("slug", flat=True)
    assert (told_of.customer_id, set(tags)) == (customer("u0"), {"spent", "since", "last_spent"})
    assert not LiveTag.objects.filter(tag__slug__in=["plan", "half", "best"]).exists()


def test_a_segment_that_can_no_longer_be_read_keeps_nothing_else_from_following(shop_floor):
    Segment.objects.filter(slug="keen").update(definition={"who knows": "what"})
    arrive(track("u0", "purchase", 1, amount=70))
    live_at(MOMENT)
    tags, _segments = told(customer("u0"))
    assert tags["spent"] == (["high"], 90.0) and "worth" not in tags


def test_whoever_a_listed_customer_is_found_to_be_is_on_the_list(shop_floor):
    arrive(*({"type": "identify", "userId": user, "traits": {"email": "li@example.com"}} for user in ("u2", "u3")))
    live_at(MOMENT)
    assert customer("u2") == customer("u3")
    assert told(customer("u2"))[1] == ["invited"]


def test_who_has_no_value_any_more_keeps_the_one_the_last_refresh_gave(shop_floor):
    def plan(name):
        arrive({"type": "identify", "userId": "u0", "traits": {"plan": name}})

    plan("gold")
    live_at(MOMENT)
    plan("basic")
    live_at(MOMENT + timedelta(seconds=1))
    assert "once_gold" not in told(customer("u0"))[0]
    plan("gold")
    arrivals_drain()
    refreshed(MOMENT + timedelta(seconds=2))
    plan("basic")
    live_at(MOMENT + timedelta(seconds=3))
    tags, _segments = told(customer("u0"))
    assert (tags["once_gold"], tags["plan"]) == ((["gold"], None), (["other"], None))


def test_what_compares_customers_waits_for_its_refresh(shop_floor):
    arrive(track("u2", "purchase", 1, amount=500))
    live_at(MOMENT)
    assert "best" not in told(customer("u2"), TAGS.keys())[0]
    refreshed(MOMENT + timedelta(seconds=1))
    assert told(customer("u2"), TAGS.keys())[0]["best"] == (["yes"], None)


@pytest.fixture
def waiting(monkeypatch):
    """What compares customers waits for five minutes, and no test before this one left anything to wait for."""
    fresh = Waiting()
    monkeypatch.setattr("segments.following.follow.WAITING", fresh)
    return fresh


def asked():
    return [refresh.targets for refresh in Refresh.objects.filter(trigger="events").order_by("pk")]


def test_what_compares_customers_is_refreshed_some_minutes_after_what_it_is_about(shop_floor, waiting, analyst):
    tag_make("elite", labels(("yes", {"tag": "best", "op": "is", "value": "yes"})), analyst)
    high = {"tag": "spent", "op": "is", "value": "high"}
    tag_make("rich", labels(("yes", {"all": [high, TAGS["best"]["layers"][0]["when"]]})), analyst)
    refreshed(NOON)
    arrive(track("u2", "purchase", 1, amount=500))
    live_at(MOMENT)
    live_at(MOMENT + timedelta(minutes=4))
    assert asked() == []
    live_at(MOMENT + timedelta(minutes=5))
    live_at(MOMENT + timedelta(minutes=9))
    assert asked() == [[["tag", "best"], ["tag", "elite"], ["tag", "spent"], ["tag", "rich"]]]
    refresh = Refresh.objects.get(trigger="events")
    Refresh.objects.update(as_of=MOMENT + timedelta(minutes=5))
    job_run(Refresh, refresh.pk, refresh_run)
    said = told(customer("u2"), {"best", "elite", "rich"})[0]
    assert said == dict.fromkeys(("best", "elite", "rich"), (["yes"], None))


def test_what_compares_customers_by_something_else_is_left_alone(shop_floor, waiting):
    arrive(track("u2", "page", 1))
    live_at(MOMENT)
    live_at(MOMENT + timedelta(minutes=6))
    assert asked() == []


def test_one_such_refresh_at_a_time_is_asked_for(shop_floor, waiting):
    for minutes in (0, 5, 10):
        arrive(track("u2", "purchase", -minutes, amount=500), at=NOON + timedelta(minutes=minutes))
        live_at(MOMENT + timedelta(minutes=minutes))
    live_at(MOMENT + timedelta(minutes=20))
    assert asked() == [[["tag", "best"]]]
    Refresh.objects.update(state="done")
    live_at(MOMENT + timedelta(minutes=21))
    assert asked() == [[["tag", "best"]]] * 2


def test_by_the_schedule_alone_if_one_says_so(shop_floor, waiting, settings):
    settings.CDP_COMPARE_MINUTES = 0
    arrive(track("u2", "purchase", 1, amount=500))
    live_at(MOMENT)
    live_at(MOMENT + timedelta(minutes=6))
    assert asked() == []


def test_a_refresh_says_itself_what_was_found_before_it_and_nothing_is_kept_twice(shop_floor):
    arrive(track("u0", "purchase", 1, amount=70))
    live_at(MOMENT)
    before = told(customer("u0"))
    refreshed(MOMENT + timedelta(seconds=1))
    assert not any(model.objects.exists() for model in (LiveTag, LiveNumbers, LiveMember))
    assert told(customer("u0")) == before


def test_what_came_while_a_refresh_was_running_is_followed_once_more_after_it(shop_floor):
    """What it put in use knows nothing of that, and is not what was compared with before."""
    arrive(track("u0", "purchase", -0.005, amount=70), at=MOMENT)
    live_at(MOMENT)
    LiveTag.objects.all().delete()
    LiveNumbers.objects.all().delete()
    Step.objects.update(made_at=MOMENT)
    refreshed(NOON + timedelta(milliseconds=1))
    assert told(customer("u0"))[0]["spent"] == (["low"], 20.0)
    steps_follow(MOMENT)
    assert told(customer("u0"))[0]["spent"] == (["high"], 90.0)


class Story:
    """Whatever happens to six users between two refreshes."""

    def __init__(self, dice):
        self.dice, self.sent = dice, 0

    def user(self):
        return f"u{self.dice.randint(0, 7)}"

    def message(self, **more):
        self.sent += 1
        return {"messageId": f"story{self.sent}", **more}

    def act(self):
        done = [
            self.message(
                **track(
                    self.user(),
                    self.dice.choice(("purchase", "page")),
                    self.dice.choice((1, 90_000)),
                    amount=self.dice.randint(1, 60),
                )
            )
            for _ in range(self.dice.randint(1, 3))
        ]
        arrive(*done)

    def change(self):
        plan = self.dice.choice(("gold", "basic"))
        arrive(self.message(type="identify", userId=self.user(), traits={"plan": plan}))

    def meet(self):
        arrive(self.message(type="identify", userId=self.user(), traits={"email": "li@example.com"}))

    def visit(self):
        arrive(self.message(type="page", anonymousId=f"c{self.dice.randint(0, 3)}"))

    def known(self):
        arrive(self.message(type="identify", userId=self.user(), anonymousId=f"c{self.dice.randint(0, 3)}"))

    def flush(self):
        arrivals_drain()

    def tidy(self):
        lake_compact(fold=self.dice.random() < 0.5)

    def merge(self):
        roots = list(Customer.objects.filter(merged_into=None).values_list("pk", flat=True))
        one, other = self.dice.sample(roots, 2)
        customers_merge(one=one, other=other, by=None)
        changes_publish()
        self.about([one, other])

    def load(self):
        """A file of somebody who may be here, with an order and what they are called in the shop."""
        batch = batch_open(source="till")
        row = {"row": [0], "app_user": [self.user()], "member_no": [f"M{self.dice.randint(0, 3)}"]}
        (origin,) = identities_link(batch=batch, identifiers=pa.table(row))["origin_id"].to_pylist()
        self.sent += 1
        order = {
            "event_id": pa.array([f"load{self.sent}".encode()], pa.binary()),
            "origin_id": pa.array([origin], pa.int32()),
            "event": ["purchase"],
            "time": pa.array([datetime(2026, 11, 3, self.dice.randint(0, 23), tzinfo=UTC)], pa.timestamp("us")),
            "amount": pa.array([Decimal(self.dice.randint(1, 60))], pa.decimal128(18, 2)),
        }
        events_add(batch=batch, events=pa.table(order))
        batch_commit(batch=batch)
        self.about([origin])

    def about(self, origins):
        """What did not come live is followed when somebody asks for it."""
        people = bitmap_of_ids(origins).serialize()
        flush = Flush.objects.latest("pk")
        Step.objects.create(flush=flush, origins=BitMap().serialize(), people=people, made_at=NOON)


HAPPENS = {"act": 6, "change": 2, "meet": 1, "visit": 2, "known": 2, "flush": 2, "tidy": 1, "merge": 1, "load": 2}


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.deep) for n in range(3, 60))])
def test_the_live_path_says_of_everybody_what_a_refresh_of_the_same_moment_says(shop_floor, seed):
    dice, moment = Random(seed), NOON
    story = Story(dice)
    for _round in range(3):
        for what in dice.choices(list(HAPPENS), list(HAPPENS.values()), k=dice.randint(1, 5)):
            getattr(story, what)()
            if dice.random() < 0.7:
                live_at(moment + timedelta(seconds=1))
        moment += timedelta(seconds=2)
        live_at(moment)
        everybody = list(Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True))
        live = {one: told(one) for one in everybody}
        refreshed(moment)
        assert live == {one: told(one) for one in everybody}
