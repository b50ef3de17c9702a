"""Everything the workbook holds, as it is now: a row a tag, layer, segment, list member, category and entry of the
playbook."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import UserError
from tags.models import Category, Tag, TagKind, TagVersion, VersionState
from tags.rules.catalog import NUMERIC, Catalog
from tags.selectors import catalog, rule_sentence, sentences, tag_counts

from ..models import BY_RULE, Segment, SegmentKind, SegmentVersion
from ..playbook.models import Play
from ..playbook.selectors import plays
from ..selectors import segment_counts
from .choices import Choices, closed_sets
from .columns import CATEGORIES, LAYERS, PLAYBOOK, SEGMENTS, SHEETS, TAGS, Form
from .layers import layer_rows, layers_of
from .play_rows import SEPARATOR, play_row

Key = tuple[str, ...]
Row = dict[str, str]
NAMES = ("name_zh_hans", "name_zh_hant", "name_en")


@dataclass
class State:
    """`rows`: sheet → key → column → what is stored there, choices as their codes. `tags`, `segments` and `plays`
    by slug; `definitions`: (sheet, slug) → the draft, or what is in force. Columns to read only are filled when
    asked."""

    viewer: Viewer
    known: Catalog
    choices: dict[str, Choices]
    rows: dict[str, dict[Key, Row]] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    plays: dict[str, Play] = field(default_factory=dict)
    definitions: dict[tuple[str, str], Any] = field(default_factory=dict)


def state_now(viewer: Viewer) -> State:
    """As many queries for one tag as for hundreds."""
    tags = {tag.slug: tag for tag in _tags()}
    segments = {segment.slug: segment for segment in _segments()}
    named: list[Tag | Segment] = [*tags.values(), *segments.values()]
    owners = [one.owner for one in named if one.owner]
    state = State(viewer, catalog(viewer), closed_sets(viewer, owners), tags=tags, segments=segments)
    state.plays = {play.slug: play for play in plays(viewer)}
    state.definitions = {(TAGS, slug): _open(tag) for slug, tag in tags.items()}
    state.definitions |= {(SEGMENTS, slug): _open(one) or one.definition for slug, one in segments.items()}
    state.rows = {
        TAGS: {(slug,): _tag(tag, state) for slug, tag in tags.items()},
        LAYERS: {(tag, row["value"]): {"tag": tag, **row} for tag, row in _layers(state)},
        SEGMENTS: {(slug,): _segment(one, state) for slug, one in segments.items()},
        PLAYBOOK: {(slug,): play_row(play) for slug, play in state.plays.items()},
        CATEGORIES: {(one.slug,): _category(one) for one in Category.objects.annotate(used=Count("tag"))},
    }
    return state


def _versions(model: Any) -> Prefetch:
    rows = model.objects.exclude(state=VersionState.RETIRED).order_by("-number")
    return Prefetch("versions", rows, to_attr="open_versions")


def _tags() -> QuerySet[Tag]:
    return Tag.objects.select_related("category", "owner").prefetch_related(_versions(TagVersion))


def _segments() -> QuerySet[Segment]:
    rows = Segment.objects.exclude(kind=SegmentKind.SPLIT).select_related("owner").defer("bitmap")
    return rows.prefetch_related(_versions(SegmentVersion))


def _open(versioned: Any) -> Any:
    return versioned.open_versions[0].definition if versioned.open_versions else {}


def _said(named: Any) -> Row:
    owner = named.owner.username if named.owner else ""
    return {
        **{column: getattr(named, column) for column in ("slug", *NAMES, "department", "description", "schedule")},
        "owner": owner,
    }


def _tag(tag: Tag, state: State) -> Row:
    definition = state.definitions[TAGS, tag.slug]
    return {
        **_said(tag),
        "category": tag.category.slug if tag.category else "",
        "kind": tag.kind,
        "empty_policy": tag.empty_policy,
        "valid_days": "" if tag.valid_days is None else str(tag.valid_days),
        "sensitivity": tag.sensitivity,
        "definition": json.dumps(definition, ensure_ascii=False) if definition else "",
    }


def _layers(state: State) -> Iterator[tuple[str, Row]]:
    for slug, tag in state.tags.items():
        if tag.kind == TagKind.LABELS:
            yield from ((slug, row) for row in layer_rows(state.definitions[TAGS, slug]))


def _segment(segment: Segment, state: State) -> Row:
    by_rule = segment.kind in BY_RULE
    rule = state.definitions[SEGMENTS, segment.slug] if by_rule else None
    return {
        **_said(segment),
        "kind": segment.kind,
        # A list is worked out when it changes, and has no rule.
        "schedule": segment.schedule if by_rule else "",
        "definition": json.dumps(rule, ensure_ascii=False) if rule else "",
    }


def _category(category: Any) -> Row:
    names = {column: getattr(category, column) for column in NAMES}
    return {"slug": category.slug, **names, "position": str(category.position), "tags": str(category.used)}


def shown_fill(state: State) -> None:
    """The columns that are only read."""
    counts, members = tag_counts(state.viewer), segment_counts(state.viewer)
    for slug, tag in state.tags.items():
        row, definition = state.rows[TAGS][slug,], state.definitions[TAGS, slug]
        row |= {"state": _state(tag), "gives": gives(tag.kind, definition), "count": str(counts.get(slug, 0))}
        row["sentence"] = said_of(state, TAGS, tag.kind, definition)
    for (slug, value), row in state.rows[LAYERS].items():
        layers = layers_of(state.definitions[TAGS, slug])
        rule = next((layer.get("when") for layer in layers if str(layer.get("value")) == value), None)
        row["sentence"] = said_of(state, LAYERS, "", rule)
    for slug, segment in state.segments.items():
        row = state.rows[SEGMENTS][slug,]
        row |= {"state": _state(segment), "count": str(members.get(slug, 0))}
        if segment.kind in BY_RULE:
            row["sentence"] = said_of(state, SEGMENTS, "", state.definitions[SEGMENTS, slug])


def _state(named: Any) -> str:
    if named.retired_at:
        return _("retired")
    states = [version.state for version in named.open_versions]
    if VersionState.DRAFT in states:
        return _("in force, with a draft") if VersionState.PUBLISHED in states else _("draft")
    return _("in force")


def gives(kind: str, definition: Any) -> str:
    """What a customer has of such a tag."""
    given: Mapping[str, Any] = definition if isinstance(definition, dict) else {}
    if kind in NUMERIC:
        return _("a number, in bins") if given.get("bins") else _("a number")
    several = given.get("multiple") or (kind == TagKind.PREFERENCE and given.get("top", 1) != 1)
    return _("several values") if several else _("one value")


def said_of(state: State, sheet: str, kind: str, definition: Any) -> str:
    """A definition or a rule in words, one value a line; nothing where it cannot be read any more."""
    if not definition:
        return ""
    try:
        if sheet != TAGS:
            return rule_sentence(state.viewer, definition, known=state.known)
        found = sentences(state.viewer, kind, definition, known=state.known)
    except UserError:
        return ""
    return "\n".join(f"{one.value}: {one.text}" if one.value else one.text for one in found)


def label_of(state: State, sheet: str, column: str, code: str) -> str:
    """A choice as it is called in a cell; everything else as it is."""
    among = SHEETS[sheet].column(column).among
    if SHEETS[sheet].column(column).form == Form.MANY:
        labels = state.choices[among].labels
        return _(", ").join(labels.get(one, one) for one in code.split(SEPARATOR) if one)
    return state.choices[among].labels.get(code, code) if among and code else code
