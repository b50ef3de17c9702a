"""A refresh that starts from what the one before found ends where one that knows nothing does."""

from datetime import UTC, timedelta
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from cdp.access.viewer import SYSTEM
from cdp.identity.services import identifier_type_register, identities_link
from cdp.ledger.services import job_run
from cdp.store.lake import snapshot
from cdp.store.models import Batch, BatchState
from cdp.store.services import (
    batch_commit,
    batch_open,
    batch_undo,
    lake_compact,
    property_register,
)
from segments.models import Refresh
from segments.refresh import refresh_create, refresh_run
from tags import membership
from tags.kinds import KINDS, World
from tags.models import AnswerBase, LeafAnswer, MeasureAnswer, Tag, TagVersion
from tags.moments import moment_of
from tags.rules import carry
from tags.rules.definition import read_definition
from tags.rules.evaluate import Evaluation
from tags.selectors import catalog, tag_numbers
from tests.shop import AS_OF, SPENT, bought, labels, tag_make

pytestmark = pytest.mark.django_db
LATELY = {"last": 30, "unit": "day"}
AGAIN = [{"event": "purchase"}, {"event": "purchase"}]
BINS = [{"value": "low", "below": 50}, {"value": "high"}]
QUIET = {"event": "purchase", "quiet": {"n": 5, "unit": "day"}, "after": {"n": 9, "unit": "day"}}
MEDIAN = {"agg": "median", "property": "amount"}
TAGS = {
    "buyer": labels(("often", bought(3)), ("once", bought()), rest="never"),
    "lately": labels(("yes", {**bought(), "window": LATELY}), ("no", {**bought(), "op": "<", "window": LATELY})),
    "again": labels(("yes", {"sequence": AGAIN, "within": {"n": 2, "unit": "day"}, "window": LATELY})),
    "quiet": labels(("yes", {"stopped": QUIET})),
    "typical": labels(("big", {**bought(), "measure": MEDIAN, "op": ">", "value": 40})),
    "best": labels(("yes", {"rank": {"measure": {**SPENT, "window": LATELY}, "top": 2, "unit": "customer"}})),
    "when": labels(
        ("morning", {**bought(), "where": [{"property": "hour", "op": "<", "value": 12}]}),
        ("till", {**bought(), "where": [{"property": "source", "op": "is", "value": "shop"}]}),
        ("week", {**bought(), "where": [{"property": "weekday", "op": "<", "value": 6}]}),
    ),
    "spent": {"v": 1, "measure": SPENT, "bins": BINS},
    "spent_lately": {"v": 1, "measure": {**SPENT, "window": LATELY}},
    "since": {"v": 1, "measure": {"event": "purchase", "agg": "days_since_last"}, "bins": BINS},
    "halves": {"v": 1, "measure": SPENT, "bins": {"by": "quantiles", "values": ["less", "more"]}},
}


@pytest.fixture
def story(shop, analyst, monkeypatch):
    """Tags of all sorts over a shop in which things happen; what is kept within the process does not help."""
    monkeypatch.setattr("tags.runs.ANSWERS", None)
    for slug, definition in TAGS.items():
        tag_make(slug, definition, analyst)
    return Story(shop)


class Story:
    def __init__(self, shop):
        self.shop, self.now = shop, AS_OF
        for slug in ("card", "badge"):
            identifier_type_register(slug=slug, kind="text", personal=False)
        self.people = self.show(*(str(card) for card in range(12)))
        self.began = Batch.objects.latest("pk").pk

    def show(self, *cards, together=False):
        """A row for each card, or one and the same row with two of them."""
        batch = batch_open(source="till")
        columns = {"card": list(cards)} if not together else {"card": [cards[0]], "badge": [cards[1]]}
        rows = {"row": pa.array(range(len(columns["card"])), pa.int64()), **columns}
        found = identities_link(batch=batch, identifiers=pa.table(rows))["origin_id"].to_pylist()
        batch_commit(batch=batch)
        return found

    def buy(self, dice):
        """Once or several times, now or long ago."""
        for _ in range(dice.randint(1, 4)):
            moment = self.now.astimezone(UTC) - timedelta(hours=dice.choice((0, 1, 30, 200, 900)))
            self.shop.buy((dice.choice(self.people), f"{moment:%Y-%m-%dT%H:%M:%S}", dice.randint(1, 90)))

    def come(self, dice):
        self.people += self.shop.people(1)

    def meet(self, dice):
        """Two cards were shown with one badge: whoever they belong to is one person."""
        badge = str(dice.randint(0, 5))
        for card in dice.sample(range(12), 2):
            self.show(str(card), badge, together=True)

    def take_back(self, dice):
        later = Batch.objects.filter(state=BatchState.DONE, source__in=["shop", "till"], pk__gt=self.began)
        done = list(later.order_by("pk"))
        if done:
            batch_undo(batch=dice.choice(done))

    def tidy(self, dice):
        lake_compact(fold=dice.random() < 0.5)

    def learn(self, dice):
        property_register(slug=f"fact_{dice.randint(0, 99)}", kind="text")

    def wait(self, dice):
        self.now += timedelta(hours=dice.choice((1, 1, 20, 100)))

    def refresh(self):
        refresh = refresh_create(as_of=self.now)
        job_run(Refresh, refresh.pk, refresh_run)
        refresh.refresh_from_db()
        assert refresh.state == "done", refresh.problems


def quartiles_hold():
    """What each run says of its numbers is so."""
    for slug, run in Tag.objects.filter(run__isnull=False).values_list("slug", "run__quartiles"):
        values = tag_numbers(SYSTEM, slug)["value"].to_numpy()
        cuts = np.percentile(values, (25, 50, 75)) if len(values) else ()
        assert run == [round(float(cut), 6) for cut in cuts], slug


def told():
    """Tag → what is in use: its values, and its numbers."""
    numbers = {slug: dict(zip(*tag_numbers(SYSTEM, slug).to_pydict().values(), strict=True)) for slug in TAGS}
    return {slug: (held.values, numbers[slug]) for slug, held in membership.current().items()}


def fresh(now):
    """The same, asked by somebody who knows nothing."""
    names, found = catalog(SYSTEM), {}
    with snapshot() as lake:
        evaluation = Evaluation(lake=lake, moment=moment_of(now), members=membership.CurrentMembers())
        for version in TagVersion.objects.filter(state="published").select_related("tag"):
            kind, slug = version.tag.kind, version.tag.slug
            result = KINDS[kind].evaluate(
                read_definition(kind, version.definition, names), World(evaluation, lake.universe(), slug)
            )
            numbers = {} if result.numbers is None else dict(zip(*result.numbers.to_pydict().values(), strict=True))
            found[slug] = (result.values, numbers)
    return found


HAPPENS = {"buy": 5, "come": 1, "meet": 4, "take_back": 2, "tidy": 2, "learn": 0.4, "wait": 3}


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.deep) for n in range(2, 60))])
def test_whatever_happened_in_between(story, seed, monkeypatch):
    monkeypatch.setattr(carry, "MOST_TOUCHED", 2)
    dice = Random(seed)
    for _round in range(10):
        for what in dice.choices(list(HAPPENS), list(HAPPENS.values()), k=dice.randint(1, 2)):
            getattr(story, what)(dice)
        story.refresh()
        assert told() == fresh(story.now)
        quartiles_hold()
    assert LeafAnswer.objects.exists() and MeasureAnswer.objects.exists()


def test_what_is_kept_is_replaced_and_forgotten_in_the_end(story):
    story.buy(Random(1))
    story.refresh()
    kept = set(LeafAnswer.objects.values_list("key", flat=True))
    story.now += timedelta(days=1)
    story.refresh()
    assert set(LeafAnswer.objects.values_list("key", flat=True)) == kept
    assert set(LeafAnswer.objects.values_list("base__as_of", flat=True)) == {story.now}
    LeafAnswer.objects.update(key=Concat(Value("gone-"), "key"))
    story.now += timedelta(days=40)
    story.refresh()
    assert set(LeafAnswer.objects.values_list("key", flat=True)) == kept
    assert AnswerBase.objects.count() == 1
