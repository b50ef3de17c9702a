"""Which write keys are in use, as this process knows it: nothing is looked up, and a change counts in seconds."""

import time
from threading import Lock

from .models import WriteKey

KNOWN_SECONDS = 3.0
# Whoever tries out keys must not fill the memory.
MOST = 10_000
LONGEST = 64

_known: dict[str, tuple[int | None, float]] = {}
_lock = Lock()


def key_id(key: str) -> int | None:
    """The id of a write key that is in use; None of any other text."""
    if len(key) > LONGEST or not key.isprintable():
        return None
    now = time.monotonic()
    found = _known.get(key)
    if found and found[1] > now:
        return found[0]
    pk = WriteKey.objects.filter(key=key, is_on=True).values_list("pk", flat=True).first()
    with _lock:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = (pk, now + KNOWN_SECONDS)
    return pk


def keys_forget() -> None:
    """After a change that this process made, or found out about."""
    with _lock:
        _known.clear()
