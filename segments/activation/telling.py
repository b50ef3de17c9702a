"""From changes to what channels have to tell, each change once.

A change that was found live is told from its `LiveChange` row, which goes in the same transaction; a new result in
use is compared with what was told before. Either is told only where it differs from `Told`, which changes with it.
So a refresh that finds again what was told live tells nothing, and whoever is killed here leaves nothing half done.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from pyroaring import BitMap

from cdp.store.bulk import rows_delete
from cdp.store.lock import exclusive
from tags.dependencies import TAG, Ref
from tags.membership import bitmap_read, bitmap_write
from tags.models import LiveChange, Tag

from ..models import Segment
from .channels import CHANNELS, Change
from .models import Told, Topic
from .standing import run_ids, standing_of

TELLING = "telling"
# Of one transaction, so that nobody waits long for the one who writes.
LIVE_ROWS = 5_000
CUSTOMERS = 50_000
NAMES = ("slug", "name_zh_hans", "name_zh_hant", "name_en")


def changes_tell() -> None:
    """Tell all there is to tell now."""
    if not is_anything():
        return
    with exclusive(TELLING):
        topics = topics_settle(_wanted())
        while live_tell(topics):
            pass
        moved = run_ids(set(topics))
        for ref, topic in topics.items():
            if moved.get(ref, topic.run_id) != topic.run_id:
                while not run_tell(topic):
                    pass


def is_anything() -> bool:
    """Whether there may be something to tell; quick, since it is asked again and again."""
    topics = {Ref(kind, slug): run for kind, slug, run in Topic.objects.values_list("kind", "slug", "run_id")}
    if topics.keys() != _wanted() or LiveChange.objects.exists():
        return True
    return bool(topics) and any(topics[ref] != run for ref, run in run_ids(topics).items())


def _wanted() -> set[Ref]:
    return {ref for channel in CHANNELS.values() for ref in channel.wanted()}


def topics_settle(wanted: Collection[Ref]) -> dict[Ref, Topic]:
    """What is wanted from now on is told from how it stands now; what nobody wants any more is forgotten."""
    topics = {Ref(topic.kind, topic.slug): topic for topic in Topic.objects.all()}
    for ref in topics.keys() - set(wanted):
        topics.pop(ref).delete()
    for ref in sorted(set(wanted) - topics.keys()):
        topics[ref] = _opened(ref)
    return topics


@transaction.atomic
def _opened(ref: Ref) -> Topic:
    standing = standing_of(ref)
    if standing is None:
        return Topic.objects.create(kind=ref.kind, slug=ref.slug)
    topic = Topic.objects.create(kind=ref.kind, slug=ref.slug, run_id=standing.run_id, as_of=standing.as_of)
    told = [Told(topic=topic, value=value, bitmap=bitmap_write(who)) for value, who in standing.values.items()]
    Told.objects.bulk_create(told)
    return topic


@transaction.atomic
def live_tell(topics: dict[Ref, Topic]) -> bool:
    """The changes found live that wait longest. False when none waits."""
    rows = list(LiveChange.objects.order_by("pk")[:LIVE_ROWS])
    if not rows:
        return False
    books: dict[Ref, _Book] = {}
    for (ref, value, has_entered, at), some in groupby(rows, _same):
        topic = topics.get(ref)
        # A run in use since says itself what was found up to its moment.
        if topic is not None and (topic.as_of is None or at > topic.as_of):
            book = books.setdefault(ref, _Book(topic))
            book.tell(value, has_entered, BitMap(row.customer_id for row in some), at)
    for book in books.values():
        book.close()
    rows_delete(LiveChange, [row.pk for row in rows])
    return True


def _same(row: LiveChange) -> tuple[Ref, str, bool, datetime]:
    return Ref(row.kind, row.slug), row.value, row.has_entered, row.at


@transaction.atomic
def run_tell(topic: Topic) -> bool:
    """How the result in use differs from what was told, of so many customers at most. True when that was all."""
    standing = standing_of(Ref(topic.kind, topic.slug))
    if standing is None:
        return True
    book, room = _Book(topic), CUSTOMERS
    for value, has_entered, who in _differences(book, standing.values):
        part = BitMap(who[:room]) if len(who) > room else who
        book.tell(value, has_entered, part, standing.as_of)
        room -= len(part)
        if len(part) < len(who):
            book.close()
            return False
    book.close()
    topic.run_id, topic.as_of = standing.run_id, standing.as_of
    topic.save(update_fields=["run_id", "as_of"])
    return True


def _differences(book: "_Book", now: Mapping[str, BitMap]) -> Iterator[tuple[str, bool, BitMap]]:
    """Who left, then who entered, so that a customer is never told to have two of a tag's values."""
    for value, told in list(book.values.items()):
        if left := told - now.get(value, BitMap()):
            yield value, False, left
    for value, who in now.items():
        if entered := who - book.values.get(value, BitMap()):
            yield value, True, entered


class _Book:
    """What was told of one topic, and what is told of it in this transaction."""

    def __init__(self, topic: Topic) -> None:
        self.topic, self.ref = topic, Ref(topic.kind, topic.slug)
        self.rows = {row.value: row for row in topic.told.all()}
        self.values = {value: bitmap_read(row.bitmap) for value, row in self.rows.items()}
        self.changes: list[Change] = []
        self.name = _name(self.ref)

    def tell(self, value: str, has_entered: bool, who: BitMap, at: datetime) -> None:
        told = self.values.get(value, BitMap())
        new = who - told if has_entered else who & told
        if new:
            self.values[value] = told | new if has_entered else told - new
            self.changes.append(Change(self.ref, self.name, value, has_entered, new, at))

    def close(self) -> None:
        for channel in CHANNELS.values():
            channel.tell(self.changes)
        changed = {change.value for change in self.changes}
        rows = [Told(topic=self.topic, value=value, bitmap=bitmap_write(self.values[value])) for value in changed]
        Told.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["topic", "value"], update_fields=["bitmap"]
        )


def _name(ref: Ref) -> str:
    model = Tag if ref.kind == TAG else Segment
    row = model._default_manager.filter(slug=ref.slug).only(*NAMES).first()
    return row.name_in(settings.LANGUAGE_CODE) if row else ref.slug
