"""What two segments have in common, and which tags tell them apart."""

from dataclasses import dataclass

from django.conf import settings
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from tags.selectors import tags, value_counts, value_labels

from ..algebra import jaccard
from ..combining.selectors import combined
from ..models import Segment
from .differences import Difference, differences

LEFT, RIGHT, BOTH = 0b01, 0b10, 0b11
MOST, PER_TAG = 25, 3


@dataclass(frozen=True)
class Told:
    """One difference with the names of its tag and value."""

    tag: str
    value: str
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """`counts`: of only the left, only the right, and both. `told` is empty where a group is `too_small`."""

    left: Segment
    right: Segment
    sizes: tuple[int, int]
    only_left: int
    only_right: int
    both: int
    jaccard: float
    least: int
    told: list[Told]

    @property
    def too_small(self) -> bool:
        return min(self.sizes) < self.least


def compared(viewer: Viewer, left: str, right: str) -> Comparison:
    """`UserError` for a segment that is not there or has no members yet. Constantly many queries."""
    found = combined(viewer, [left, right])
    one, other = found.sets
    sizes = {area: len(members) for area, members in found.areas.items()}
    least = settings.CDP_MIN_GROUP
    return Comparison(
        left=found.segments[0],
        right=found.segments[1],
        sizes=(len(one), len(other)),
        only_left=sizes.get(LEFT, 0),
        only_right=sizes.get(RIGHT, 0),
        both=sizes.get(BOTH, 0),
        jaccard=jaccard(one, other),
        least=least,
        told=[] if min(len(one), len(other)) < least else _told(viewer, one, other, least),
    )


def _told(viewer: Viewer, left: BitMap, right: BitMap, least: int) -> list[Told]:
    counts = value_counts(viewer, [left, right])
    found = differences(counts, (len(left), len(right)), least=least, most=MOST, per_tag=PER_TAG)
    named = {tag.slug: tag for tag in tags(viewer).filter(slug__in={one.tag for one in found})}
    labels = {slug: value_labels(tag) for slug, tag in named.items()}
    return [
        Told(named[one.tag].name, labels[one.tag].get(one.value, one.value), one)
        for one in found
        if one.tag in named
    ]
