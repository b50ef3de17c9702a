"""The day of a load."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from .models import Load


def day_of(load: Load) -> date:
    """The business day it was asked for on: ages are as of then, however often the load is tried. That of a retry
    is the day of the load it mends."""
    asked = load.retry_of.requested_at if load.retry_of else load.requested_at
    return asked.astimezone(ZoneInfo(settings.CDP_TIME_ZONE)).date()
