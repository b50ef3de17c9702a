"""Whether there is room for more: neither the waiting arrivals nor the disk may grow without end."""

import shutil
import time
from threading import Lock

from django.conf import settings

from .models import Arrival
from .wire import Refused

LOOK_SECONDS = 1.0
COME_AGAIN_SECONDS = 10


class Room:
    """What was found when it was last looked; one thread looks, the others go by what is known."""

    def __init__(self) -> None:
        self.why, self.due, self.looking = "", 0.0, Lock()

    def check(self) -> None:
        """Raises `Refused` (503) while there is none."""
        if time.monotonic() >= self.due and self.looking.acquire(blocking=False):
            try:
                self.why = _why_not()
                self.due = time.monotonic() + LOOK_SECONDS
            finally:
                self.looking.release()
        if self.why:
            raise Refused(503, "busy", f"{self.why} Nothing was kept; send it again.", COME_AGAIN_SECONDS)


def _why_not() -> str:
    if shutil.disk_usage(settings.CDP_DATA).free < settings.CDP_LIVE_FREE_MB * 2**20:
        return "The server's disk is almost full."
    most = settings.CDP_LIVE_WAITING
    # Both conditions are those of the index `arrival_waiting`: nothing else of the table is read.
    if Arrival.objects.filter(flush=None, is_aside=False)[: most + 1].count() > most:
        return "Too many requests wait to be taken in."
    return ""


ROOM = Room()
