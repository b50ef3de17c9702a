"""The moment a rule is asked about, as people write it and as the rules take it."""

from datetime import UTC, date, datetime, time, timedelta
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


def end_of_day(day: date) -> datetime:
    """What "as of" a day means: its last microsecond by the business's clock, so that it is that day's
    windows and birthdays that count, and all of its events but one in that very microsecond."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(settings.CDP_TIME_ZONE))
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def day_read(text: str) -> date:
    """A day like 2026-11-21. `UserError`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise user_error(N_('"%(text)s" is not a day.'), N_("Write it like 2026-11-21."), text=text) from error
