"""What is counted of each customer's events, in one stretch of time: the numbers many rules share."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from .nodes import ANY_EVENT, Occurrence

TIME, DAY = "time", "day"


class Kind(StrEnum):
    ANY = "any"
    COUNT = "count"
    DAYS = "days"
    SUM = "sum"
    LOW = "low"
    HIGH = "high"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Tally:
    """`of` is a property's slug for sums, extremes and different values, or DAY (days since 1970). Times are
    naive UTC."""

    what: Occurrence
    start: datetime
    end: datetime
    kind: Kind = Kind.ANY
    of: str = ""

    def meets(self, event: str) -> bool:
        return self.what.events == (ANY_EVENT,) or event in self.what.events

    @property
    def bytes(self) -> int:
        """What the result takes, a customer."""
        return {Kind.ANY: 1, Kind.COUNT: 4, Kind.DAYS: 4, Kind.DIFFERENT: 64}.get(self.kind, 12)


@dataclass
class Tallied:
    """Dense arrays: position = customer id. `times` counts the values behind a sum or an extreme."""

    value: np.ndarray
    times: np.ndarray

    @property
    def there(self) -> np.ndarray:
        return self.times > 0

    @property
    def bytes(self) -> int:
        return self.value.nbytes + (0 if self.times is self.value else self.times.nbytes)
