"""The following itself: steps that wait, customers brought up to this moment."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

import numpy as np
from django.db import DatabaseError, transaction
from django.utils import timezone
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from cdp.errors import UserError
from cdp.live.hot import hot_of_origins
from cdp.live.models import Step
from cdp.store.chosen import ChosenLake, chosen_of
from cdp.store.customers import roots_of
from cdp.store.kinds import EVENT_COLUMNS
from cdp.store.lake import snapshot
from tags.dependencies import SEGMENT
from tags.following.definitions import Followed
from tags.following.members import NumberedMembers
from tags.following.numbers import Numbers, numbers_write
from tags.following.results import FollowEvaluation, Outcome, changes_of, tag_follow
from tags.following.store import outcomes_write
from tags.models import LiveChange, LiveTag
from tags.moments import moment_of
from tags.rules.held import Held
from tags.rules.held_columns import HeldColumns
from tags.runs import tags_mark_stale

from ..models import LiveMember
from .comparing import WAITING
from .in_use import InUse
from .wanted import FollowedSegment, One, followed

log = logging.getLogger(__name__)
MOST_STEPS = 50
HELD_BYTES = 256 * 2**20


@dataclass
class _Found:
    """What is to be kept, of those customers it was asked for."""

    tags: list[LiveTag] = field(default_factory=list)
    numbers: dict[int, Numbers] = field(default_factory=dict)
    members: list[LiveMember] = field(default_factory=list)
    changes: list[LiveChange] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.tags += outcome.rows
        self.changes += outcome.changes


# A tag or segment, and of which customers it may say something else.
Asked = list[tuple[One, BitMap]]


def steps_follow(at: datetime | None = None) -> None:
    """See to the steps that wait, the oldest first; `at` this moment, now by default."""
    now = at or timezone.now()
    while steps := list(Step.objects.filter(is_followed=False).order_by("pk")[:MOST_STEPS]):
        origins, people = (_union(getattr(step, name) for step in steps) for name in ("origins", "people"))
        events = {event for step in steps for event in step.events}
        customers_follow(origins, people, events, at=at or timezone.now(), steps=[step.pk for step in steps])
        WAITING.note(events, bool(people), now)
    WAITING.ask(now)


def _union(bitmaps: Iterable[bytes | memoryview]) -> BitMap:
    return BitMap.union(BitMap(), *(BitMap.deserialize(bytes(blob)) for blob in bitmaps))


def customers_follow(
    origins: BitMap, people: BitMap, events: Collection[str], *, at: datetime, steps: Collection[int] = ()
) -> None:
    """Bring up to this moment what these events may have changed of the customers that the rows of `origins` belong
    to, and anything of those of `people`. `steps` are done with it."""
    about, doers = _roots(people), _roots(origins)
    everybody = about | doers
    found = _followed(everybody, _asked(about, everybody, events), at) if everybody else _Found()
    with transaction.atomic():
        outcomes_write(found.tags, found.changes)
        numbers_write(found.numbers.items(), at)
        LiveMember.objects.bulk_create(
            found.members,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["segment", "customer_id"],
            update_fields=["is_member", "as_of"],
        )
        Step.objects.filter(pk__in=steps).update(is_followed=True)


def _asked(about: BitMap, everybody: BitMap, events: Collection[str]) -> Asked:
    """All are asked together: what the events do not touch is only kept of those it is `about`."""
    concerned = [(one, everybody if is_touched else about) for one, is_touched in followed(events)]
    return [(one, whom) for one, whom in concerned if whom]


def _roots(rows: BitMap) -> BitMap:
    return bitmap_of_ids(roots_of(ids_of_bitmap(rows).astype(np.int64))) if rows else BitMap()


def _followed(roots: BitMap, asked: Asked, at: datetime) -> _Found:
    if not asked:
        return _Found()
    chosen = chosen_of(ids_of_bitmap(roots))
    named = reduce(or_, (one.references for one, _whom in asked))
    events = None if named.all_events else named.events
    with snapshot() as lake:
        columns = {*named.properties, *EVENT_COLUMNS}
        small = ChosenLake(lake, chosen, hot_of_origins(chosen.origins), columns, events)
        try:
            in_use = InUse(chosen, at)
            in_use.read({one.slug for one, _whom in asked if isinstance(one, Followed)})
            evaluation = FollowEvaluation(
                lake=small,
                moment=moment_of(at),
                members=NumberedMembers(small.customers, in_use),
                held=HeldColumns(Held(HELD_BYTES), small),
            )
            _prepare(evaluation, asked)
            return _each(asked, evaluation, in_use, at)
        finally:
            small.detach()


def _prepare(evaluation: FollowEvaluation, asked: Asked) -> None:
    try:
        evaluation.prepare([rule for one, _whom in asked for rule in one.rules])
    except UserError:
        log.warning("rules could not be asked together", exc_info=True)


def _each(asked: Asked, evaluation: FollowEvaluation, in_use: InUse, at: datetime) -> _Found:
    """One after the other; a tag that cannot be worked out is stale, and the others go on."""
    found = _Found(numbers=in_use.numbers)
    for one, whom in asked:
        try:
            if isinstance(one, Followed):
                found.add(tag_follow(one, evaluation, in_use, whom, at))
            else:
                _segment_follow(one, evaluation, in_use, whom, at, found)
        except DatabaseError:
            raise
        except Exception:
            log.exception("%s could not be followed", one.slug)
            if isinstance(one, Followed):
                tags_mark_stale([one.pk])
    return found


def _segment_follow(
    one: FollowedSegment,
    evaluation: FollowEvaluation,
    in_use: InUse,
    whom: BitMap,
    at: datetime,
    found: _Found,
) -> None:
    members, before = evaluation.members, in_use.segment(one.slug) & whom
    now = in_use.listed(one.pk) if one.rule is None else members.ids(evaluation.of(one.rule))
    members.segments[one.slug] = members.numbered(now)
    now = now & whom
    found.members += [
        LiveMember(segment_id=one.pk, customer_id=customer, is_member=customer in now, as_of=at)
        for customer in now ^ before
    ]
    found.changes += changes_of(SEGMENT, one.slug, "", now - before, True, at)
    found.changes += changes_of(SEGMENT, one.slug, "", before - now, False, at)
