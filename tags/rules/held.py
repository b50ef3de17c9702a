"""What is held in memory of one state of the events and the next: bounded, the longest unused going first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Protocol


class Sized(Protocol):
    @property
    def bytes(self) -> int: ...


class Held:
    """Whatever is under a key stays right for ever: a key says all that it depends on. Thread-safe.

    What is given out is never to be changed in place.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most = most_bytes
        self._things: OrderedDict[Hashable, Sized] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, key: Hashable) -> Any:
        """None for what is not held."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key]

    def put(self, key: Hashable, thing: Sized) -> None:
        """What is larger than all there is room for is not held."""
        if thing.bytes > self.most:
            return
        with self._lock:
            if (before := self._things.pop(key, None)) is not None:
                self._bytes -= before.bytes
            self._things[key] = thing
            self._bytes += thing.bytes
            while self._bytes > self.most:
                _key, gone = self._things.popitem(last=False)
                self._bytes -= gone.bytes
