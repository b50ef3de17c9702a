"""Looking for plans that are due. Whoever moves a plan to its next time starts the run: looked for twice, it runs
once."""

from django.db import transaction
from django.utils import timezone

from cdp.access.viewer import SYSTEM

from .models import Every, Mailing
from .services import run_start
from .when import next_after


def mailings_due() -> int:
    """One that was missed while nothing ran is made up for once. Returns how many were started."""
    now, started = timezone.now(), 0
    for one in Mailing.objects.filter(next_at__lte=now):
        due = next_after(weekly=one.every == Every.WEEK, day=one.day, at=one.at, now=now)
        with transaction.atomic():
            if Mailing.objects.filter(pk=one.pk, next_at=one.next_at).update(next_at=due):
                run_start(one, trigger="schedule", by=SYSTEM)
                started += 1
    return started
