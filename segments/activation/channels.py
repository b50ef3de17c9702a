"""Ways by which other systems are told. A channel is a module and one row of `CHANNELS` (see `apps`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pyroaring import BitMap

from tags.dependencies import Ref


@dataclass(frozen=True)
class Change:
    """Customers who entered, or left, one value of a tag or a segment, whose value is ""."""

    ref: Ref
    name: str
    value: str
    has_entered: bool
    customers: BitMap
    at: datetime


class Channel(Protocol):
    def wanted(self) -> set[Ref]:
        """What it wants to be told about now."""

    def tell(self, changes: Iterable[Change]) -> None:
        """Keep what is to be sent, inside the caller's transaction."""


CHANNELS: dict[str, Channel] = {}
