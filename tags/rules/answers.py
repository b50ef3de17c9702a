"""Answers that are kept for whoever asks the same again over the same data."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from pyroaring import BitMap

MOST_BYTES = 128 * 2**20


class Answers:
    """Bitmaps of one state of the data, the longest unused going first when there are too many. Thread-safe.

    A key says everything an answer depends on but the data, whose state is `version`.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._version = ""
        self._kept: OrderedDict[Hashable, BitMap] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, version: str, key: Hashable) -> BitMap | None:
        """To be worked with as it is: never change it in place."""
        with self._lock:
            if version != self._version or key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, version: str, key: Hashable, answer: BitMap) -> None:
        with self._lock:
            if version != self._version:
                self._version, self._bytes = version, 0
                self._kept.clear()
            if key not in self._kept:
                self._bytes += _bytes(answer)
            self._kept[key] = answer
            while self._bytes > self._most:
                _key, gone = self._kept.popitem(last=False)
                self._bytes -= _bytes(gone)


def _bytes(bitmap: BitMap) -> int:
    """About what a bitmap takes: two bytes a customer, or a bit for each of the first to the last."""
    return 64 + min(2 * len(bitmap), (bitmap.max() - bitmap.min()) // 8 + 8) if bitmap else 64
