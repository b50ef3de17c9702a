"""Roaring bitmaps from and to NumPy, without a Python object a customer."""

from array import array

import numpy as np
from pyroaring import BitMap


def bitmap_of_ids(ids: np.ndarray) -> BitMap:
    """Customer ids in any order, with or without repeats. Sorting first is several times as fast as not."""
    held = array("I")
    held.frombytes(np.sort(np.ascontiguousarray(ids, dtype=np.uint32)).tobytes())
    return BitMap(held)


def bitmap_of_mask(mask: np.ndarray) -> BitMap:
    """The positions where a boolean array is true."""
    held = array("I")
    held.frombytes(np.flatnonzero(mask).astype(np.uint32).tobytes())
    return BitMap(held)


def ids_of_bitmap(bitmap: BitMap) -> np.ndarray:
    """The customer ids as uint32, ascending."""
    return np.frombuffer(bitmap.to_array(), dtype=np.uint32)
