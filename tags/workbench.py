"""A rule form being worked on: posted fields in, the drawn board, the definition and its problems out.

Segments use it for their rule, tags for their layers and measures.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from cdp.access.viewer import Viewer
from cdp.errors import Problem, UserError
from cdp.store.selectors import properties_used

from .builder.board import NAMELESS, Board, Value, board_of, whole
from .builder.definitions import has_off, read_definition, read_rule, write_definition, write_segment
from .builder.draw import Draw
from .builder.edits import edit
from .builder.limits import without_limits
from .builder.parts import Group, Row
from .builder.places import conditions, groups_of, parts_of, placed
from .builder.posted import Tree, tree_of
from .builder.read import Reading
from .builder.sources import Sources
from .kinds import KINDS, Sentence
from .models import TagKind
from .moments import moment_of
from .part_counts import PartCount, part_counts
from .pictures import PICTURES
from .preview import Preview
from .rules.catalog import Catalog
from .rules.definition import read_definition as definition_checked
from .rules.describe import describe
from .rules.validate import read_rule as rule_checked
from .selectors import catalog

RULE = "rule"


@dataclass
class Work:
    """One state of a form. `of`: the kind of a tag, or rule. `blanks` are unfinished places, `wrong` mistakes."""

    viewer: Viewer
    of: str
    tree: Tree
    cursor: str = ""

    @cached_property
    def catalog(self) -> Catalog:
        return catalog(self.viewer)

    @cached_property
    def language(self) -> str:
        return get_language() or "zh-hans"

    @cached_property
    def moment(self):
        return moment_of()

    @cached_property
    def _read(self) -> tuple[dict[str, Any], Reading]:
        reading = Reading(self.catalog)
        tree = whole(self.tree, self.of, self.catalog)
        if self.of == RULE:
            return read_rule(tree, reading), reading
        return read_definition({**tree, "kind": self.of}, self.language, reading), reading

    @property
    def definition(self) -> dict[str, Any]:
        return self._read[0]

    @property
    def as_form(self) -> dict[str, Any]:
        """The definition with what is switched off in the form; empty when nothing is."""
        if not has_off(self.tree):
            return {}
        reading = Reading(self.catalog, keeps=True)
        tree = whole(self.tree, self.of, self.catalog)
        if self.of == RULE:
            return read_rule(tree, reading)
        return read_definition({**tree, "kind": self.of}, self.language, reading)

    @property
    def blanks(self) -> list[Problem]:
        return self._read[1].blanks

    @cached_property
    def wrong(self) -> list[Problem]:
        """What the rules refuse, beside what is only unfinished."""
        return [problem for problem in self._refused() if not self._unfinished(problem)]

    def _unfinished(self, problem: Problem) -> bool:
        """Whether it only follows from something that is still to be filled in, there or beside it."""
        path = problem.path
        return any(path[: len(blank.path)] == blank.path or path[:-1] == blank.path[:-1] for blank in self.blanks)

    def _refused(self) -> list[Problem]:
        """Of an unfinished form each condition by itself, so that one empty field hides no mistake elsewhere."""
        if not self.blanks or self.of not in (RULE, TagKind.LABELS):
            return _problems_of(self._checked)
        return [
            replace(problem, path=(*path, *problem.path))
            for path, condition in conditions(self.definition)
            for problem in _problems_of(partial(rule_checked, condition, self.catalog))
        ]

    def _checked(self) -> None:
        if self.of == RULE:
            rule_checked(self.definition, self.catalog)
        else:
            definition_checked(self.of, self.definition, self.catalog)

    def texts(self, problems: Iterable[Problem]) -> dict[str, list[str]]:
        """Form path → what to say there."""
        found = placed(problems, self._read[1])
        return {path: list(dict.fromkeys(said(problem) for problem in many)) for path, many in found.items()}

    def board(self, problems: Iterable[Problem] = ()) -> Board:
        texts, used = self.texts(problems), properties_used()
        draw = Draw(self.catalog, self.language, self.moment, _sources(), texts, used)
        return board_of(whole(self.tree, self.of, self.catalog), self.of, draw, self.cursor)

    def sentences(self) -> list[Sentence]:
        """The definition in words; nothing while it is unfinished or wrong."""
        if self.blanks or self.wrong:
            return []
        if self.of == RULE:
            node = rule_checked(self.definition, self.catalog)
            return [Sentence("", describe(node, self.catalog, self.moment, self.language))]
        parsed = definition_checked(self.of, self.definition, self.catalog)
        return KINDS[self.of].read_out(parsed, self.catalog, self.moment, self.language)

    def name_the_nameless(self) -> None:
        """Give values without a name one, so that they can be counted before they are called anything."""
        for key in ("layers", "bins"):
            for number, part in enumerate(self.tree.get(key) or []):
                if isinstance(part, dict) and not (part.get("label") or "").strip():
                    part["label"] = part["code"] = f"{NAMELESS}{number + 1}"

    def live(self, tried: bool, count: Callable[["Work"], Preview]) -> dict[str, Any]:
        """What stands beside the form while it is worked on. Mistakes are told at once, what is only
        unfinished not before somebody has tried to save."""
        problems = [*self.blanks * tried, *self.wrong]
        board = self.board(problems)
        found, trouble = self._counted(count)
        marks = [*board.layers, *board.bins, *([board.rest] if board.rest and board.rest.label.value else [])]
        fits = self._fits()
        known = found.values if found and marks else ()
        counts = [_mark(mark, found, value) for mark, value in zip_longest(marks, known)]
        return {
            "board": board,
            "rows": [(row, fits.get(row.path)) for row in rows_of(board)],
            "off": sum(row.off for row in rows_of(board)),
            "unfinished": len(self.blanks),
            "wrong": len(self.wrong),
            "trouble": trouble,
            "sentences": self.sentences(),
            "preview": found,
            **self._pictured(found or self._halfway(count), board),
            "counts": [one for one in counts if one.count is not None],
            "marks": counts,
        }

    def _halfway(self, count: Callable[["Work"], Preview]) -> Preview | None:
        """What a kind gives while its limits are unfinished: by that one sees where to put them."""
        tree = without_limits(self.of, self.tree)
        return None if tree == self.tree else replace(self, tree=tree)._counted(count)[0]

    def _pictured(self, found: Preview | None, board: Board) -> dict[str, Any]:
        kind = PICTURES.get(self.of)
        if kind is None or found is None or found.picture is None:
            return {"picture": None, "picture_template": ""}
        return {"picture": kind.drawn(found.picture, board), "picture_template": kind.template}

    def _fits(self) -> dict[str, PartCount]:
        """How many fit each finished condition and group by itself."""
        if self.of not in (RULE, TagKind.LABELS):
            return {}
        parts = parts_of(self._read[1], self.definition)
        try:
            rules = {form: rule for form, (_path, rule) in parts.items()}
            return part_counts(self.viewer, self.catalog, rules, groups_of(self._read[1], parts))
        except UserError:
            return {}

    def _counted(self, count: Callable[["Work"], Preview]) -> tuple[Preview | None, str]:
        """The count, or why there is none although nothing in the form is wrong."""
        if self.blanks or self.wrong:
            return None, ""
        try:
            return count(self), ""
        except UserError as error:
            return None, " ".join(said(problem) for problem in error.problems)


def _sources() -> Sources:
    names = ("values", "values-known", "regions", "ranges")
    return Sources(*(reverse(f"tags:{name}") for name in names))


@dataclass(frozen=True)
class Mark:
    """How many have one value, beside it in the form. `bar`: its share of all who have any, in percent."""

    id: str
    label: str
    count: int | None
    share: float
    bar: int


def _mark(value: Value, found: Preview | None, key: str | None) -> Mark:
    label = value.label.value.strip(NAMELESS)
    if found is None or key is None:
        return Mark(value.id, label, None, 0, 0)
    count = found.values[key]
    bar = round(100 * count / found.everyone) if found.everyone else 0
    return Mark(value.id, label, count, count / found.universe if found.universe else 0, bar)


def _problems_of(check: Callable[[], object]) -> list[Problem]:
    try:
        check()
    except UserError as error:
        return list(error.problems)
    return []


def said(problem: Problem) -> str:
    """A problem in words. A hint that shows JSON is for those who write JSON."""
    hint = "" if set('{"[') & set(problem.hint) else problem.hint
    texts = [gettext(text) for text in (problem.message, hint) if text]
    return " ".join(text % problem.params if problem.params else text for text in texts)


def work_posted(viewer: Viewer, of: str, posted: QueryDict) -> Work:
    """The form as it was sent, with the change that a button asked for."""
    work = Work(viewer, of, tree_of(posted.lists()))
    whole(work.tree, of, work.catalog)
    if command := posted.get("do", ""):
        work.cursor = edit(work.tree, command)
    return work


def work_saved(viewer: Viewer, of: str, definition: dict[str, Any]) -> Work:
    language = get_language() or "zh-hans"
    tree = write_segment(definition) if of == RULE else write_definition(of, definition, language)
    return Work(viewer, of, tree)


def rows_of(board: Board) -> Iterator[Row | Group]:
    """Every condition and group of a board, for what changes beside them while people type."""
    for group in [*(layer.group for layer in board.layers), board.rule]:
        if group:
            yield from _rows(group)
    if board.measure:
        yield from _rows(board.measure)


def _rows(part: Row | Group) -> Iterator[Row | Group]:
    yield part
    if isinstance(part, Group):
        for row in part.rows:
            yield from _rows(row)
    else:
        for inner in part.parts:
            yield from _rows(inner)
        if part.where:
            yield from _rows(part.where)
