"""What people do with write keys (make one, name it, switch it off and on) and with what came."""

import secrets

from django.contrib.auth.models import User

from cdp.sources.models import Source

from .known_keys import keys_forget
from .models import Arrival, WriteKey


def key_create(*, source: Source, name: str = "", by: User | None = None) -> WriteKey:
    """A new write key, in use at once."""
    made = WriteKey.objects.create(source=source, key=secrets.token_hex(16), name=name[:80], created_by=by)
    keys_forget()
    return made


def key_rename(*, key: WriteKey, name: str) -> None:
    key.name = name[:80]
    key.save(update_fields=["name"])


def key_switch(*, key: WriteKey, is_on: bool) -> None:
    """What was accepted stays. Other processes notice within `known_keys.KNOWN_SECONDS`."""
    key.is_on = is_on
    key.save(update_fields=["is_on"])
    keys_forget()


def arrivals_again() -> int:
    """Have requests that were set aside wait once more, as somebody thinks that they can be taken in now."""
    return Arrival.objects.filter(is_aside=True).update(is_aside=False)
