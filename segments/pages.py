"""What the catalogue and the page of a segment show, ready to draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cdp.access.accounts import colleagues
from cdp.access.table_files import rows_a_page
from cdp.access.viewer import Viewer, may, sees_personal
from cdp.errors import UserError
from cdp.identity.rows import CustomerRow, customer_rows
from cdp.ledger.models import OPEN_STATES
from cdp.store.selectors import data_version
from cdp.templatetags.quanxi import number, percent
from tags.catalogue import NOWHERE, Catalogue
from tags.dependencies import SEGMENT, Graph, Ref
from tags.health import Like, health_labels, likes_of, unhealthy
from tags.impact import Affected, impact
from tags.listing import COMMON_COLUMNS, ListPage, Row, choices_of, columns_of, sheet_as_shown, tree_of
from tags.pages import named_like
from tags.past_pages import PastPage, past_page
from tags.rules.catalog import name_in
from tags.selectors import behind, graph, rule_sentence
from tags.states import freshness, state_labels
from tags.teamwork.comments import comments
from tags.teamwork.favourites import favourites
from tags.teamwork.looks import look_of
from tags.teamwork.models import Comment
from tags.trends import Trends, drift_note, history, trends
from tags.upstream import Trouble, troubles, troubles_of
from tags.uses import Use, other_uses, use_counts
from tags.versions import draft_of
from tags.workbench import said

from .lookalike.selectors import WeightRow, weight_rows
from .models import BY_RULE, Segment, SegmentKind, SegmentRun, SegmentVersion, Split, SplitGroup
from .past import segment_members_as_of
from .selectors import segment_counts, segment_members, segment_runs, segments

PAGE_SIZE = 50
RUNS_SHOWN = 12
MEMBERS_SHOWN = 50


COLUMNS: dict[str, str | Promise] = {**COMMON_COLUMNS, "size": gettext_lazy("Members")}
USUAL = ("kind", "size", "share", "entered", "left", "state", "owner")


def segment_list_page(viewer: Viewer, asked: Mapping[str, str]) -> ListPage:
    catalogue, edges = segment_catalogue(viewer, asked), graph()
    uses = use_counts(edges)
    page = Paginator(_ordered(viewer, catalogue, uses), PAGE_SIZE).get_page(asked.get("page"))
    labels, look = state_labels(), look_of(viewer, SEGMENT, COLUMNS, USUAL)
    kinds = {value: str(label) for value, label in SegmentKind.choices}
    branches = [*((one, one) for one in catalogue.departments), (NOWHERE, _("without a department"))]
    may_edit = may(viewer, "access.edit_segments")
    return ListPage(
        app="segments",
        kind=SEGMENT,
        rows=_rows(viewer, page, edges, uses),
        page=page,
        catalogue=catalogue,
        look=look,
        columns=columns_of(look, COLUMNS, catalogue),
        choices=choices_of(look, COLUMNS),
        tree=tree_of(catalogue, "department", branches, _tree_counts(viewer), kinds),
        kinds=list(kinds.items()),
        states=[(state, labels[state]) for state in ("fresh", "behind", "stale", "never", "retired")],
        total=page.paginator.count,
        troubles=list(health_labels().items()),
        may_edit=may_edit,
        people=list(colleagues()) if may_edit else [],
    )


def segment_sheet(viewer: Viewer, asked: Mapping[str, str]) -> HttpResponse:
    """The list as it is shown, all its pages, with the columns the viewer chose."""
    catalogue, edges = segment_catalogue(viewer, asked), graph()
    uses = use_counts(edges)
    columns = columns_of(look_of(viewer, SEGMENT, COLUMNS, USUAL), COLUMNS, catalogue)
    rows = _rows(viewer, _ordered(viewer, catalogue, uses), edges, uses)
    return sheet_as_shown(rows, columns, _("Segment"), "segments-list.xlsx")


def _ordered(
    viewer: Viewer, catalogue: Catalogue, uses: Mapping[Ref, int]
) -> Sequence[Segment] | QuerySet[Segment]:
    return catalogue.arranged(segments_asked(viewer, catalogue, uses), size="count", usual=("slug",))


def _tree_counts(viewer: Viewer) -> dict[tuple[str, str], int]:
    rows = Segment.objects.filter(retired_at=None).order_by().values_list("department", "kind")
    return {(of or NOWHERE, kind): count for of, kind, count in rows.annotate(count=Count("pk"))}


def segment_catalogue(viewer: Viewer, asked: Mapping[str, str]) -> Catalogue:
    return Catalogue.of(segments(viewer), asked, ("kind", "state"))


def segments_asked(
    viewer: Viewer, catalogue: Catalogue, uses: Mapping[Ref, int] | None = None
) -> QuerySet[Segment]:
    """The segments that a search of the catalogue leaves. `uses`: how much each is used, for whoever knows."""
    found = catalogue.owned(_filtered(segments(viewer), catalogue.asked), viewer)
    found = catalogue.covering(found, size="count")
    if catalogue.asked["favourites"]:
        found = found.filter(slug__in=favourites(viewer, SEGMENT))
    if catalogue.asked["used"] or catalogue.asked["health"]:
        uses = use_counts(graph()) if uses is None else uses
        found = catalogue.used(found, SEGMENT, uses)
        found = unhealthy(found, catalogue.asked["health"], kind=SEGMENT, size="count", uses=uses)
    return found


def _filtered(found: QuerySet[Segment], wanted: Mapping[str, str]) -> QuerySet[Segment]:
    never_published = Q(kind=SegmentKind.RULE, definition={})
    found = found.filter(Q(retired_at=None) | never_published if wanted["state"] != "retired" else ~never_published)
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
        case "retired":
            found = found.exclude(retired_at=None)
    return found


def _rows(viewer: Viewer, shown: Iterable[Segment], edges: Graph, uses: Mapping[Ref, int]) -> list[Row]:
    shown = list(shown)
    likes = likes_of(SEGMENT, [segment.slug for segment in shown])
    running = set(SegmentRun.objects.filter(state__in=OPEN_STATES).values_list("segment_id", flat=True))
    data, upset, labels = data_version(), troubles(viewer, edges), state_labels()
    starred, counts = favourites(viewer, SEGMENT), segment_counts(viewer)
    rows = []
    for segment in shown:
        ref, run, state = Ref(SEGMENT, segment.slug), segment.run, _state(segment, segment.pk in running, data)
        count = counts.get(segment.slug, 0) if run else None
        rows.append(
            Row(
                named=segment,
                url=reverse("segments:detail", args=[segment.slug]),
                state=state,
                state_label=labels[state],
                as_of=run.as_of if run else None,
                count=count,
                share=count / run.universe if run and run.universe and count is not None else None,
                entered=run.entered if run else None,
                left=run.left if run else None,
                uses=uses.get(ref, 0),
                is_favourite=segment.slug in starred,
                upstream=upset.get(ref, ()),
                drift=drift_note(run),
                likes=tuple(likes.get(segment.slug, ())),
            )
        )
    return rows


def _state(segment: Segment, running: bool, data: str) -> str:
    if segment.retired_at:
        return "retired" if segment.definition else "draft"
    if running:
        return "running"
    if segment.run is None:
        return "never"
    return freshness(segment, data)


@dataclass(frozen=True)
class Snapshot:
    """Whose members, or whose most similar customers, a list keeps, and as of when; `found` while that segment is
    still there."""

    slug: str
    name: str
    as_of: datetime
    found: bool


def _snapshot(viewer: Viewer, listed: Mapping[str, Any]) -> Snapshot | None:
    came = listed.get("snapshot") or listed.get("lookalike")
    if came is None:
        return None
    source = segments(viewer).filter(slug=came["slug"]).first()
    name = source.name if source else name_in(came["names"], get_language() or "zh-hans", came["slug"])
    return Snapshot(came["slug"], name, datetime.fromisoformat(came["as_of"]), source is not None)


def _weights(viewer: Viewer, listed: Mapping[str, Any]) -> list[WeightRow]:
    came = listed.get("lookalike")
    return weight_rows(viewer, came["weights"], came["seed_size"], came["universe"]) if came else []


def _group(segment: Segment) -> SplitGroup | None:
    if segment.kind != SegmentKind.SPLIT:
        return None
    found = SplitGroup.objects.select_related("split__parent").defer("split__parent__bitmap")
    return found.filter(segment=segment).first()


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
    snapshot: Snapshot | None = None
    weights: list[WeightRow] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    group: SplitGroup | None = None
    past: PastPage = field(default_factory=PastPage)
    draft: SegmentVersion | None = None
    comments: list[Comment] = field(default_factory=list)
    used_otherwise: list[Use] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    is_favourite: bool = False
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
    runs = list(segment_runs(viewer, segment.slug).filter(past=False)[: rows_a_page(RUNS_SHOWN)])
    open_run = next((run for run in runs if run.is_open), None)
    state = _state(segment, open_run is not None, data_version())
    sentence, trouble = _said(viewer, segment)
    listed = segment.definition.get("list", {}) if segment.kind == SegmentKind.LIST else {}
    columns, rows = customer_rows(viewer, list(islice(members, MEMBERS_SHOWN)))
    return SegmentPage(
        segment=segment,
        state=state,
        state_label=state_labels()[state],
        count=len(members),
        share=len(members) / segment.run.universe if segment.run and segment.run.universe else None,
        sentence=sentence,
        trouble=trouble,
        listed=listed,
        snapshot=_snapshot(viewer, listed),
        weights=_weights(viewer, listed),
        splits=list(segment.splits.all()),
        group=_group(segment),
        runs=runs,
        open_run=open_run,
        trends=trends(history(segment_runs(viewer, segment.slug)), {}),
        past=past_page(on, lambda as_of: _then(viewer, segment, as_of)),
        drift=drift_note(segment.run),
        columns=columns,
        members=rows,
        impact=impact(viewer, Ref(SEGMENT, segment.slug)),
        upstream=troubles_of(viewer, Ref(SEGMENT, segment.slug)),
        comments=list(comments(Ref(SEGMENT, segment.slug))),
        used_otherwise=[use for use in other_uses(viewer) if use.of == Ref(SEGMENT, segment.slug)],
        is_favourite=segment.slug in favourites(viewer, SEGMENT),
        likes=likes_of(SEGMENT, [segment.slug]).get(segment.slug, []),
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
    if segment.kind not in BY_RULE or not segment.definition:
        return "", ""
    try:
        return rule_sentence(viewer, segment.definition), ""
    except UserError as error:
        return "", " ".join(said(problem) for problem in error.problems)
