"""Making, changing and computing segments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM, Viewer, is_system, require
from cdp.errors import N_, Problem, UserError, user_error
from cdp.identity.models import IdentifierType
from cdp.ledger.services import job_send
from cdp.store.models import Customer
from tags.dependencies import LIST, SEGMENT, Ref, order
from tags.matching import Matching, Unmatched, values_match
from tags.membership import bitmap_read, bitmap_write
from tags.models import Schedule, VersionState
from tags.selectors import graph
from tags.services import (
    choice_problem,
    cycle_problems,
    names_set,
    person,
    refuse_in_use,
    refuse_retired,
    refuse_used,
    slug_problems,
    users_of,
)
from tags.teamwork.approval import refuse_escape, refuse_unapproved, rules_for
from tags.teamwork.forgetting import teamwork_forget
from tags.teamwork.publishers import Facets
from tags.versions import draft_write

from .models import BY_RULE, LiveMember, Segment, SegmentKind, SegmentList, SegmentRun
from .rules import rule_problems
from .selectors import segment_members
from .versions import version_put_in_force


@transaction.atomic
def segment_save(
    *,
    slug: str,
    rule: Any,
    actor: Viewer,
    names: Mapping[str, str] | None = None,
    description: str = "",
    owner: User | None = None,
    department: str = "",
    schedule: str = Schedule.DAILY,
    publish: bool = True,
    form: Any = None,
    kind: SegmentKind = SegmentKind.RULE,
) -> Segment:
    """Create or change a segment by rule. `UserError` with every problem. `kind`: another one that has a rule.

    A changed rule makes a new version; the members of before stay in use until its first run. Without
    `publish` it waits as a draft, unless it is the first. `form`: see `draft_write`.
    """
    require(actor, "access.edit_segments")
    problems = slug_problems(slug) + _schedule_problems(schedule)
    if not problems:
        problems = rule_problems(rule) or cycle_problems(Ref(SEGMENT, slug), rule)
    if problems:
        raise UserError(*problems)
    segment = segment_open(slug=slug, kind=kind, actor=actor)
    segment.schedule = schedule
    segment_describe(segment, names=names, description=description, owner=owner, department=department)
    segment.save()
    draft = draft_write(segment.versions, rule, person(actor), form)
    if draft is None:
        return segment
    if publish:
        refuse_unapproved(SEGMENT, Facets(), actor)
    if publish or (draft.number == 1 and (is_system(actor) or not rules_for(SEGMENT, Facets()))):
        version_put_in_force(segment, draft)
    elif draft.number == 1:
        # Not in use before it is approved; publishing ends that as it ends being retired.
        segment.retired_at = timezone.now()
        segment.save(update_fields=["retired_at"])
    return segment


def _schedule_problems(schedule: str) -> list[Problem]:
    return [] if schedule in Schedule.values else [choice_problem("schedule", schedule, Schedule.values)]


@dataclass(frozen=True)
class ListReport:
    """What became of a list: `given` values, `repeated` ones among them, `customers` who are on it now, and how
    many of those were `added`."""

    segment: Segment
    given: int
    repeated: int
    customers: int
    unmatched: list[Unmatched]
    added: int


@transaction.atomic
def segment_from_list(
    *,
    slug: str,
    values: Iterable[str],
    actor: Viewer,
    type: str = "",
    names: Mapping[str, str] | None = None,
    description: str = "",
    owner: User | None = None,
    department: str = "",
) -> ListReport:
    """Make a segment of the customers whose identifiers are listed, or replace its list, and ask for its run.

    `type` is an identifier type; without it every type is tried. Only the customers are kept, not the values.
    `UserError` when nothing in the list is known.
    """
    require(actor, "access.edit_segments")
    if problems := slug_problems(slug):
        raise UserError(*problems)
    matching = values_match(values, _types(type))
    if not matching.origins:
        raise UserError(_nobody(matching))
    segment = segment_open(slug=slug, kind=SegmentKind.LIST, actor=actor)
    segment.version += 1 if segment.pk else 0
    segment.retired_at = None
    counts = {"given": matching.given, "repeated": matching.repeated, "unmatched": len(matching.unmatched)}
    segment.definition = {"list": {"type": type, **counts}}
    segment_describe(segment, names=names, description=description, owner=owner, department=department)
    segment.save()
    SegmentList.objects.update_or_create(segment=segment, defaults={"origins": bitmap_write(matching.origins)})
    segment_refresh_request(segments=[segment], by=actor)
    customers = len(list_members(segment))
    return ListReport(segment, matching.given, matching.repeated, customers, matching.unmatched, customers)


@transaction.atomic
def segment_list_add(*, segment: Segment, values: Iterable[str], actor: Viewer, type: str = "") -> ListReport:
    """Put the customers who have these identifiers on a list, beside those who are on it, and ask for its run.

    `type` as in `segment_from_list`. `UserError` when nothing among the values is known, or the list was kept from
    elsewhere as of a moment and so stays what it was.
    """
    require(actor, "access.edit_segments")
    segment = Segment.objects.select_for_update().defer("bitmap").get(pk=segment.pk)
    told = dict(segment.definition.get("list") or {})
    if segment.kind != SegmentKind.LIST or not told.keys() <= COUNTED:
        raise user_error(
            N_("Only a list that was pasted or uploaded can be added to."), N_("Make a list of its own.")
        )
    matching = values_match(values, _types(type))
    if not matching.origins:
        raise UserError(_nobody(matching))
    before = list_members(segment)
    kept = SegmentList.objects.get(segment=segment)
    kept.origins = bitmap_write(bitmap_read(kept.origins) | matching.origins)
    kept.save(update_fields=["origins"])
    told["type"] = type if told.get("type", "") == type else ""
    counts = {"given": matching.given, "repeated": matching.repeated, "unmatched": len(matching.unmatched)}
    segment.definition = {"list": told | {key: told.get(key, 0) + count for key, count in counts.items()}}
    segment.version, segment.retired_at = segment.version + 1, None
    segment.save(update_fields=["definition", "version", "retired_at"])
    segment_refresh_request(segments=[segment], by=actor)
    now = list_members(segment)
    added = len(now - before)
    return ListReport(segment, matching.given, matching.repeated, len(now), matching.unmatched, added)


# What is kept of a list that was pasted or uploaded (`Segment.definition`).
COUNTED = {"type", "given", "repeated", "unmatched"}


@transaction.atomic
def segment_snapshot(
    *,
    segment: Segment,
    slug: str,
    actor: Viewer,
    names: Mapping[str, str] | None = None,
    description: str = "",
    department: str = "",
) -> Segment:
    """A list of the customers who are in a segment now, which no refresh changes; where it came from and as of
    when is kept with it. Of the members those the actor may see. `UserError` where that is nobody."""
    require(actor, "access.edit_segments")
    if problems := slug_problems(slug):
        raise UserError(*problems)
    if Segment.objects.filter(slug=slug).exists():
        raise UserError(Problem(("slug",), N_("This short name is in use already."), N_("Choose another name.")))
    source = Segment.objects.select_related("run").get(pk=segment.pk)
    members = segment_members(actor, source.slug)
    if source.run is None or not members:
        raise user_error(N_("Nobody belongs to it, so there is nobody to keep."), N_("Refresh it first."))
    kept = segment_open(slug=slug, kind=SegmentKind.LIST, actor=actor)
    came = {"slug": source.slug, "names": source.names, "version": source.version, "kind": source.kind}
    came |= {"as_of": source.run.as_of.isoformat(), "run": source.run.pk}
    counts = {"given": len(members), "repeated": 0, "unmatched": 0}
    kept.definition = {"list": {"type": "", **counts, "snapshot": came}}
    segment_describe(kept, names=names, description=description, owner=None, department=department)
    kept.save()
    # A customer's number is the origin it began with: whoever it is merged into later takes its place.
    SegmentList.objects.create(segment=kept, origins=bitmap_write(members))
    segment_refresh_request(segments=[kept], by=actor)
    return kept


def _types(type: str) -> list[IdentifierType]:
    types = list(IdentifierType.objects.all())
    chosen = [row for row in types if not type or row.slug == type]
    if not chosen:
        raise UserError(choice_problem("type", type, [row.slug for row in types]))
    return chosen


def _nobody(matching: Matching) -> Problem:
    if not matching.given:
        return Problem(("values",), N_("The list is empty."), N_("Paste one value a line."))
    return Problem(
        ("values",),
        N_("None of the %(given)s values belongs to a known customer."),
        N_("Check the identifier type, or load the file these customers come from first."),
        {"given": matching.given},
    )


def list_members(segment: Segment) -> BitMap:
    """The customers a list's origins are now: themselves, or whom they were merged into."""
    blob = SegmentList.objects.filter(segment=segment).values_list("origins", flat=True).first()
    if blob is None:
        raise user_error(N_("This list is empty."), N_("Paste or upload its values."))
    return customers_now(bitmap_read(blob))


def customers_now(origins: BitMap) -> BitMap:
    merged = Customer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into")
    moved = {origin: root for origin, root in merged.iterator(chunk_size=10_000) if root and origin in origins}
    return (origins - BitMap(moved)) | BitMap(moved.values())


def segment_open(*, slug: str, kind: SegmentKind, actor: Viewer) -> Segment:
    """The segment to write to, locked; a new one when there is none. One by rule does not become a list."""
    segment = Segment.objects.select_for_update().filter(slug=slug).first()
    if segment is None:
        return Segment(slug=slug, kind=kind, owner=person(actor))
    if segment.kind != kind:
        message = N_('"%(slug)s" is already a segment of the other kind.')
        raise UserError(Problem(("slug",), message, N_("Choose another short name."), {"slug": slug}))
    return segment


def segment_describe(
    segment: Segment,
    *,
    names: Mapping[str, str] | None,
    description: str,
    owner: User | None,
    department: str,
) -> None:
    names_set(segment, names)
    segment.description, segment.department = description, department
    segment.owner = owner or segment.owner


@transaction.atomic
def segment_refresh_request(
    *, segments: Iterable[Segment], as_of: datetime | None = None, trigger: str = "person", by: Viewer = SYSTEM
) -> list[SegmentRun]:
    """Ask for a run of each segment, each after what it is built from."""
    runs = segment_runs_create(segments=segments, as_of=as_of, trigger=trigger, by=by)
    for run in runs:
        job_send(run)
    return runs


def segment_runs_create(
    *, segments: Iterable[Segment], as_of: datetime | None = None, trigger: str = "person", by: Viewer = SYSTEM
) -> list[SegmentRun]:
    """The rows of `segment_refresh_request`, for whoever does the work here and now."""
    as_of = as_of or timezone.now()
    by_ref = {Ref(SEGMENT, segment.slug): segment for segment in segments if not segment.retired_at}
    return [
        SegmentRun.objects.create(
            segment=by_ref[ref],
            segment_version=by_ref[ref].version,
            as_of=as_of,
            trigger=trigger,
            requested_by=person(by),
        )
        for ref in order(graph() if len(by_ref) > 1 else {}, by_ref)
    ]


def segment_users(*, segment: Segment) -> list[Ref]:
    """The tags, segments and personas built directly on a segment, as a segment or as a list."""
    refs = (Ref(SEGMENT, segment.slug), Ref(LIST, segment.slug))
    return sorted({user for ref in refs for user in users_of(ref) if user not in refs})


@transaction.atomic
def segment_retire(*, segment: Segment, actor: Viewer) -> None:
    """Take a segment out of use: it has no members any more, and no rule may name it. Its versions stay, and
    restoring one brings it back; so does saving a list anew. `UserError` while something uses it."""
    require(actor, "access.edit_segments")
    segment = Segment.objects.select_for_update().defer("bitmap").get(pk=segment.pk)
    refuse_retired(segment)
    if segment.kind in BY_RULE:
        refuse_escape(SEGMENT, Facets(), None, actor)
    refuse_in_use(actor, Ref(SEGMENT, segment.slug), Ref(LIST, segment.slug))
    segment.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    segment.edges.all().delete()
    LiveMember.objects.filter(segment=segment).delete()
    out_of_use = {"run": None, "bitmap": None, "count": 0, "stale_since": None}
    Segment.objects.filter(pk=segment.pk).update(**out_of_use, retired_at=timezone.now())


@transaction.atomic
def segment_describe_only(*, segment: Segment, actor: Viewer, **changes: Any) -> None:
    """Change what is said of a segment (its names, `description`, `owner`, `department`), and nothing else."""
    require(actor, "access.edit_segments")
    Segment.objects.filter(pk=segment.pk).update(**changes)


@transaction.atomic
def segment_delete(*, segment: Segment, actor: Viewer) -> None:
    """Remove a segment with its runs. `UserError` while something is built on it."""
    require(actor, "access.edit_segments")
    refuse_used(segment_users(segment=segment))
    if segment.kind in BY_RULE:
        refuse_escape(SEGMENT, Facets(), None, actor)
    teamwork_forget(Ref(SEGMENT, segment.slug))
    segment.delete()
