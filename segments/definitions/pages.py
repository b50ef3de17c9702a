"""What the pages of a workbook show: what is wrong, cell by cell; or what it changes, field by field."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tags.json_text import json_read
from tags.models import TagKind
from tags.problems import problem_path

from .columns import ALL, LAYERS, LISTS, TAGS, Column, Form, Sheet
from .plan import CellProblem, Change, Field, Plan
from .state import State, label_of, said_of

MOST_SHOWN = 300


@dataclass(frozen=True)
class Trouble:
    where: str
    row: str
    problem: Any
    path: str


@dataclass(frozen=True)
class FieldRow:
    label: str
    before: str
    after: str
    overlaps: bool


@dataclass(frozen=True)
class ChangeRow:
    name: str
    note: str
    is_new: bool
    fields: list[FieldRow]


@dataclass(frozen=True)
class Section:
    title: str
    new: int
    changed: int
    same: int
    rows: list[ChangeRow]


@dataclass(frozen=True)
class PlanPage:
    """`seals` (JSON) goes back with the confirmation; `others`: names of what is not as it was shown."""

    troubles: list[Trouble]
    notes: list[Trouble]
    sections: list[Section]
    passed_over: list[str]
    changes: int
    overlaps: int
    rules: int
    seals: str
    others: list[str] = field(default_factory=list)

    is_playbook: bool = False

    @property
    def trouble_count(self) -> int:
        return len(self.troubles)


def plan_page(plan: Plan, others: Iterable[str] = ()) -> PlanPage:
    fields = [one for change in plan.changes for one in change.fields.values()]
    sections = [_section(plan, sheet) for sheet in ALL if sheet.key in plan.given.titles]
    return PlanPage(
        troubles=_troubles(plan.problems),
        notes=_troubles(plan.notes),
        sections=sections,
        passed_over=plan.given.passed_over,
        changes=len(plan.changes),
        overlaps=sum(one.overlaps for one in fields),
        rules=sum(1 for change in plan.changes if {"definition", "when", "order"} & change.fields.keys()),
        seals=json.dumps(plan.seals),
        is_playbook=plan.is_playbook,
        others=[id.split("/", 1)[1].replace("/", " · ") for id in others],
    )


def _troubles(problems: list[CellProblem]) -> list[Trouble]:
    return [
        Trouble(f"{one.sheet} {one.cell}".strip(), one.row, one.problem, problem_path(one.problem))
        for one in problems[:MOST_SHOWN]
    ]


def _section(plan: Plan, sheet: Sheet) -> Section:
    changes = plan.of(sheet.key)
    new = sum(change.is_new for change in changes)
    rows = [_change(plan.state, sheet, change) for change in changes[:MOST_SHOWN]]
    return Section(str(sheet.title), new, len(changes) - new, plan.same[sheet.key], rows)


def _change(state: State, sheet: Sheet, change: Change) -> ChangeRow:
    if sheet.key == LISTS:
        segment = state.segments.get(change.key[0])
        added = change.fields["identifier"].after.split(" ")[0]
        row = FieldRow(_("Customers"), "", added, False)
        return ChangeRow(segment.name if segment else change.key[0], change.key[0], change.is_new, [row])
    now = state.rows[sheet.key].get(change.key, {})
    cells = {**now, **{key: one.after for key, one in change.fields.items()}}
    fields = [
        _field(state, sheet, column, change.fields[column.key], cells)
        for column in sheet.columns
        if column.key in change.fields
    ]
    return ChangeRow(_name(state, sheet, change, cells), " · ".join(change.key), change.is_new, fields)


def _name(state: State, sheet: Sheet, change: Change, cells: dict[str, str]) -> str:
    named = next((cells[key] for key in ("name_zh_hans", "name_zh_hant", "name_en") if cells.get(key)), "")
    if sheet.key != LAYERS:
        return named or change.key[0]
    tag = state.tags.get(change.key[0])
    return f"{tag.name if tag else change.key[0]} · {named or change.key[1]}"


def _field(state: State, sheet: Sheet, column: Column, one: Field, cells: dict[str, str]) -> FieldRow:
    texts = (one.before, one.after)
    if column.form == Form.RULE:
        before, after = (_in_words(state, sheet.key, cells.get("kind", ""), text) for text in texts)
    else:
        before, after = (label_of(state, sheet.key, column.key, text) for text in texts)
    return FieldRow(str(column.label), before, after, one.overlaps)


def _in_words(state: State, sheet: str, kind: str, text: str) -> str:
    """A definition as a sentence; as it was written where it says nothing readable."""
    if not text:
        return ""
    return said_of(state, sheet, (kind or TagKind.LABELS) if sheet == TAGS else "", json_read(text)) or text
