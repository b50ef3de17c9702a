"""The following itself: steps that wait, customers brought up to this moment."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

import numpy as np
from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
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
from tags.following.results import FollowEvaluation, changes_of, tag_follow
from tags.following.store import outcomes_write
from tags.models import LiveChange, LiveTag
from tags.moments import moment_of
from tags.runs import tags_mark_stale

from ..models import LiveMember, Segment
from ..services import list_members
from .in_use import InUse
from .wanted import FollowedSegment, One, wanted

log = logging.getLogger(__name__)
MOST_STEPS = 50


@dataclass(frozen=True)
class _Found:
    tags: list[LiveTag]
    members: list[LiveMember]
    changes: list[LiveChange]


def steps_follow(at: datetime | None = None) -> None:
    """See to the steps that wait, the oldest first; `at` this moment, now by default."""
    while steps := list(Step.objects.filter(is_followed=False).order_by("pk")[:MOST_STEPS]):
        origins = BitMap.union(*(BitMap.deserialize(bytes(step.origins)) for step in steps))
        events = {event for step in steps for event in step.events}
        done = [step.pk for step in steps]
        about_people = any(step.is_about_people for step in steps)
        customers_follow(origins, events, about_people, at=at or timezone.now(), steps=done)


def customers_follow(
    origins: BitMap, events: Collection[str], is_about_people: bool, *, at: datetime, steps: Collection[int] = ()
) -> None:
    """Bring up to this moment what these events, and with `is_about_people` whatever else, may have changed of the
    customers that these rows belong to. `steps` are done with it."""
    roots = roots_of(ids_of_bitmap(origins).astype(np.int64)) if origins else np.empty(0, np.int64)
    asked = wanted(events, is_about_people) if len(roots) else []
    found = _followed(roots, asked, at) if asked else _Found([], [], [])
    with transaction.atomic():
        outcomes_write(found.tags, found.changes)
        LiveMember.objects.bulk_create(
            found.members,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["segment", "customer_id"],
            update_fields=["is_member", "as_of"],
        )
        Step.objects.filter(pk__in=steps).update(is_followed=True)


def _followed(roots: np.ndarray, asked: list[One], at: datetime) -> _Found:
    chosen = chosen_of(roots)
    universe = chosen.customers
    named = reduce(or_, (one.references for one in asked))
    events = None if named.all_events else named.events
    with snapshot() as lake:
        columns = {*named.properties, *EVENT_COLUMNS}
        small = ChosenLake(lake, chosen, hot_of_origins(chosen.origins), columns, events)
        try:
            in_use = InUse(universe, at)
            in_use.read({one.slug for one in asked if isinstance(one, Followed)})
            evaluation = FollowEvaluation(
                lake=small, moment=moment_of(at), members=NumberedMembers(small.customers, in_use)
            )
            _prepare(evaluation, asked)
            return _each(asked, evaluation, universe, in_use, at)
        finally:
            small.detach()


def _prepare(evaluation: FollowEvaluation, asked: Iterable[One]) -> None:
    try:
        evaluation.prepare([rule for one in asked for rule in one.rules])
    except UserError:
        log.warning("rules could not be asked together", exc_info=True)


def _each(
    asked: Iterable[One], evaluation: FollowEvaluation, universe: BitMap, in_use: InUse, at: datetime
) -> _Found:
    """One after the other; a tag that cannot be worked out is stale, and the others go on."""
    found = _Found([], [], [])
    for one in asked:
        try:
            if isinstance(one, Followed):
                outcome = tag_follow(one, evaluation, in_use, at)
                found.tags.extend(outcome.rows)
                found.changes.extend(outcome.changes)
            else:
                _segment_follow(one, evaluation, universe, in_use.segment(one.slug), at, found)
        except UserError:
            log.exception("%s could not be followed", one.slug)
            if isinstance(one, Followed):
                tags_mark_stale([one.pk])
    return found


def _segment_follow(
    one: FollowedSegment,
    evaluation: FollowEvaluation,
    universe: BitMap,
    before: BitMap,
    at: datetime,
    found: _Found,
) -> None:
    members = evaluation.members
    if one.rule is None:
        now = list_members(Segment.objects.get(pk=one.pk)) & universe
    else:
        now = members.ids(evaluation.of(one.rule))
    members.segments[one.slug] = members.numbered(now)
    found.members.extend(
        LiveMember(segment_id=one.pk, customer_id=customer, is_member=customer in now, as_of=at)
        for customer in now ^ before
    )
    found.changes.extend(changes_of(SEGMENT, one.slug, "", now - before, True, at))
    found.changes.extend(changes_of(SEGMENT, one.slug, "", before - now, False, at))
