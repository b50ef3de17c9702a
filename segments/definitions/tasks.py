"""What a plan comes to: one task a category, tag and segment, each through the service its form uses."""

from decimal import Decimal
from typing import Any

from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, user_error
from tags.categories import category_save
from tags.dependencies import SEGMENT, TAG, Ref, order, references
from tags.json_text import json_read
from tags.models import Category, EmptyPolicy, Schedule, Sensitivity, TagKind
from tags.selectors import graph
from tags.services import tag_save
from tags.versions import draft_of

from ..models import Segment, SegmentKind
from ..services import (
    segment_describe_only,
    segment_from_list,
    segment_list_add,
    segment_refresh_request,
    segment_save,
)
from .cells import same_definition
from .choices import owner_named
from .columns import CATEGORIES, LAYERS, LISTS, PLAYBOOK, SEGMENTS, SHEETS, TAGS
from .layers import NAMES, layers_changed, layers_of, orders_shared
from .plan import Change, ListRow, Plan
from .play_tasks import play_task
from .state import Row
from .task import Task


def tasks_of(plan: Plan) -> list[Task]:
    """Categories first; then tags and segments, each after what it names; then the playbook, which names them."""
    layers: dict[str, list[Change]] = {}
    for change in plan.of(LAYERS):
        layers.setdefault(change.key[0], []).append(change)
    tags = {change.key[0]: change for change in plan.of(TAGS)}
    segments = {change.key[0]: change for change in plan.of(SEGMENTS)}
    built = [_tag(plan, slug, tags.get(slug), layers.get(slug, [])) for slug in {**tags, **layers}]
    lists = {change.key[0]: change for change in plan.of(LISTS)}
    built += [_segment(plan, slug, segments.get(slug), lists.get(slug)) for slug in {**segments, **lists}]
    by_ref = {task.ref: task for task in built if task is not None and task.ref}
    edges = {**graph(), **{ref: references(task.definition) for ref, task in by_ref.items()}}
    return [
        *(_category(plan, change) for change in plan.of(CATEGORIES)),
        *(by_ref[ref] for ref in order(edges, by_ref)),
        *(play_task(plan.state, change) for change in plan.of(PLAYBOOK)),
    ]


def _cells(plan: Plan, sheet: str, slug: str, change: Change | None) -> Row:
    """The row as it is to be."""
    now = plan.state.rows[sheet].get((slug,), {})
    return {**now, **({key: one.after for key, one in change.fields.items()} if change else {})}


def _names(cells: Row) -> dict[str, str]:
    return {language: cells.get(column, "") for column, language in NAMES.items()}


def _places(change: Change | None, rest: str) -> dict[str, tuple[str, int, str]]:
    if change is None:
        return {}
    own = {column.key: (change.sheet, change.number, column.key) for column in SHEETS[change.sheet].columns}
    return {**own, "names": own["name_zh_hans"], "": (change.sheet, change.number, rest)}


def _category(plan: Plan, change: Change) -> Task:
    slug = change.key[0]
    cells = _cells(plan, CATEGORIES, slug, change)
    position = int(cells["position"]) if cells.get("position") else None

    def run(actor: Viewer) -> None:
        category_save(slug=slug, actor=actor, names=_names(cells), position=position)

    return Task(None, run, _places(change, "slug"))


def _tag(plan: Plan, slug: str, change: Change | None, layers: list[Change]) -> Task | None:
    cells = _cells(plan, TAGS, slug, change)
    given = change.fields.get("definition") if change else None
    now = plan.state.definitions.get((TAGS, slug), {})
    definition = json_read(given.after) if given and given.after else now
    if layers:
        definition = _layered(plan, definition, layers, is_given=bool(given), kind=cells.get("kind", ""))
    if change is None and same_definition(definition, now):
        # An order that stays the same order, for one.
        _nothing(plan, layers)
        return None
    is_same = same_definition(definition, now)
    tag = plan.state.tags.get(slug)
    form = tag.open_versions[0].form or {} if tag and tag.open_versions and is_same else None  # type: ignore[attr-defined]
    days = cells.get("valid_days")

    def run(actor: Viewer) -> Ref:
        if not definition:
            hint = N_("Write its definition, or its layers in their sheet.")
            raise user_error(N_("A new tag needs a definition."), hint, path=("definition",))
        tag_save(
            slug=slug,
            kind=cells.get("kind") or TagKind.LABELS,
            definition=definition,
            actor=actor,
            names=_names(cells),
            category=Category.objects.filter(slug=cells.get("category", "")).first(),
            description=cells.get("description", ""),
            owner=owner_named(change.fields["owner"].after) if change and "owner" in change.fields else None,
            department=cells.get("department", ""),
            schedule=cells.get("schedule") or Schedule.DAILY,
            empty_policy=cells.get("empty_policy") or EmptyPolicy.BLANK,
            valid_days=int(days) if days else None,
            sensitivity=cells.get("sensitivity") or Sensitivity.NORMAL,
            form=form,
        )
        return Ref(TAG, slug)

    first = layers[0] if layers else None
    places = _places(change, "definition")
    if not places and first:
        places = {"": (LAYERS, first.number, "when")}
    numbers = {one.key[1]: one.number for one in layers}
    at = {
        place: (LAYERS, numbers[str(layer.get("value"))], "value")
        for place, layer in enumerate(layers_of(definition))
        if str(layer.get("value")) in numbers
    }
    return Task(Ref(TAG, slug), run, places, definition, at)


def _layered(plan: Plan, now: Any, layers: list[Change], *, is_given: bool, kind: str) -> Any:
    first = layers[0]
    if is_given:
        hint = N_("Change one of the two, and leave the other as it was.")
        plan.refuse(
            LAYERS, first.number, "tag", Problem((), N_("The definition of this tag was changed, too."), hint)
        )
        return now
    if kind not in ("", TagKind.LABELS):
        problem = Problem(
            (), N_("Only tags of the kind “labels” have layers."), N_("Change its definition instead.")
        )
        plan.refuse(LAYERS, first.number, "tag", problem)
        return now
    orders = {one.key[1]: Decimal(one.fields["order"].after) for one in layers if _has(one, "order")}
    for value in orders_shared(now, orders):
        number = next(one.number for one in layers if one.key[1] == value)
        hint = N_("Give each its own; 1.5 stands between 1 and 2.")
        plan.refuse(LAYERS, number, "order", Problem((), N_("Another layer has this place, too."), hint))
    return layers_changed(now, {one.key[1]: _layer_cells(one) for one in layers})


def _has(change: Change, column: str) -> bool:
    return column in change.fields and bool(change.fields[column].after)


def _layer_cells(change: Change) -> dict[str, Any]:
    cells: dict[str, Any] = {key: change.fields[key].after for key in NAMES if key in change.fields}
    if _has(change, "order"):
        cells["order"] = Decimal(change.fields["order"].after)
    if _has(change, "when"):
        cells["when"] = json_read(change.fields["when"].after)
    return cells


def _nothing(plan: Plan, changes: list[Change]) -> None:
    plan.changes = [change for change in plan.changes if change not in changes]
    plan.same.update(change.sheet for change in changes)


def _segment(plan: Plan, slug: str, change: Change | None, listed: Change | None) -> Task:
    cells, rows = _cells(plan, SEGMENTS, slug, change), plan.lists.get(slug, [])
    if cells.get("kind") == SegmentKind.LIST:
        return _list(plan, slug, change, listed, cells, rows)
    given = change.fields.get("definition") if change else None
    now = plan.state.definitions.get((SEGMENTS, slug))
    rule = {"v": 1, **json_read(given.after)} if given and given.after else now
    segment = plan.state.segments.get(slug)
    kept = segment.open_versions[0] if segment and segment.open_versions else None  # type: ignore[attr-defined]
    form = kept.form or {} if kept and same_definition(rule, now) else None

    def run(actor: Viewer) -> Ref:
        if not rule:
            hint = N_("Write its rule in the last column.")
            raise user_error(N_("A new segment needs a rule."), hint, path=("definition",))
        saved = segment_save(
            slug=slug,
            rule=rule,
            actor=actor,
            names=_names(cells),
            description=cells.get("description", ""),
            owner=owner_named(change.fields["owner"].after) if change and "owner" in change.fields else None,
            department=cells.get("department", ""),
            schedule=cells.get("schedule") or Schedule.DAILY,
            publish=False,
            form=form,
        )
        if segment is None and draft_of(saved) is None:
            segment_refresh_request(segments=[saved], by=actor)
        return Ref(SEGMENT, slug)

    places = _places(change, "definition")
    return Task(Ref(SEGMENT, slug), run, {**places, "values": places[""]}, rule)


def _list(
    plan: Plan, slug: str, change: Change | None, listed: Change | None, cells: Row, rows: list[ListRow]
) -> Task:
    segment = plan.state.segments.get(slug)
    groups = [
        (kind, [row.value for row in rows if row.type == kind]) for kind in sorted({row.type for row in rows})
    ]
    said = {key: one.after for key, one in change.fields.items() if key != "kind"} if change else {}

    def run(actor: Viewer) -> Ref:
        owner = owner_named(said["owner"]) if "owner" in said else None
        if segment is not None:
            changes = {key: text for key, text in said.items() if key not in ("owner", "schedule", "definition")}
            if owner or changes:
                given = {**changes, "owner": owner} if owner else changes
                segment_describe_only(segment=segment, actor=actor, **given)
            for kind, values in groups if listed else ():
                _added(segment, kind, values, actor)
            return Ref(SEGMENT, slug)
        if not groups:
            hint = N_("Write its identifiers in the sheet of lists.")
            raise user_error(N_("The list is empty."), hint, path=("kind",))
        given = {"description": cells.get("description", ""), "department": cells.get("department", "")}
        (kind, values), *others = groups
        report = segment_from_list(
            slug=slug, values=values, type=kind, actor=actor, names=_names(cells), owner=owner, **given
        )
        for kind, values in others:
            _added(report.segment, kind, values, actor)
        return Ref(SEGMENT, slug)

    first = listed.number if listed else 0
    rest = (LISTS, first, "identifier") if listed else _places(change, "slug")[""]
    return Task(Ref(SEGMENT, slug), run, {**_places(change, "slug"), "": rest, "values": rest})


def _added(segment: Segment, kind: str, values: list[str], actor: Viewer) -> None:
    segment_list_add(segment=segment, values=values, type=kind, actor=actor)
