"""Runs beside the taking in of live events: tells what changed, and sends it."""

import logging
from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from .telling import changes_tell
from .webhooks.sending import Sender
from .webhooks.services import deliveries_forget

log = logging.getLogger(__name__)
# Looked again after so many seconds; after a failure later. The log is tidied every hour.
IDLE, AFTER_FAILURE = 0.3, 5.0


def activation_run(stop: Event) -> None:
    sender, tidied = Sender(), None
    while not stop.is_set():
        close_old_connections()
        try:
            changes_tell()
            was_busy = sender.step(IDLE)
            hour = timezone.now().replace(minute=0, second=0, microsecond=0)
            if hour != tidied:
                deliveries_forget()
                tidied = hour
        except Exception:
            log.exception("what changed could not be told; it is kept and tried again")
            stop.wait(AFTER_FAILURE)
            continue
        if not was_busy:
            stop.wait(IDLE)
    sender.close()
