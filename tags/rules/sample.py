"""A stable share of the customers, for control groups and experiments. The formula may never change.

salted(id) = splitmix64(id XOR the first 8 bytes, little-endian, of BLAKE2b(salt in UTF-8, 8 bytes long));
a customer is in the sample when low ≤ salted(id) / 2^64 < high.

splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
"""

import hashlib
import math
from fractions import Fraction

import numpy as np

from .nodes import Sample

SPACE = 2**64


def sampled(sample: Sample, ids: np.ndarray) -> np.ndarray:
    """Those of the customers (uint32) who fall into the sample."""
    place = salted(sample.salt, ids)
    low, high = (math.ceil(Fraction(end) * SPACE) for end in (sample.low, sample.high))
    if low >= SPACE:
        return ids[:0]
    inside = place >= np.uint64(low)
    return ids[inside] if high >= SPACE else ids[inside & (place < np.uint64(high))]


def salted(salt: str, ids: np.ndarray) -> np.ndarray:
    """Each id's place among 2^64 (uint64)."""
    start = int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=8).digest(), "little")
    return splitmix64(ids.astype(np.uint64) ^ np.uint64(start))


def splitmix64(numbers: np.ndarray) -> np.ndarray:
    """The next output from each state (uint64, wrapping round)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
