"""Roaring bitmaps from and to NumPy, without a Python object a customer."""

from array import array

import numpy as np
from pyroaring import BitMap

# Of the stored form: its first word, the positions of one container, and up to how many of those it lists.
COOKIE = 12346
CHUNK = 2**16
MOST_LISTED = 4096


def bitmap_of_ids(ids: np.ndarray) -> BitMap:
    """Customer ids in any order, with or without repeats. Sorting first is several times as fast as not."""
    held = array("I")
    held.frombytes(np.sort(np.ascontiguousarray(ids, dtype=np.uint32)).tobytes())
    return BitMap(held)


def bitmap_of_mask(mask: np.ndarray) -> BitMap:
    """The positions where a boolean array is true.

    Written as https://github.com/RoaringBitmap/RoaringFormatSpec has it: where many are true that takes a
    hundredth of the time that going through them takes.
    """
    if len(mask) <= MOST_LISTED:
        return BitMap(np.flatnonzero(mask).astype(np.uint32))
    bits = np.zeros(-(-len(mask) // CHUNK) * CHUNK // 8, np.uint8)
    bits[: -(-len(mask) // 8)] = np.packbits(mask, bitorder="little")
    words = bits.view("<u8").reshape(-1, CHUNK // 64)
    counts = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
    keys = np.flatnonzero(counts)
    parts = [
        words[key].tobytes() if counts[key] > MOST_LISTED else _listed(mask[key * CHUNK : (key + 1) * CHUNK])
        for key in keys
    ]
    head = np.column_stack([keys, counts[keys] - 1]).astype("<u2")
    start = 8 + 8 * len(keys)
    offsets = np.cumsum([start, *map(len, parts)])[: len(keys)].astype("<u4")
    cookie = np.array([COOKIE, len(keys)], "<u4")
    return BitMap.deserialize(b"".join([cookie.tobytes(), head.tobytes(), offsets.tobytes(), *parts]))


def mask_of_bitmap(bitmap: BitMap, size: int = 0) -> np.ndarray:
    """True at its ids; as long as the highest of them needs, or `size`."""
    mask = np.zeros(max(size, bitmap.max() + 1 if bitmap else 0), dtype=bool)
    mask[ids_of_bitmap(bitmap)] = True
    return mask


def places_in_mask(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Where the ids are that the mask has, which may be shorter than the highest of them."""
    if not len(mask):
        return np.zeros(0, np.int64)
    return np.flatnonzero(mask[np.minimum(ids, len(mask) - 1)] & (ids < len(mask)))


def _listed(mask: np.ndarray) -> bytes:
    return np.flatnonzero(mask).astype("<u2").tobytes()


def ids_of_bitmap(bitmap: BitMap) -> np.ndarray:
    """The customer ids as uint32, ascending."""
    return np.frombuffer(bitmap.to_array(), dtype=np.uint32)
