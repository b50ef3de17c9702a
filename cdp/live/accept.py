"""From a request that can be taken to one durable row. Nothing else happens before it is answered."""

import logging
from threading import Condition

from django.db import Error, IntegrityError
from django.utils import timezone

from .durable import rows_write
from .known_keys import key_id, keys_forget
from .models import Arrival
from .room import ROOM
from .wire import Call, Refused

log = logging.getLogger(__name__)
COME_AGAIN_SECONDS = 2


def arrival_add(*, call: Call) -> None:
    """Keep a request; when this returns, its row is on the disk.

    Raises `Refused`: 401 for a key that is not in use, 503 while there is no room, or no database to write to.
    """
    try:
        key = key_id(call.key) if call.key else None
        if key is None:
            raise unknown_key()
        ROOM.check()
    except Error:
        log.exception("the event API could not read its database")
        raise busy()
    now = timezone.now()
    _together.add(Arrival(key_id=key, kind=call.kind, received_at=now, messages=call.messages, body=call.body))


def unknown_key() -> Refused:
    text = "Send a write key that is in use: as the user name of Basic authorization, or as writeKey in the body."
    return Refused(401, "unknown_key", text)


def busy() -> Refused:
    text = "The database cannot be written to just now. Nothing was kept; send it again."
    return Refused(503, "busy", text, COME_AGAIN_SECONDS)


class _Waiting:
    """A row on its way to the disk, in one thread's hands and another's transaction."""

    def __init__(self, arrival: Arrival):
        self.arrival = arrival
        self.is_over = False
        self.error: Error | None = Error("not written")


class _Together:
    """Requests that come while others are being written are written together in the next transaction: what costs is
    the disk's word that it has them, not the rows. Whoever finds nobody writing writes for all who wait.
    """

    def __init__(self) -> None:
        self.turn = Condition()
        self.waiting: list[_Waiting] = []
        self.is_writing = False

    def add(self, arrival: Arrival) -> None:
        mine = _Waiting(arrival)
        with self.turn:
            self.waiting.append(mine)
            while self.is_writing and not mine.is_over:
                self.turn.wait()
            if not mine.is_over:
                self.is_writing = True
                everybody, self.waiting = self.waiting, []
        if not mine.is_over:
            self._write(everybody)
        if isinstance(mine.error, IntegrityError):
            keys_forget()
            raise unknown_key() from mine.error
        if mine.error:
            raise busy() from mine.error

    def _write(self, everybody: list[_Waiting]) -> None:
        try:
            _try(everybody)
        finally:
            with self.turn:
                for one in everybody:
                    one.is_over = True
                self.is_writing = False
                self.turn.notify_all()


def _try(everybody: list[_Waiting]) -> None:
    """A key that is gone spoils its own requests only."""
    try:
        rows_write([one.arrival for one in everybody])
    except IntegrityError as error:
        everybody[0].error = error
        if len(everybody) > 1:
            for one in everybody:
                _try([one])
    except Error as error:
        log.warning("%d requests of the event API were not kept: %s", len(everybody), error)
        for one in everybody:
            one.error = error
    else:
        for one in everybody:
            one.error = None


_together = _Together()
