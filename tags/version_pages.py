"""Pages about versions, of tags and segments alike: what publishing would change, and what was in force."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from cdp.access.viewer import Viewer
from cdp.errors import UserError
from cdp.identity.rows import CustomerRow, customer_rows

from .changes import Change, changes
from .dependencies import SEGMENT, Ref
from .differences import NEW, Line, Part, difference
from .effects import Effect, Effects, ValueEffect
from .in_force import in_force
from .models import PublishPreview, Tag, VersionState
from .publish_previews import publish_effects
from .readings import label_names, lines_of
from .versions import seal_of
from .workbench import said

EXAMPLES = 10


@dataclass(frozen=True)
class PublishPage:
    """A draft about to be published: `lines` lay it beside what is in force."""

    draft: Any
    published: Any
    lines: list[Line]
    trouble: str
    seal: str
    changes: list[Change]


def publish_page(viewer: Viewer, ref: Ref, kind: str, versioned: Any) -> PublishPage | None:
    """None without a draft. `versioned` is the tag or segment."""
    by_state = {version.state: version for version in versioned.versions.order_by("number")}
    draft, published = by_state.get(VersionState.DRAFT), by_state.get(VersionState.PUBLISHED)
    if draft is None:
        return None
    as_of = timezone.now()
    lines, trouble = _beside(viewer, ref, kind, published, draft, as_of)
    told = _told(viewer, ref, kind, published, draft, as_of)
    return PublishPage(draft, published, lines, trouble, seal_of(draft.definition), told)


def _told(viewer: Viewer, ref: Ref, kind: str, before: Any, after: Any, as_of: datetime) -> list[Change]:
    return changes(viewer, ref, kind, before.definition, after.definition, as_of) if before else []


def _beside(
    viewer: Viewer, ref: Ref, kind: str, before: Any, after: Any, as_of: datetime
) -> tuple[list[Line], str]:
    new, trouble = lines_of(viewer, ref, kind, after.definition, as_of)
    if before is None:
        return [Line(NEW, (Part(text, False),)) for text in new], trouble
    old, _trouble = lines_of(viewer, ref, kind, before.definition, as_of)
    return ([] if trouble else difference(old, new)), trouble


@dataclass(frozen=True)
class ValueRow:
    label: str
    effect: ValueEffect


@dataclass(frozen=True)
class EffectRow:
    effect: Effect
    values: list[ValueRow]
    trouble: str


@dataclass(frozen=True)
class Examples:
    """Customers who would enter, leave or change value: the first `EXAMPLES`, as the viewer may see them."""

    count: int
    columns: list[str]
    rows: list[CustomerRow]


@dataclass(frozen=True)
class EffectsPage:
    """What publishing would do, or why that cannot be told (`trouble`)."""

    effects: Effects | None
    own: EffectRow | None
    others: list[EffectRow]
    entered: Examples | None
    left: Examples | None
    moved: Examples | None
    trouble: str = ""
    job: PublishPreview | None = None

    @property
    def untouched(self) -> int:
        return sum(row.effect.unchanged for row in self.others)

    @property
    def touched(self) -> list[EffectRow]:
        return [row for row in self.others if not row.effect.unchanged]


def effects_page(viewer: User, ref: Ref, definition: Any, again: bool = False) -> EffectsPage:
    """With a `job` and no effects while a worker is finding them out, or where it did not."""
    try:
        answer = publish_effects(by=viewer, ref=ref, definition=definition, again=again)
    except UserError as error:
        return EffectsPage(None, None, [], None, None, None, " ".join(said(problem) for problem in error.problems))
    found = answer.effects
    if found is None:
        return EffectsPage(None, None, [], None, None, None, job=answer.job)
    return EffectsPage(
        effects=found,
        own=_row(found.own, definition),
        others=[_row(effect) for effect in found.others],
        entered=_examples(viewer, found.own.entered),
        left=_examples(viewer, found.own.left),
        moved=_examples(viewer, found.own.moved),
    )


def _row(effect: Effect, draft: Any = None) -> EffectRow:
    trouble = " ".join(said(problem) for problem in effect.problems)
    if effect.ref.kind == SEGMENT:
        return EffectRow(effect, [], trouble)
    known = in_force().get(effect.ref)
    kind = Tag.objects.values_list("kind", flat=True).get(slug=effect.ref.slug)
    names = label_names(kind, draft, known.definition if known else None)
    values = [ValueRow(names.get(value.value, value.value), value) for value in effect.values]
    return EffectRow(effect, values, trouble)


def _examples(viewer: Viewer, members: Any) -> Examples:
    columns, rows = customer_rows(viewer, list(islice(members, EXAMPLES))) if members else ([], [])
    return Examples(len(members), columns, rows)


@dataclass(frozen=True)
class VersionRow:
    """One version, with how it differs from the one before it. `trouble`: why it cannot be read any more."""

    version: Any
    lines: list[Line]
    trouble: str
    before: int | None
    may_restore: bool
    changes: list[Change]


def version_rows(viewer: Viewer, ref: Ref, kind: str, versioned: Any, may_edit: bool) -> list[VersionRow]:
    """The newest first."""
    versions, as_of = list(versioned.versions.select_related("created_by").order_by("-number")), timezone.now()
    rows = []
    for place, version in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        lines, trouble = _beside(viewer, ref, kind, before, version, as_of)
        may = may_edit and version.state == VersionState.RETIRED and not trouble
        told = _told(viewer, ref, kind, before, version, as_of)
        rows.append(VersionRow(version, lines, trouble, before.number if before else None, may, told))
    return rows
