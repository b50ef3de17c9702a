"""Who has which value now: the run in use, and over it what was found of single customers since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from tags import membership
from tags.dependencies import SEGMENT, TAG, Ref
from tags.models import LiveTag, Tag, TagRun

from ..models import LiveMember, Segment, SegmentRun


@dataclass(frozen=True)
class Standing:
    """`values`: value → customers; of a segment, "" → its members."""

    run_id: int
    as_of: datetime
    values: Mapping[str, BitMap]


def standing_of(ref: Ref) -> Standing | None:
    """None without a result in use. No other run is put in use before the caller's transaction ends."""
    return _of_tag(ref.slug) if ref.kind == TAG else _of_segment(ref.slug)


def run_ids(refs: Collection[Ref]) -> dict[Ref, int]:
    """The runs in use, of those that have one. Two queries."""
    tags = Tag.objects.filter(slug__in=[ref.slug for ref in refs if ref.kind == TAG])
    segments = Segment.objects.filter(slug__in=[ref.slug for ref in refs if ref.kind == SEGMENT])
    found = {Ref(TAG, slug): run for slug, run in tags.values_list("slug", "run_id")}
    found |= {Ref(SEGMENT, slug): run for slug, run in segments.values_list("slug", "run_id")}
    return {ref: run for ref, run in found.items() if run is not None}


def _of_tag(slug: str) -> Standing | None:
    tag = Tag.objects.select_for_update().filter(slug=slug).order_by().first()
    if tag is None or tag.run_id is None:
        return None
    as_of = TagRun.objects.values_list("as_of", flat=True).get(pk=tag.run_id)
    held = membership.in_use({slug})[slug]
    found = {value: who for value, who in held.values.items() if value != membership.ANY}
    live = dict(LiveTag.objects.filter(tag=tag, as_of__gt=as_of).values_list("customer_id", "values"))
    if live:
        known = BitMap(live)
        found = {value: who - known for value, who in found.items()}
        for customer, values in live.items():
            for value in values:
                if value != membership.ANY:
                    found.setdefault(value, BitMap()).add(customer)
    return Standing(tag.run_id, as_of, found)


def _of_segment(slug: str) -> Standing | None:
    segment = Segment.objects.select_for_update().filter(slug=slug).order_by().first()
    if segment is None or segment.run_id is None or segment.bitmap is None:
        return None
    as_of = SegmentRun.objects.values_list("as_of", flat=True).get(pk=segment.run_id)
    rows = LiveMember.objects.filter(segment=segment, as_of__gt=as_of).values_list("customer_id", "is_member")
    live = dict(rows)
    members = membership.bitmap_read(segment.bitmap) - BitMap(live)
    return Standing(
        segment.run_id, as_of, {"": members | BitMap(who for who, is_member in live.items() if is_member)}
    )
