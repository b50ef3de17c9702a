"""The moment a rule is asked about, as people write it and as the rules take it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from cdp.errors import N_, user_error

from .rules.windows import FIRST_YEAR, LAST_YEAR, Moment


def moment_of(as_of: datetime | None = None) -> Moment:
    """`as_of` by the business calendar; now when none is given."""
    return Moment(as_of or timezone.now(), settings.CDP_TIME_ZONE)


def as_of_read(text: str) -> datetime:
    """ISO 8601; without a zone it is business time, a bare date the start of that day. `UserError`."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(f"the year {moment.year}")
    except ValueError as error:
        raise user_error(
            N_('"%(text)s" is not a date and time.'),
            N_("Write it like 2026-11-21 or 2026-11-21T18:30+08:00."),
            text=text,
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.CDP_TIME_ZONE))
