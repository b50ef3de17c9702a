"""Numbers that people would choose: 1, 2 and 5 of each power of ten."""

import math

import numpy as np

WHOLE_UP_TO = 2.0**53


def nice_step(least: float, *, whole: bool = False) -> float:
    """The smallest of 1, 2, 5, 10, … times a power of ten that is not below; of whole numbers at least 1."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))
    return max(step, 1.0) if whole else step


def rounded(number: float, digits: int) -> float:
    """To so many digits that are not zero at the front."""
    if number == 0:
        return 0.0
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def whole_only(ordered: np.ndarray) -> bool:
    return bool(abs(ordered[0]) < WHOLE_UP_TO > abs(ordered[-1]) and (ordered == np.floor(ordered)).all())
