"""When a plan is due next. Pure but for the product's time zone."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def next_after(*, weekly: bool, day: int, at: time, now: datetime) -> datetime:
    """The first moment after `now`. `day`: 0 (Monday) to 6 where it is weekly, else 1 to 31, the last of a month
    that is shorter."""
    zone = ZoneInfo(settings.CDP_TIME_ZONE)
    today = now.astimezone(zone).date()
    for passed in range(63):
        one = today + timedelta(days=passed)
        due = datetime.combine(one, at, zone)
        if _is_day(one, weekly, day) and due > now:
            return due
    raise AssertionError("every week and every month has such a day")


def _is_day(one: date, weekly: bool, day: int) -> bool:
    if weekly:
        return one.weekday() == day
    return one.day == min(day, monthrange(one.year, one.month)[1])
