"""Percentiles of what was timed."""

import math
from collections.abc import Sequence


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """The smallest time that so many percent of them do not exceed, in milliseconds."""
    return round(1000 * sorted(seconds)[max(0, math.ceil(len(seconds) * percent / 100) - 1)], 2)
