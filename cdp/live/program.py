"""The program that takes in what arrives, for as long as it runs; several may run, one at a time does the work."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import Event, Thread

from django.db import DataError, IntegrityError, close_old_connections

from cdp.errors import UserError

from .counting import minutes_forget
from .draining import flushes_finish_due
from .flushing import messages_forget
from .models import Arrival
from .signs import sign_give
from .taking import STEP_ARRIVALS, arrivals_waiting, take_in
from .traces import traces_forget

log = logging.getLogger(__name__)
# When nothing waits it is looked again after so many seconds; after a failure, later and later.
IDLE, LONGEST_PAUSE = 0.2, 30.0
# What runs beside has so many seconds to come to an end.
STOPPING = 6.0
# What failed alone so often is set aside.
MOST_TRIES = 3
# A sign of life is given, and what is old forgotten, every so many seconds.
SIGN, TIDY = 5.0, 600.0

# What may be the fault of a message. Other errors are of the machine (no room, no database) and pass for all.
OF_WHAT_CAME = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DataError,
    IntegrityError,
    LookupError,
    RecursionError,
    TypeError,
    UserError,
    ValueError,
)

# Storeys above see to the steps there are (`Step`); they add themselves when they start.
FOLLOWERS: list[Callable[[], None]] = []
# And what they do all the while in a thread of its own, until the event is set.
BESIDE: list[Callable[[Event], None]] = []


class Taker:
    """One step after the other. What fails is tried again by itself, and set aside when it fails then, too.

    `suspects` are the ids of arrivals among which one failed, `alone` is the one that is tried by itself. A failure
    may have taken back all that was open, so what comes before the suspects is taken in again first.
    """

    def __init__(self) -> None:
        self.suspects = range(0)
        self.alone: int | None = None
        self.tries: Counter[int] = Counter()
        self.failures = 0
        self.unfollowed = 0
        self.sign_due = self.tidy_due = self.follow_due = 0.0

    def step(self) -> float:
        """Do what there is to do; returns after how many seconds to look again."""
        try:
            self._now_and_then()
            taken = self._take()
            flushes_finish_due()
        except Exception as error:
            log.exception("what arrived could not be taken in; it is kept and tried again")
            return self._failed(error)
        self.failures = 0
        self._follow()
        return 0.0 if taken else IDLE

    def _take(self) -> int:
        first = arrivals_waiting().order_by("pk").values_list("pk", flat=True).first() if self.suspects else None
        if first is None or first >= self.suspects.stop:
            self.suspects, self.tries = range(0), Counter()
            return take_in()
        if first not in self.suspects:
            return take_in(before=self.suspects.start)
        self.alone = first
        taken = take_in(1)
        self.alone = None
        return taken

    def _follow(self) -> None:
        """What fails is tried later and later, so that the log does not fill up with it."""
        if time.monotonic() >= self.follow_due:
            self.unfollowed = 0 if steps_follow() else self.unfollowed + 1
            pause = min(LONGEST_PAUSE, IDLE * 2**self.unfollowed) if self.unfollowed else 0.0
            self.follow_due = time.monotonic() + pause

    def _now_and_then(self) -> None:
        now = time.monotonic()
        if now >= self.sign_due:
            sign_give(failures=self.failures)
            self.sign_due = now + SIGN
        if now >= self.tidy_due and not self.failures:
            for forget in (messages_forget, minutes_forget, traces_forget):
                forget()
            self.tidy_due = now + TIDY

    def _failed(self, error: Exception) -> float:
        self.failures += 1
        self.sign_due = 0.0
        if isinstance(error, OF_WHAT_CAME):
            self._suspect()
        self.alone = None
        return min(LONGEST_PAUSE, IDLE * 2**self.failures)

    def _suspect(self) -> None:
        """What failed still waits, before all that waits longer than it does once more."""
        waiting = list(arrivals_waiting().order_by("pk").values_list("pk", flat=True)[:STEP_ARRIVALS])
        if not waiting or waiting[0] != self.alone:
            self.suspects = range(waiting[0], waiting[-1] + 1) if waiting else range(0)
            return
        self.tries[self.alone] += 1
        if self.tries[self.alone] >= MOST_TRIES:
            log.error("arrival %s cannot be taken in and is set aside", self.alone)
            Arrival.objects.filter(pk=self.alone).update(is_aside=True)
            self.failures = 0


def steps_follow() -> bool:
    """What could not be followed now stays to be followed with the next step; then it is False."""
    is_done = True
    for follow in FOLLOWERS:
        try:
            follow()
        except Exception:
            log.exception("what was taken in could not be followed; it is tried again")
            is_done = False
    return is_done


def live_run(stop: Event) -> None:
    taker = Taker()
    threads = [Thread(target=beside, args=[stop], daemon=True) for beside in BESIDE]
    for thread in threads:
        thread.start()
    while not stop.is_set():
        close_old_connections()
        pause = taker.step()
        if pause:
            stop.wait(pause)
    for thread in threads:
        thread.join(STOPPING)
