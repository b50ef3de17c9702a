"""Gather what a dashboard is asked of: a segment's members, everyone, and all names in one language."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from cdp.access.viewer import SYSTEM
from cdp.ledger.models import JobState
from cdp.naming import Named
from cdp.store import selectors as store
from cdp.store.themes import Theme
from segments.models import Segment, SegmentRun
from segments.personas.meaning import meaning_of
from segments.personas.narrative.sentences import Since
from segments.selectors import segment_members
from tags import selectors as tags
from tags.membership import ANY
from tags.models import Tag, TagKind
from tags.past import tag_values_earlier

from .defining import defined_by
from .everyone import Everyone
from .filtered import everyone_of
from .filters import Filters
from .group import Before, Field, Group, TagValues
from .maps.services import map_in_use

WHOLE = Filters()
# So long ago is "before", for those who have moved on since.
WEEKS_BEFORE = 4
# Values of these stand as their definition has them, low before high, as long as a chart holds them all.
IN_ORDER, MOST_IN_ORDER = (TagKind.LABELS, TagKind.MEASURE, TagKind.FORMULA), 9
# Dates are no groups, and a place on earth is no value to compare.
COMPARED = ("text", "boolean", "list", "number", "money")


def group_open(
    segment: Segment, lake: Any, language: str, base: Segment | None = None, filters: Filters = WHOLE
) -> Group:
    """Everything but the buyers, which cost a question of their own. `base` is what the group is compared with, of
    which it counts as a part; nothing for everyone."""
    members, universe = segment_members(SYSTEM, segment.slug), lake.universe()
    if base is not None:
        # Not in place: it is the lake's own, and everybody's.
        universe = universe & (segment_members(SYSTEM, base.slug) | members)
    day = timezone.localtime(segment.run.as_of).date() if segment.run else timezone.localdate()
    columns = set(lake.tables.events.columns)
    properties = {row.slug: _field(row, language) for row in store.properties() if row.slug in columns}
    events = {row.slug: row.name_in(language) for row in store.event_types()}
    meaning = meaning_of(events, {slug: field.kind for slug, field in properties.items()})
    own, everyone = map_in_use(), everyone_of(lake, filters, day, meaning.properties)
    rules = [one.definition for one in (segment, base) if one is not None]
    return Group(
        everyone=everyone,
        filters=filters,
        members=members,
        universe=universe,
        against=base.name_in(language) if base else "",
        within=base.slug if base else "",
        attributes=tuple(_attributes(set(lake.tables.profiles.columns), language)),
        properties=properties,
        events=events,
        tags=tuple(_tags(language, everyone)),
        meaning=meaning,
        day=day,
        least=settings.CDP_MIN_GROUP,
        language=language,
        defined_by=defined_by(rules, _definitions(), meaning.purchase),
        since=_since(segment),
        **({"outlines": own.outlines, "map_source": own.source} if own else {}),
    )


def _field(row: Named, language: str) -> Field:
    return Field(row.slug, row.name_in(language), row.kind, getattr(row, "theme", ""))  # type: ignore[attr-defined]


def _attributes(columns: set[str], language: str) -> Iterator[Field]:
    for row in store.attributes():
        if row.slug in columns and row.kind in COMPARED and not row.personal:
            yield _field(row, language)


def _tags(language: str, everyone: Everyone) -> Iterator[TagValues]:
    """Tags that have been computed, by value, or by number where a measure has no bins."""
    held = tags.all_tag_values(SYSTEM)
    for tag in tags.tags(SYSTEM):
        values, name = held.get(tag.slug, {}), tag.name_in(language)
        theme = tag.category.theme if tag.category else ""
        if set(values) == {ANY}:
            yield TagValues(tag.slug, name, {}, numbers=tags.tag_numbers(SYSTEM, tag.slug), section=theme)
        elif values:
            found = TagValues(tag.slug, name, values, tags.value_labels(tag), section=theme)
            yield _of_kind(tag, found, everyone)


def _of_kind(tag: Tag, found: TagValues, everyone: Everyone) -> TagValues:
    """What has charts of its own is shown beside them."""
    if tag.kind == TagKind.RFM:
        return replace(found, section=Theme.WORTH, scores=tags.tag_numbers(SYSTEM, tag.slug))
    if tag.kind == TagKind.LIFECYCLE:
        # Of many runs it takes long to go back, and every group asks for the same.
        before = everyone.once(("before", tag.slug, tag.run_id), lambda: _before(tag))
        return replace(found, section=Theme.WORTH, ordered=True, before=before)
    return replace(found, ordered=tag.kind in IN_ORDER and len(found.bitmaps) <= MOST_IN_ORDER)


def _before(tag: Tag) -> Before | None:
    said = tag_values_earlier(SYSTEM, tag.slug, WEEKS_BEFORE * 7)
    if said is None or tag.run is None:
        return None
    day, until = (timezone.localtime(run.as_of).date() for run in (said.run, tag.run))
    return Before(day, until, said.values)


def _since(segment: Segment) -> Since | None:
    """What the run in use changed, beside the one before."""
    run = segment.run
    if run is None:
        return None
    runs = SegmentRun.objects.filter(segment=segment, state=JobState.DONE, past=False, as_of__lt=run.as_of)
    before = runs.order_by("-as_of", "-pk").first()
    if before is None:
        return None
    other = before.segment_version != run.segment_version
    return Since(timezone.localtime(before.as_of).date(), before.matched, run.entered, run.left, other)


def _definitions() -> dict[str, Any]:
    """Of the tags in force."""
    found = {tag.slug: getattr(tag, "published", []) for tag in tags.tags(SYSTEM)}
    return {slug: versions[0].definition for slug, versions in found.items() if versions}
