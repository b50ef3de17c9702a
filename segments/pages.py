"""What the catalogue and the page of a segment show, ready to draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer, may, sees_personal
from cdp.errors import UserError
from cdp.identity.rows import CustomerRow, customer_rows
from cdp.ledger.models import OPEN_STATES
from cdp.store.selectors import data_version
from cdp.templatetags.quanxi import number, percent
from tags.catalogue import Catalogue
from tags.dependencies import SEGMENT, Ref
from tags.impact import Affected, impact
from tags.pages import named_like
from tags.past_pages import PastPage, past_page
from tags.selectors import behind, rule_sentence
from tags.states import freshness, state_labels
from tags.trends import Trends, drift_note, history, trends
from tags.upstream import Trouble, troubles, troubles_of
from tags.versions import draft_of
from tags.workbench import said

from .models import Segment, SegmentKind, SegmentRun, SegmentVersion
from .past import segment_members_as_of
from .selectors import segment_members, segment_runs, segments

PAGE_SIZE = 50
RUNS_SHOWN = 12
MEMBERS_SHOWN = 50


@dataclass(frozen=True)
class SegmentRow:
    segment: Segment
    state: str
    state_label: str
    as_of: datetime | None
    count: int | None
    share: float | None
    bar: int
    entered: int
    left: int
    upstream: tuple[Trouble, ...] = ()
    drift: str = ""


@dataclass
class SegmentListPage:
    rows: list[SegmentRow]
    page: Page
    catalogue: Catalogue
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]
    total: int
    may_edit: bool


def segment_list_page(viewer: Viewer, asked: Mapping[str, str]) -> SegmentListPage:
    catalogue = segment_catalogue(viewer, asked)
    ordered = catalogue.arranged(segments_asked(viewer, catalogue), size="count", usual=("slug",))
    page = Paginator(ordered, PAGE_SIZE).get_page(asked.get("page"))
    running = set(SegmentRun.objects.filter(state__in=OPEN_STATES).values_list("segment_id", flat=True))
    labels, data, upset = state_labels(), data_version(), troubles(viewer)
    return SegmentListPage(
        rows=[_row(segment, running, data, upset) for segment in page],
        page=page,
        catalogue=catalogue,
        kinds=[(value, str(label)) for value, label in SegmentKind.choices],
        states=[(state, labels[state]) for state in ("fresh", "behind", "stale", "never")],
        total=page.paginator.count,
        may_edit=may(viewer, "access.edit_segments"),
    )


def segment_catalogue(viewer: Viewer, asked: Mapping[str, str]) -> Catalogue:
    return Catalogue.of(segments(viewer), asked, ("kind", "state"))


def segments_asked(viewer: Viewer, catalogue: Catalogue) -> QuerySet[Segment]:
    """The segments that a search of the catalogue leaves."""
    return catalogue.owned(_filtered(segments(viewer), catalogue.asked))


def _filtered(found: QuerySet[Segment], wanted: Mapping[str, str]) -> QuerySet[Segment]:
    if wanted["q"]:
        found = found.filter(named_like(wanted["q"]))
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    match wanted["state"]:
        case "fresh":
            found = found.filter(run__isnull=False, stale_since=None).exclude(behind())
        case "behind":
            found = found.filter(behind(), stale_since=None)
        case "stale":
            found = found.filter(stale_since__isnull=False)
        case "never":
            found = found.filter(run=None)
    return found


def _row(segment: Segment, running: set[int], data: str, upset: Mapping[Ref, tuple[Trouble, ...]]) -> SegmentRow:
    state, run = _state(segment, segment.pk in running, data), segment.run
    share = segment.count / run.universe if run and run.universe else None
    return SegmentRow(
        segment=segment,
        state=state,
        state_label=state_labels()[state],
        as_of=run.as_of if run else None,
        count=segment.count if run else None,
        share=share,
        bar=round(100 * (share or 0)),
        entered=run.entered if run else 0,
        left=run.left if run else 0,
        upstream=upset.get(Ref(SEGMENT, segment.slug), ()),
        drift=drift_note(run),
    )


def _state(segment: Segment, running: bool, data: str) -> str:
    if running:
        return "running"
    if segment.run is None:
        return "never"
    return freshness(segment, data)


@dataclass
class SegmentPage:
    segment: Segment
    state: str
    state_label: str
    count: int
    share: float | None
    sentence: str
    trouble: str
    listed: Mapping[str, Any]
    runs: list[SegmentRun]
    open_run: SegmentRun | None
    trends: Trends | None
    columns: list[str]
    members: list[CustomerRow]
    impact: list[Affected] = field(default_factory=list)
    upstream: tuple[Trouble, ...] = ()
    drift: str = ""
    past: PastPage = field(default_factory=PastPage)
    draft: SegmentVersion | None = None
    may_edit: bool = False
    may_export: bool = False
    clear: bool = False

    @property
    def share_note(self) -> str:
        if self.share is None or self.segment.run is None:
            return ""
        return _("%(share)s of %(all)s customers") % {
            "share": percent(self.share),
            "all": number(self.segment.run.universe),
        }


def segment_page(viewer: Viewer, segment: Segment, on: str = "") -> SegmentPage:
    """`on`: the day whose members are asked for, as it was typed."""
    members = segment_members(viewer, segment.slug)
    runs = list(segment_runs(viewer, segment.slug).filter(past=False)[:RUNS_SHOWN])
    open_run = next((run for run in runs if run.is_open), None)
    state = _state(segment, open_run is not None, data_version())
    sentence, trouble = _said(viewer, segment)
    columns, rows = customer_rows(viewer, list(islice(members, MEMBERS_SHOWN)))
    return SegmentPage(
        segment=segment,
        state=state,
        state_label=state_labels()[state],
        count=len(members),
        share=len(members) / segment.run.universe if segment.run and segment.run.universe else None,
        sentence=sentence,
        trouble=trouble,
        listed=segment.definition.get("list", {}) if segment.kind == SegmentKind.LIST else {},
        runs=runs,
        open_run=open_run,
        trends=trends(history(segment_runs(viewer, segment.slug)), {}),
        past=past_page(on, lambda as_of: _then(viewer, segment, as_of)),
        drift=drift_note(segment.run),
        columns=columns,
        members=rows,
        impact=impact(viewer, Ref(SEGMENT, segment.slug)),
        upstream=troubles_of(viewer, Ref(SEGMENT, segment.slug)),
        draft=draft_of(segment),
        may_edit=may(viewer, "access.edit_segments"),
        may_export=may(viewer, "access.export_customers"),
        clear=sees_personal(viewer),
    )


def _then(viewer: Viewer, segment: Segment, as_of: datetime) -> tuple[SegmentRun, dict[str, int]] | None:
    found = segment_members_as_of(viewer, segment.slug, as_of)
    return (found.run, {_("Members"): len(found.members)}) if found else None


def _said(viewer: Viewer, segment: Segment) -> tuple[str, str]:
    """The rule in words, and what is wrong with it by now."""
    if segment.kind != SegmentKind.RULE:
        return "", ""
    try:
        return rule_sentence(viewer, segment.definition), ""
    except UserError as error:
        return "", " ".join(said(problem) for problem in error.problems)
