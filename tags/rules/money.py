"""Amounts as whole hundredths in NumPy arrays, compared exactly with decimals of any length."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

SCALE = 2
SAFE = 2**62


class TooLarge(ArithmeticError):
    """The amounts do not fit 64 bits; somebody with more room has to compare them."""


class Amounts:
    """`hundredths` (int64) over `times` (int64, or None for 1): a sum, or the average it makes.

    An average is compared without dividing: sum / n < a ⇔ sum < a · n.
    """

    def __init__(self, hundredths: np.ndarray, times: np.ndarray | None = None) -> None:
        self.hundredths = hundredths
        self.times = times

    def __lt__(self, other: Decimal) -> np.ndarray:
        return self._sum(other) < self._limit(other, ROUND_CEILING)

    def __le__(self, other: Decimal) -> np.ndarray:
        return self._sum(other) <= self._limit(other, ROUND_FLOOR)

    def __gt__(self, other: Decimal) -> np.ndarray:
        return ~(self <= other)

    def __ge__(self, other: Decimal) -> np.ndarray:
        return ~(self < other)

    def __eq__(self, other: object) -> np.ndarray:  # type: ignore[override]
        assert isinstance(other, Decimal)
        return (self <= other) & ~(self < other)

    def __ne__(self, other: object) -> np.ndarray:  # type: ignore[override]
        return ~(self == other)

    def _sum(self, other: Decimal) -> np.ndarray:
        return self.hundredths if self.times is None else _scaled(self.hundredths, 10 ** _finer(other))

    def _limit(self, other: Decimal, rounding: str) -> Any:
        if self.times is None:
            limit = int((other * 10**SCALE).to_integral_value(rounding))
            return max(-SAFE * 2, min(SAFE * 2 - 1, limit))
        return _scaled(self.times.astype(np.int64), int(other * 10 ** (SCALE + _finer(other))))


def _finer(number: Decimal) -> int:
    """How many decimals a number has beyond hundredths."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent - SCALE) if isinstance(exponent, int) else 0


def _scaled(numbers: np.ndarray, by: int) -> np.ndarray:
    if numbers.size and int(np.abs(numbers).max()) * abs(by) >= SAFE:
        raise TooLarge
    return numbers * by
