"""The cast in the real store: the same people and deeds, loaded through the product's own services."""

from datetime import datetime
from itertools import count

import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.ledger.models import JobState
from cdp.store.models import Attribute, Customer
from cdp.store.services import (
    attribute_register,
    batch_commit,
    batch_open,
    event_type_register,
    events_add,
    property_register,
    records_add,
)
from segments.models import Segment, SegmentKind, SegmentRun
from tests.world import AS_OF, CAST, World, events_table, profiles_table

GIVEN = ("event_id", "origin_id", "event", "time")
CLAIMS = count()


def settle(world: World = CAST) -> None:
    """Everyone with the ids they have in the world, and everything they did, each channel from a batch."""
    registries_fill(world)
    people = batch_open(source="settled")
    Customer.objects.bulk_create([Customer(pk=person.id, batch=people) for person in world.people])
    told = profiles_table(world).rename_columns(["origin_id", *world.attributes])
    names = pa.array([person.name for person in world.people])
    records_add(batch=people, records=told.append_column("name", names))
    batch_commit(batch=people)
    deeds_store(world)


def registries_fill(world: World) -> None:
    for slug, kind in world.attributes.items():
        if not Attribute.objects.filter(slug=slug).exists():
            attribute_register(slug=slug, kind=kind)
    for slug, kind in world.properties.items():
        property_register(slug=slug, kind=kind)
    for slug in world.events:
        event_type_register(slug=slug)


def deeds_store(world: World) -> None:
    events = events_table(world)
    for channel in sorted(set(events["channel"].to_pylist())):
        batch = batch_open(source="settled", channel=channel)
        mine = events.filter(pc.equal(events["channel"], channel))
        events_add(batch=batch, events=mine.select([*GIVEN, *world.properties]))
        batch_commit(batch=batch)


def segment_of(slug: str, members: set[int], *, name: str = "", as_of: datetime = AS_OF) -> Segment:
    """A segment of exactly these customers, as a refresh would leave it."""
    segment = Segment.objects.create(slug=slug, kind=SegmentKind.LIST, name_zh_hans=name, name_en=name)
    return members_set(segment, members, as_of=as_of)


def members_set(segment: Segment, members: set[int], *, as_of: datetime = AS_OF) -> Segment:
    """The same segment after another refresh."""
    universe = Customer.objects.filter(merged_into=None).count()
    # A claim of its own, as a worker's: ids come again in the next test, and members are kept by both.
    segment.run = SegmentRun.objects.create(
        segment=segment,
        as_of=as_of,
        state=JobState.DONE,
        universe=universe,
        matched=len(members),
        claim=f"settled-{next(CLAIMS)}",
    )
    segment.bitmap, segment.count = BitMap(members).serialize(), len(members)
    segment.save()
    return segment
