"""What an answer means, and when to try again."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from random import uniform

from .asking import Answer, Trouble

GIVEN_UP_AFTER = timedelta(hours=24)
FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
GONE = 410
# The receiver understood, and says that this very message is wrong: it would be the next time, too.
REFUSALS = frozenset({400, 405, 411, 413, 414, 415, 422})


class Outcome(Enum):
    SENT = "sent"
    GONE = "gone"
    REFUSED = "refused"
    AGAIN = "again"


def outcome_of(answer: Answer) -> Outcome:
    if answer.trouble in (Trouble.PRIVATE, Trouble.SECRET) or answer.status in REFUSALS:
        return Outcome.REFUSED
    if answer.status == GONE:
        return Outcome.GONE
    is_sent = answer.status is not None and 200 <= answer.status < 300
    return Outcome.SENT if is_sent else Outcome.AGAIN


def next_try(answer: Answer, failures: int, now: datetime) -> datetime:
    """After the `failures`th failure in a row: doubling from `FIRST` to `LONGEST`, a quarter sooner or later so
    that not all come at once; or when the receiver asked for it, within a day."""
    asked = _asked(answer.retry_after, now)
    if asked is not None:
        return min(max(asked, now), now + GIVEN_UP_AFTER)
    wait = min(LONGEST, FIRST * 2 ** min(failures - 1, 20))
    return now + wait * uniform(0.75, 1.25)


def _asked(header: str, now: datetime) -> datetime | None:
    """Seconds or a date, as RFC 9110 has it; None for anything else."""
    if header.isascii() and header.isdigit() and len(header) < 10:
        return now + timedelta(seconds=int(header))
    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None
