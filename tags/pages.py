"""What the catalogue and the page of a tag show, ready to draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cdp.access.accounts import colleagues
from cdp.access.table_files import rows_a_page
from cdp.access.viewer import Viewer, may
from cdp.errors import UserError
from cdp.ledger.models import OPEN_STATES, JobState
from cdp.store.selectors import data_version
from cdp.templatetags.quanxi import number, percent

from .catalogue import Catalogue
from .dependencies import TAG, Graph, Ref
from .health import Like, health_labels, likes_of, unhealthy
from .impact import Affected, impact
from .kinds import Sentence
from .listing import COMMON_COLUMNS, ListPage, Row, choices_of, columns_of, sheet_as_shown, tree_of
from .models import Tag, TagKind, TagRun, TagVersion, VersionState
from .past import tag_values_as_of
from .past_pages import PastPage, past_page
from .readings import label_names
from .selectors import (
    behind,
    categories,
    expired,
    graph,
    sentences,
    tag_counts,
    tag_runs,
    tag_values,
    tags,
    value_labels,
)
from .states import FRESHNESS, freshness, state_labels
from .teamwork.comments import comments
from .teamwork.favourites import favourites
from .teamwork.looks import look_of
from .teamwork.models import Comment, Suggested
from .teamwork.suggestions import suggestions_open
from .trends import Trends, drift_note, history, trends
from .upstream import Trouble, troubles, troubles_of
from .uses import Use, other_uses, use_counts
from .workbench import said

PAGE_SIZE = 50
# What home asks somebody to look at: those that failed, and those with new data since.
ATTENTION = "attention"
# Tags in no category, as a filter; no short name looks like this.
NO_CATEGORY = "-"
RUNS_SHOWN = 12


COLUMNS: dict[str, str | Promise] = {
    "category": gettext_lazy("Category"),
    **COMMON_COLUMNS,
    "sensitivity": gettext_lazy("Sensitivity"),
}
USUAL = ("category", "kind", "size", "share", "state", "owner")


def named_like(text: str) -> Q:
    """Whatever has the text in one of its names or its description."""
    columns = ("slug", "name_zh_hans", "name_zh_hant", "name_en", "description")
    return reduce(or_, (Q(**{f"{column}__icontains": text}) for column in columns))


def tag_list_page(viewer: Viewer, asked: Mapping[str, str]) -> ListPage:
    catalogue, edges = tag_catalogue(viewer, asked), graph()
    uses = use_counts(edges)
    page = Paginator(_ordered(viewer, catalogue, uses), PAGE_SIZE).get_page(asked.get("page"))
    look, listed = look_of(viewer, TAG, COLUMNS, USUAL), list(categories(viewer))
    kinds = {value: str(label) for value, label in TagKind.choices}
    branches = [*((one.slug, one.name) for one in listed), (NO_CATEGORY, _("without a category"))]
    may_edit = may(viewer, "access.edit_tags")
    return ListPage(
        app="tags",
        kind=TAG,
        rows=_rows(viewer, page, edges, uses),
        page=page,
        catalogue=catalogue,
        look=look,
        columns=columns_of(look, COLUMNS, catalogue),
        choices=choices_of(look, COLUMNS),
        tree=tree_of(catalogue, "category", branches, _tree_counts(viewer), kinds),
        kinds=list(kinds.items()),
        states=[*((state, state_labels()[state]) for state in FRESHNESS), (ATTENTION, _("to look at"))],
        total=page.paginator.count,
        troubles=list(health_labels().items()),
        may_edit=may_edit,
        categories=listed,
        people=list(colleagues()) if may_edit else [],
    )


def tag_sheet(viewer: Viewer, asked: Mapping[str, str]) -> HttpResponse:
    """The list as it is shown, all its pages, with the columns the viewer chose."""
    catalogue, edges = tag_catalogue(viewer, asked), graph()
    uses = use_counts(edges)
    columns = columns_of(look_of(viewer, TAG, COLUMNS, USUAL), COLUMNS, catalogue)
    rows = _rows(viewer, _ordered(viewer, catalogue, uses), edges, uses)
    return sheet_as_shown(rows, columns, _("Tag"), "tags-list.xlsx")


def _ordered(viewer: Viewer, catalogue: Catalogue, uses: Mapping[Ref, int]) -> Sequence[Tag] | QuerySet[Tag]:
    usual = ("category__position", "category__slug", "slug")
    found = tags_asked(viewer, catalogue, uses)
    return catalogue.arranged(found, size="run__matched", usual=usual)


def _tree_counts(viewer: Viewer) -> dict[tuple[str, str], int]:
    rows = Tag.objects.filter(retired_at=None).order_by().values_list("category__slug", "kind")
    return {(slug or NO_CATEGORY, kind): count for slug, kind, count in rows.annotate(count=Count("pk"))}


def tag_catalogue(viewer: Viewer, asked: Mapping[str, str]) -> Catalogue:
    return Catalogue.of(tags(viewer), asked, ("category", "kind", "state"))


def tags_asked(viewer: Viewer, catalogue: Catalogue, uses: Mapping[Ref, int] | None = None) -> QuerySet[Tag]:
    """The tags that a search of the catalogue leaves. `uses`: how much each is used, for whoever knows."""
    found = catalogue.owned(_filtered(tags(viewer), catalogue.asked), viewer)
    found = catalogue.covering(found, size="run__matched")
    if catalogue.asked["favourites"]:
        found = found.filter(slug__in=favourites(viewer, TAG))
    if catalogue.asked["used"] or catalogue.asked["health"]:
        uses = use_counts(graph()) if uses is None else uses
        found = catalogue.used(found, TAG, uses)
        found = unhealthy(found, catalogue.asked["health"], kind=TAG, size="run__matched", uses=uses)
    return found


def _filtered(found: QuerySet[Tag], wanted: Mapping[str, str]) -> QuerySet[Tag]:
    if wanted["state"] != "retired":
        found = found.filter(retired_at=None)
    if wanted["q"]:
        found = found.filter(named_like(wanted["q"]))
    if wanted["category"]:
        slug = wanted["category"]
        found = found.filter(category=None) if slug == NO_CATEGORY else found.filter(category__slug=slug)
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    published = Q(versions__state=VersionState.PUBLISHED)
    match wanted["state"]:
        case "fresh":
            found = found.filter(published, run__isnull=False, stale_since=None).exclude(behind())
            found = found.exclude(pk__in=expired())
        case "behind":
            found = found.filter(published, behind(), stale_since=None).exclude(pk__in=expired())
        case "stale":
            found = found.filter(published, stale_since__isnull=False).exclude(pk__in=expired())
        case "expired":
            found = found.filter(published, pk__in=expired())
        case "attention":
            found = found.filter(Q(stale_since__isnull=False) | behind() | Q(pk__in=expired()))
        case "never":
            found = found.filter(published, run=None)
        case "draft":
            found = found.exclude(published)
        case "retired":
            found = found.exclude(retired_at=None)
    return found


def _open_runs() -> QuerySet[TagRun]:
    return TagRun.objects.filter(state__in=OPEN_STATES)


def _rows(viewer: Viewer, shown: Iterable[Tag], edges: Graph, uses: Mapping[Ref, int]) -> list[Row]:
    shown = list(shown)
    likes = likes_of(TAG, [tag.slug for tag in shown])
    counts, starred = tag_counts(viewer), favourites(viewer, TAG)
    running = set(_open_runs().values_list("version__tag_id", flat=True))
    data, upset, labels = data_version(), troubles(viewer, edges), state_labels()
    rows = []
    for tag in shown:
        ref, state = Ref(TAG, tag.slug), state_of(tag, tag.pk in running, data)
        count = counts.get(tag.slug) if tag.run else None
        rows.append(
            Row(
                named=tag,
                url=reverse("tags:detail", args=[tag.slug]),
                state=state,
                state_label=labels[state],
                as_of=tag.run.as_of if tag.run else None,
                count=count,
                share=count / tag.run.universe if tag.run and tag.run.universe and count is not None else None,
                entered=tag.run.entered if tag.run else None,
                left=tag.run.left if tag.run else None,
                uses=uses.get(ref, 0),
                is_favourite=tag.slug in starred,
                upstream=upset.get(ref, ()),
                drift=drift_note(tag.run),
                likes=tuple(likes.get(tag.slug, ())),
            )
        )
    return rows


def state_of(tag: Any, running: bool, data: str) -> str:
    if tag.retired_at:
        return "retired"
    if running:
        return "running"
    if not tag.published:
        return "draft"
    if tag.run is None:
        return "never"
    return freshness(tag, data)


@dataclass(frozen=True)
class ValueRow:
    """`share`: of everyone; `bar`: of the largest value, in percent."""

    label: str
    count: int
    share: float
    bar: int


@dataclass
class TagPage:
    tag: Tag
    state: str
    state_label: str
    draft: TagVersion | None
    published: TagVersion | None
    values: list[ValueRow]
    covered: int
    universe: int
    sentences: list[Sentence]
    draft_sentences: list[Sentence]
    trouble: str
    runs: list[TagRun]
    open_run: TagRun | None
    last: TagRun | None
    trends: Trends | None
    versions: list[TagVersion]
    impact: list[Affected] = field(default_factory=list)
    upstream: tuple[Trouble, ...] = ()
    drift: str = ""
    past: PastPage = field(default_factory=PastPage)
    comments: list[Comment] = field(default_factory=list)
    used_otherwise: list[Use] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    suggestions: list[Suggested] = field(default_factory=list)
    is_favourite: bool = False
    may_edit: bool = False

    @property
    def share(self) -> float | None:
        return self.covered / self.universe if self.universe else None

    @property
    def share_note(self) -> str:
        if self.share is None:
            return ""
        return _("%(share)s of %(all)s customers") % {"share": percent(self.share), "all": number(self.universe)}

    @property
    def rest(self) -> str:
        """What the definition calls everyone else, if anything."""
        version = self.published or self.draft
        rest = version.definition.get("rest") if version else ""
        return rest if isinstance(rest, str) else rest["value"] if rest else ""


def tag_page(viewer: Viewer, tag: Tag, on: str = "") -> TagPage:
    """`on`: the day whose values are asked for, as it was typed."""
    versions = list(tag.versions.select_related("created_by"))
    by_state = {version.state: version for version in reversed(versions)}
    published, draft = by_state.get(VersionState.PUBLISHED), by_state.get(VersionState.DRAFT)
    runs = list(tag_runs(viewer, tag.slug).filter(past=False)[: rows_a_page(RUNS_SHOWN)])
    open_run = next((run for run in runs if run.is_open), None)
    state = state_of(tag, open_run is not None, data_version())
    values = {value: len(members) for value, members in tag_values(viewer, tag.slug).items()}
    read_out, trouble = _said(viewer, tag, published)
    drafted, draft_trouble = _said(viewer, tag, draft)
    return TagPage(
        tag=tag,
        state=state,
        state_label=state_labels()[state],
        draft=draft,
        published=published,
        values=_value_rows(tag, values),
        covered=tag_counts(viewer).get(tag.slug, 0),
        universe=tag.run.universe if tag.run else 0,
        sentences=read_out,
        draft_sentences=drafted,
        trouble=trouble or draft_trouble,
        runs=runs,
        open_run=open_run,
        last=next((run for run in runs if run.state == JobState.DONE), None),
        trends=trends(history(tag_runs(viewer, tag.slug)), value_labels(tag)),
        past=past_page(on, lambda as_of: _then(viewer, tag, as_of)),
        drift=drift_note(tag.run),
        versions=versions,
        impact=impact(viewer, Ref(TAG, tag.slug)),
        upstream=troubles_of(viewer, Ref(TAG, tag.slug)),
        comments=list(comments(Ref(TAG, tag.slug))),
        used_otherwise=[use for use in other_uses(viewer) if use.of == Ref(TAG, tag.slug)],
        is_favourite=tag.slug in favourites(viewer, TAG),
        likes=likes_of(TAG, [tag.slug]).get(tag.slug, []),
        suggestions=list(suggestions_open(tag.slug)),
        may_edit=may(viewer, "access.edit_tags"),
    )


def _then(viewer: Viewer, tag: Tag, as_of: datetime) -> tuple[TagRun, dict[str, int]] | None:
    found = tag_values_as_of(viewer, tag.slug, as_of)
    if found is None:
        return None
    version = found.run.version
    names = label_names(tag.kind, version.definition)
    counts = {names.get(value) or value or _("has a number"): len(held) for value, held in found.values.items()}
    return found.run, counts


def _value_rows(tag: Tag, values: Mapping[str, int]) -> list[ValueRow]:
    labels, most = value_labels(tag), max(values.values(), default=0)
    universe = tag.run.universe if tag.run else 0
    return [
        ValueRow(
            labels.get(value) or value or _("has a number"),
            count,
            count / universe if universe else 0.0,
            round(100 * count / most) if most else 0,
        )
        for value, count in values.items()
    ]


def _said(viewer: Viewer, tag: Tag, version: TagVersion | None) -> tuple[list[Sentence], str]:
    """A version in words, and what is wrong with it by now."""
    if version is None:
        return [], ""
    try:
        facts = tag.run.facts if tag.run and tag.run.version_id == version.pk else None
        return sentences(viewer, tag.kind, version.definition, facts=facts), ""
    except UserError as error:
        return [], " ".join(said(problem) for problem in error.problems)
