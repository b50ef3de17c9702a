"""Tags and segments that compare customers with each other cannot be followed customer by customer: who comes in
puts somebody out. They are refreshed as a whole, some minutes after the first event they are about, instead of
waiting for their schedule.

What is waited for is remembered by the process alone; when it dies, the schedule sees to it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from cdp.ledger.services import jobs_open
from tags.dependencies import Ref

from ..models import Refresh
from ..refresh import refresh_request
from .wanted import compared

TRIGGER = "events"
LOOK_AGAIN = timedelta(seconds=10)


@dataclass
class Waiting:
    """What happened since these were last asked for; `due` is None while nothing did."""

    due: datetime | None = None
    events: set[str] = field(default_factory=set)
    # Somebody became another, or other things are known of them: anything may have changed.
    is_anything: bool = False

    def note(self, events: Collection[str], is_anything: bool, at: datetime) -> None:
        self.events |= set(events)
        self.is_anything |= is_anything
        if self.due is None:
            self.due = at + timedelta(minutes=settings.CDP_COMPARE_MINUTES)

    def ask(self, at: datetime) -> Refresh | None:
        """The refresh that was asked for, when it is time for one and the one before is done."""
        if self.due is None or at < self.due or not settings.CDP_COMPARE_MINUTES:
            return None
        if jobs_open(Refresh).filter(trigger=TRIGGER).exists():
            self.due = at + LOOK_AGAIN
            return None
        wanted: set[Ref] = compared(None if self.is_anything else self.events)
        found = refresh_request(slugs=sorted({ref.slug for ref in wanted}), trigger=TRIGGER) if wanted else None
        self.due, self.events, self.is_anything = None, set(), False
        return found


WAITING = Waiting()
