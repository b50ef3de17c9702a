"""Live counts beside a form: the newest question of a form calls off the one before it.

Newest is what the form asked last, not what came here last: where the machine is busy, a question may be overtaken
on its way, and the page has given up the older one by then.
Known to this process only: where several serve pages, a count that another one works on runs to its end.
"""

import math
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cdp.engine import Asking, Cancelled, asked_as

from .preview import Preview
from .workbench import Work

# How many forms of one person are counted for at a time; the oldest question goes first.
MOST = 3

Count = Callable[[Work], Preview]


class Running:
    """What is being counted: person → form → asking, the oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[Any, dict[str, tuple[Asking, float]]] = {}

    @contextmanager
    def newest(self, person: Any, form: str, at: float = math.inf) -> Iterator[Asking]:
        """Whatever is asked inside is the newest of a form; `Cancelled` when a newer one comes, or is here.

        `at` is when the form asked, by a clock of its own.
        """
        asking = Asking()
        for other in self._begun(person, form, asking, at):
            other.cancel()
        if asking.cancelled:
            raise Cancelled
        try:
            with asked_as(asking):
                yield asking
        finally:
            self._ended(person, form, asking)

    def _begun(self, person: Any, form: str, asking: Asking, at: float) -> list[Asking]:
        """Those that have to make way; `asking` itself where a newer one is here."""
        with self._lock:
            own = self._of.setdefault(person, {})
            if form in own and own[form][1] > at:
                return [asking]
            gone = [own.pop(form)[0]] if form in own else []
            own[form] = (asking, at)
            while len(own) > MOST:
                gone.append(own.pop(next(iter(own)))[0])
            return gone

    def _ended(self, person: Any, form: str, asking: Asking) -> None:
        with self._lock:
            own = self._of.get(person, {})
            if form in own and own[form][0] is asking:
                del own[form]
            if not own:
                self._of.pop(person, None)


RUNNING = Running()


def live_url(url: str) -> str:
    """An address of live counts for one form, opened once."""
    return f"{url}?form={secrets.token_hex(8)}"


def live_answer(request: HttpRequest, work: Work, tried: bool, count: Count) -> HttpResponse:
    """What stands beside the form; nothing (204) for a question that a newer one has overtaken."""
    form = request.GET.get("form", "")
    try:
        with RUNNING.newest(request.user.pk, form, asked_at(request)):
            shown = work.live(tried, count)
    except Cancelled:
        return HttpResponse(status=204)
    response = render(request, "tags/builder/live.html", {**shown, "more_url": request.path, "form_asked": form})
    response["HX-Trigger-After-Settle"] = "counted"
    return response


def asked_at(request: HttpRequest) -> float:
    """Milliseconds since the form was opened; without them it is the newest."""
    try:
        return float(request.POST.get("asked", ""))
    except ValueError:
        return math.inf
