from datetime import timedelta

import pytest

from cdp.identity.models import Identifier
from cdp.ledger.services import job_run
from cdp.live.draining import arrivals_drain
from cdp.live.models import Step
from cdp.live.taking import take_in
from segments.activation.webhooks.services import Wish, webhook_create
from segments.following.follow import steps_follow
from segments.models import Refresh
from segments.refresh import refresh_create, refresh_run
from segments.services import segment_save
from tests.live.sending import NOON, arrive, track
from tests.segments.activation.receiver import Receiver
from tests.shop import SPENT, tag_make

LOOKED = {"event": "page", "measure": {"agg": "count"}, "window": "ever", "op": ">=", "value": 2}
BINS = [{"value": "low", "below": 50}, {"value": "high"}]


@pytest.fixture
def receivers(settings):
    """Makes servers on this machine, which webhooks may not be sent to unless a setting says so."""
    settings.CDP_WEBHOOK_PRIVATE = True
    servers = []

    def make(**wanted):
        receiver = Receiver(**wanted)
        servers.append(receiver.start())
        return receiver

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(receivers):
    return receivers()


class Floor:
    """Four users of a shop, what they spent as a tag and the keen ones as a segment, refreshed at noon."""

    def __init__(self, analyst):
        self.sent = 0
        self.analyst = analyst
        arrive(*({"type": "identify", "userId": f"u{n}", "messageId": f"start{n}"} for n in range(4)))
        arrive(track("u0", "purchase", minutes=40, amount=20), track("u1", "page", minutes=9))
        arrivals_drain()
        tag_make("spent", {"v": 1, "measure": SPENT, "bins": BINS}, analyst, names={"en": "Spent"})
        segment_save(slug="keen", rule=LOOKED, actor=analyst, names={"en": "Keen"})
        self.refresh(0)
        Step.objects.update(is_followed=True)

    def refresh(self, seconds):
        refresh = refresh_create(as_of=NOON + timedelta(seconds=seconds))
        job_run(Refresh, refresh.pk, refresh_run)
        refresh.refresh_from_db()
        assert refresh.state == "done", refresh.problems

    def do(self, user, event, *, live_at=None, **properties):
        """Something happens a minute before noon, and is followed so many seconds after it."""
        arrive(track(user, event, minutes=1, **properties))
        while take_in():
            pass
        if live_at is not None:
            steps_follow(NOON + timedelta(seconds=live_at))

    def id(self, user):
        return Identifier.objects.get(type="app_user", value=user).origin_id

    def hook(self, url, *about, **more):
        """A webhook about `("spent", "high")`, `("keen", None)`…; about both by default."""
        about = about or (("spent", ""), ("keen", None))
        told = [{"kind": "segment" if v is None else "tag", "slug": s, "value": v or ""} for s, v in about]
        wish = Wish(name=more.pop("name", "till"), url=url, about=told, **more)
        return webhook_create(wish=wish, actor=self.analyst)


@pytest.fixture
def floor(shop, analyst):
    return Floor(analyst)
