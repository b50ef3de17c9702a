"""What a workbook that came back would change, cell by cell, and everything that is wrong with it.

A cell counts as edited where it says something else than it said when the workbook was made (its mark); so what
others changed since stays, unless the same cell was edited. Rows that are not there say nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cdp.errors import N_, Problem, UserError
from tags.forms import RESERVED, slug_from
from tags.models import Category
from tags.versions import seal_of

from ..models import SegmentKind
from .cells import TOO_LONG, canonical, mark_of
from .choices import category_choices
from .columns import CATEGORIES, LAYERS, LISTS, PLAYBOOK, SEGMENTS, SHEETS, TAGS, Form
from .members import members_brought
from .reading import Given, GivenRow
from .state import NAMES, Key, State
from .values import value_read


@dataclass(frozen=True)
class Field:
    """`overlaps`: somebody changed it since the workbook was made, and so did the workbook."""

    before: str
    after: str
    overlaps: bool = False


@dataclass
class Change:
    """One row: what becomes of it, by column."""

    sheet: str
    key: Key
    number: int
    is_new: bool
    fields: dict[str, Field]

    @property
    def id(self) -> str:
        return "/".join((self.sheet, *self.key))

    @property
    def seal(self) -> str:
        return seal_of([self.is_new, [[key, one.before, one.after] for key, one in sorted(self.fields.items())]])


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in a cell (`B7`; the row alone where it is no column's), or only worth a note."""

    sheet: str
    cell: str
    row: str
    problem: Problem


@dataclass(frozen=True)
class ListRow:
    number: int
    type: str
    value: str


@dataclass
class Plan:
    """`same`: sheet → rows that change nothing; `lists`: short name of a list → the rows it was given."""

    state: State
    given: Given
    changes: list[Change] = field(default_factory=list)
    same: Counter[str] = field(default_factory=Counter)
    problems: list[CellProblem] = field(default_factory=list)
    notes: list[CellProblem] = field(default_factory=list)
    lists: dict[str, list[ListRow]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[tuple[str, int], GivenRow]:
        return {(row.sheet, row.number): row for row in self.given.rows}

    @property
    def is_playbook(self) -> bool:
        """Whether that is all the workbook is about."""
        return set(self.given.titles) == {PLAYBOOK}

    @property
    def seals(self) -> dict[str, str]:
        return {change.id: change.seal for change in self.changes}

    def of(self, sheet: str) -> list[Change]:
        return [change for change in self.changes if change.sheet == sheet]

    def refuse(self, sheet: str, number: int, column: str, problem: Problem, *, note: bool = False) -> None:
        letter = self.given.letters.get(sheet, {}).get(column, "")
        title = self.given.titles.get(sheet, str(SHEETS[sheet].title))
        row = self.rows.get((sheet, number))
        named = next((row.cells[key] for key in ("slug", "tag", "list") if row and row.cells.get(key)), "")
        place = f"{letter}{number}" if number else ""
        (self.notes if note else self.problems).append(CellProblem(title, place, named, problem))


def plan_make(state: State, given: Given) -> Plan:
    plan = Plan(state, given)
    _new_categories(plan)
    seen: dict[tuple[str, Key], int] = {}
    for row in given.rows:
        if row.sheet == LISTS:
            _list_row(plan, row)
        elif (key := _key(plan, row)) is not None:
            if (first := seen.setdefault((row.sheet, key), row.number)) != row.number:
                message = N_("This row is there twice: it is row %(first)s, too.")
                problem = Problem(
                    (), message, N_("Keep one of them, or give one another short name."), {"first": first}
                )
                plan.refuse(row.sheet, row.number, SHEETS[row.sheet].known_by[-1], problem)
            else:
                _row(plan, row, key)
    for slug, rows in list(plan.lists.items()):
        _list(plan, slug, rows)
    return plan


def _new_categories(plan: Plan) -> None:
    """So that a tag may name a category that the workbook itself brings."""
    known = {key[0] for key in plan.state.rows[CATEGORIES]}
    names = [row.cells for row in plan.given.rows if row.sheet == CATEGORIES]
    new = [Category(**{key: cells.get(key, "") for key in ("slug", *NAMES)}) for cells in names]
    for one in new:
        one.slug = one.slug or slug_from(next(iter(one.names.values()), ""))
    if fresh := [one for one in new if one.slug and one.slug not in known]:
        plan.state.choices["category"] = category_choices([*Category.objects.all(), *fresh])


def _key(plan: Plan, row: GivenRow) -> Key | None:
    """What tells the row apart; a new one without a short name gets one from its name."""
    sheet = SHEETS[row.sheet]
    found = tuple(row.cells.get(column, "") for column in sheet.known_by)
    if sheet.known_by == ("slug",) and not found[0]:
        named = next((row.cells[key] for key in NAMES if row.cells.get(key)), "")
        found = (slug_from(named),)
    missing = next((column for column, text in zip(sheet.known_by, found, strict=True) if not text), None)
    if missing is None:
        return found
    hint = N_("Fill it in, or empty the row.")
    plan.refuse(row.sheet, row.number, missing, Problem((), N_("This may not be empty."), hint))
    return None


def _row(plan: Plan, row: GivenRow, key: Key) -> None:
    sheet, now = SHEETS[row.sheet], plan.state.rows[row.sheet].get(key)
    found = len(plan.problems)
    fields: dict[str, Field] = {}
    for column in sheet.columns:
        text, mark = row.cells.get(column.key), row.marks.get(column.key)
        if text is None or column.key in sheet.known_by or text == TOO_LONG:
            continue
        try:
            code = value_read(plan.state, sheet.key, column, text)
        except UserError as error:
            if mark != mark_of(column, text) and column.form != Form.READ:
                for problem in error.problems:
                    plan.refuse(sheet.key, row.number, column.key, problem)
            continue
        if mark == mark_of(column, code):
            continue
        if column.form == Form.READ:
            _only_read(plan, row, column.key, is_known=mark is not None)
            continue
        before = (now or {}).get(column.key, "")
        if canonical(column.form, before) != canonical(column.form, code):
            fields[column.key] = Field(before, code, bool(mark) and mark_of(column, before) != mark)
    if now is None:
        _new(plan, row, key)
    elif not fields:
        plan.same[sheet.key] += 1
        return
    if sheet.key != LAYERS:
        _names(plan, row, {**(now or {}), **{column: one.after for column, one in fields.items()}}, fields)
    _fixed(plan, row, now, fields)
    if len(plan.problems) == found:
        plan.changes.append(Change(sheet.key, key, row.number, now is None, fields))


def _only_read(plan: Plan, row: GivenRow, column: str, *, is_known: bool) -> None:
    if is_known:
        problem = Problem((), N_("This column is only to read, so what was written there is not taken."))
        plan.refuse(row.sheet, row.number, column, problem, note=True)


def _names(plan: Plan, row: GivenRow, cells: dict[str, str], edited: Iterable[str]) -> None:
    if not any(cells.get(name) for name in NAMES):
        emptied = next((name for name in NAMES if row.marks.get(name) and name in edited), NAMES[0])
        plan.refuse(row.sheet, row.number, emptied, Problem((), N_("Give it a name.")))


def _new(plan: Plan, row: GivenRow, key: Key) -> None:
    if row.sheet in (TAGS, SEGMENTS) and key[0] in RESERVED:
        problem = Problem((), N_("This short name is taken by a page."), N_("Choose another one."))
        plan.refuse(row.sheet, row.number, "slug", problem)
    if row.sheet == LAYERS and key[0] not in plan.state.tags and key[0] not in _brought(plan, TAGS):
        hint = N_("Write the short name of a tag that is there, or add the tag in its sheet.")
        problem = Problem((), N_('There is no tag "%(name)s".'), hint, {"name": key[0]})
        plan.refuse(LAYERS, row.number, "tag", problem)
    if row.sheet == LAYERS and not row.cells.get("when"):
        problem = Problem((), N_("The value needs a condition."), N_("Copy a rule from another row and change it."))
        plan.refuse(LAYERS, row.number, "when", problem)


def _brought(plan: Plan, sheet: str) -> set[str]:
    """The short names that a sheet of the workbook has."""
    return {row.cells.get("slug") or slug_from(_named(row)) for row in plan.given.rows if row.sheet == sheet}


def _named(row: GivenRow) -> str:
    return next((row.cells[key] for key in NAMES if row.cells.get(key)), "")


# What is there already never goes without.
NEEDED = ("kind", "schedule", "empty_policy", "sensitivity", "definition", "when", "order", "position")
NEEDED_OF_PLAYS = ("field", "direction", "tgi", "is_on")


def _fixed(plan: Plan, row: GivenRow, now: dict[str, str] | None, fields: dict[str, Field]) -> None:
    """What cannot be changed here."""
    for column in (*NEEDED, *NEEDED_OF_PLAYS):
        if now and column in fields and not fields[column].after:
            hint = N_("Fill it in again, or take the column out of the sheet.")
            plan.refuse(row.sheet, row.number, column, Problem((), N_("This may not be empty."), hint))
    if row.sheet != PLAYBOOK and "owner" in fields and not fields["owner"].after:
        problem = Problem((), N_("An owner can be replaced, not removed."), N_("Choose another colleague."))
        plan.refuse(row.sheet, row.number, "owner", problem)
    if row.sheet != SEGMENTS:
        return
    kind = fields["kind"].after if "kind" in fields else (now or {}).get("kind", "")
    if now is not None and "kind" in fields:
        problem = Problem((), N_("A segment keeps its kind."), N_("Make another segment, with its own short name."))
        plan.refuse(SEGMENTS, row.number, "kind", problem)
    elif kind == SegmentKind.LIST:
        for column in {"schedule", "definition"} & {key for key, one in fields.items() if one.after}:
            hint = N_("Leave it empty. Its customers stand in the sheet of lists.")
            plan.refuse(
                SEGMENTS, row.number, column, Problem((), N_("A list has neither a rule nor a schedule."), hint)
            )
    if kind == SegmentKind.SPLIT:
        problem = Problem((), N_("A group of a split is made by splitting a segment."))
        plan.refuse(SEGMENTS, row.number, "kind", problem)


def _list_row(plan: Plan, row: GivenRow) -> None:
    slug, value = row.cells.get("list", ""), row.cells.get("identifier", "")
    for column, text in (("list", slug), ("identifier", value)):
        if not text:
            hint = N_("Fill it in, or empty the row.")
            plan.refuse(LISTS, row.number, column, Problem((), N_("This may not be empty."), hint))
    try:
        kind = value_read(plan.state, LISTS, SHEETS[LISTS].column("type"), row.cells.get("type", ""))
    except UserError as error:
        for problem in error.problems:
            plan.refuse(LISTS, row.number, "type", problem)
        kind = ""
    if slug and value:
        plan.lists.setdefault(slug, []).append(ListRow(row.number, kind, value))


def _list(plan: Plan, slug: str, rows: list[ListRow]) -> None:
    segment = plan.state.segments.get(slug)
    is_new = segment is None and any(change.key == (slug,) for change in plan.of(SEGMENTS))
    if (segment is None and not is_new) or (segment is not None and segment.kind != SegmentKind.LIST):
        hint = N_("Write the short name of a list, or add it in the sheet of segments, of the kind “by list”.")
        message = N_("There is no list “%(name)s”.")
        plan.refuse(LISTS, rows[0].number, "list", Problem((), message, hint, {"name": slug}))
        return
    customers: set[int] = set()
    known: list[ListRow] = []
    for kind in sorted({row.type for row in rows}):
        mine = [row for row in rows if row.type == kind]
        brought = members_brought(segment, kind, [row.value for row in mine])
        customers |= set(brought.customers)
        for one in brought.unmatched:
            plan.refuse(LISTS, mine[one.row - 1].number, "identifier", one.problem, note=True)
        nobodys = {one.value for one in brought.unmatched}
        known += [row for row in mine if row.value not in nobodys]
    plan.lists[slug] = known
    plan.same[LISTS] += len(rows) if not customers else 0
    if customers:
        change = Change(LISTS, (slug,), rows[0].number, is_new, {"identifier": Field("", _plus(customers))})
        plan.changes.append(change)


def _plus(customers: Iterable[int]) -> str:
    """How many more, and who they are to tell whether they are others by the time it is confirmed."""
    found = sorted(customers)
    return f"+{len(found)} {seal_of(found)}"
