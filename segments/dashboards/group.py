"""What a dashboard is asked of: the members, everyone, and the names of things in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import mask_of_bitmap
from segments.personas.meaning import Meaning
from segments.personas.narrative.sentences import Since
from segments.personas.spend import Buyers
from segments.personas.statistics import Base, Share

from .everyone import Everyone
from .filters import Filters
from .orders import Read


@dataclass(frozen=True)
class Field:
    """An attribute or property with its name in the reader's language; of an attribute, where it is shown."""

    slug: str
    name: str
    kind: str
    section: str = ""


@dataclass(frozen=True)
class Before:
    """Who had each value of a tag on a `day` before, when it is told now as of the day `until`."""

    day: date
    until: date
    values: Mapping[str, BitMap]


@dataclass(frozen=True)
class TagValues:
    """A tag, and who has each of its values (`names` are the values' names where they have any), or for a
    measure without bins its `numbers`: customer_id and value. `section` is where it is shown, "" among all tags.
    An RFM tag has `scores`, as `numbers`; a life cycle, which is `ordered`, what it said `before`."""

    slug: str
    name: str
    bitmaps: Mapping[str, BitMap]
    names: Mapping[str, str] = field(default_factory=dict)
    numbers: pa.Table | None = None
    section: str = ""
    ordered: bool = False
    scores: pa.Table | None = None
    before: Before | None = None


@dataclass(frozen=True)
class Group:
    """`day` is the business day of the segment's `as_of`; `least` the smallest number that is shown;
    `defined_by` are the slugs the segment's rule names, which cannot surprise anyone. `universe` is whom it is
    compared with, `against` their name and `within` their segment's slug, both empty for everyone. `filters` cut
    what is counted from events. `outlines` of provinces are the organisation's own, where it has some."""

    everyone: Everyone
    members: BitMap
    universe: BitMap
    attributes: tuple[Field, ...]
    properties: Mapping[str, Field]
    events: Mapping[str, str]
    tags: tuple[TagValues, ...]
    meaning: Meaning
    day: date
    least: int
    language: str
    defined_by: frozenset[str] = frozenset()
    against: str = ""
    within: str = ""
    filters: Filters = field(default_factory=Filters)
    buyers: Buyers | None = None
    orders: Read | None = None
    outlines: Mapping[str, Any] = field(default_factory=dict)
    map_source: str = ""
    since: Since | None = None

    @property
    def base(self) -> Base:
        return Base(len(self.members), len(self.universe), self.least)

    @property
    def too_alike(self) -> bool:
        """What is left between two that are nearly the same is about those few who are in one of them only."""
        return self.base.too_alike

    def share(self, value: str, holders: BitMap, label: str = "") -> Share:
        """How many of the members, and of everyone, have a value."""
        everyone = holders.intersection_cardinality(self.universe) if self.against else len(holders)
        return Share(value, holders.intersection_cardinality(self.members), everyone, label)

    def shares(self, holders: Mapping[str, BitMap], names: Mapping[str, str] | None = None) -> tuple[Share, ...]:
        return tuple(self.share(value, who, (names or {}).get(value, value)) for value, who in holders.items())

    def base_of(self, known: BitMap) -> Base:
        """Sample sizes where something is known of these customers only."""
        known = known & self.universe if self.against else known
        return Base(known.intersection_cardinality(self.members), len(known), self.least)

    def inside(self, customers: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Which of the customers are members."""
        return _which(customers, self.members)

    def compared(self, customers: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_] | slice:
        """Which of the customers it is compared with: an index into what is known of them."""
        return _which(customers, self.universe) if self.against else slice(None)


def _which(customers: npt.NDArray[np.uint32], chosen: BitMap) -> npt.NDArray[np.bool_]:
    return mask_of_bitmap(chosen, int(customers.max(initial=0)) + 1)[customers]
