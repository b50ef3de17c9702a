"""Page objects of the quarantine: the loads with rows that wait, and the rows of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.errors import Problem

from ..models import Load, RefusedKind, RefusedRow
from ..selectors import loads
from .checking import shape_of
from .selectors import LoadCount, common_values, digest, open_rows, plain_columns, quarantine

ROWS_A_PAGE = 40
MOST_VALUES = 12
READY, LEFT_OUT = "ready", "left-out"


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown. `edit` when it can be typed into; a hidden value is never put into a field."""

    place: int
    column: str
    text: str
    original: str
    edit: bool
    mended: bool
    hidden: bool
    problems: Sequence[Problem]


@dataclass(frozen=True)
class RowLine:
    row: RefusedRow
    cells: Sequence[Cell]
    problems: Sequence[Problem]

    @property
    def wrong(self) -> Sequence[Cell]:
        """The cells to look at, each with what is wrong."""
        return [cell for cell in self.cells if cell.edit]

    @property
    def others(self) -> Sequence[Cell]:
        return [cell for cell in self.cells if not cell.edit]


@dataclass(frozen=True)
class QuarantinePage:
    counts: Sequence[LoadCount]
    source: str

    @property
    def waiting(self) -> int:
        return sum(count.waiting for count in self.counts)


@dataclass(frozen=True)
class LoadQuarantinePage:
    load: Load
    count: LoadCount
    chosen: str
    kind: RefusedKind | None
    values: Sequence[tuple[str, str, int]]
    rows: Page
    lines: Sequence[RowLine]
    left_out: int
    retries: Sequence[Load]
    sees_personal: bool

    @classmethod
    def of(cls, viewer: Viewer, load: Load, chosen: str = "", number: Any = 1) -> "LoadQuarantinePage":
        """`chosen` is the id of a kind, READY, LEFT_OUT, or "" for everything that waits."""
        found = quarantine(viewer)
        count = next((one for one in found if one.load.pk == load.pk), LoadCount(load, 0, 0, ()))
        kind = load.refused_kinds.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        left_out = load.refused_rows.exclude(dismissed="")
        rows = left_out if chosen == LEFT_OUT else open_rows().filter(load=load)
        rows = rows.filter(kind=None) if chosen == READY else rows.filter(kind=kind) if kind else rows
        page = Paginator(rows.order_by("row"), ROWS_A_PAGE).get_page(number)
        reader = RowReader(viewer, load)
        values = reader.values(kind) if kind else []
        retries = loads(viewer).filter(retry_of=load)
        lines = [reader.line(row) for row in page]
        return cls(
            load, count, chosen, kind, values, page, lines, left_out.count(), list(retries), sees_personal(viewer)
        )


class RowReader:
    """Rows of a load as a viewer may see them."""

    def __init__(self, viewer: Viewer, load: Load):
        self.columns = shape_of(load).columns
        self.kinds = {kind.pk: kind for kind in load.refused_kinds.all()}
        plain = frozenset(self.columns) if sees_personal(viewer) else plain_columns(load.mapping)
        self.hidden = [column not in plain for column in self.columns]

    def shown(self, place: int | None, text: str) -> str:
        return masked(text) if text and place is not None and self.hidden[place] else text

    def values(self, kind: RefusedKind) -> list[tuple[str, str, int]]:
        """(what stands for it, what is shown, how many rows): a hidden value does not leave this machine."""
        found = common_values(kind)[:MOST_VALUES]
        return [(digest(value), self.shown(kind.place, value), rows) for value, rows in found]

    def line(self, row: RefusedRow) -> RowLine:
        kinds = [self.kinds[pk] for pk in row.kinds]
        places = {place for kind in kinds for place in self._places(kind)} | {int(place) for place in row.fixes}
        whole = [Problem.from_json(kind.problem) for kind in kinds if kind.place is None]
        if whole and not places:
            places = set(range(len(self.columns)))
        texts = row.text()
        cells = [self._cell(row, place, texts[place], place in places, kinds) for place in range(len(texts))]
        return RowLine(row, cells, whole)

    def _places(self, kind: RefusedKind) -> list[int]:
        """A reason about several columns names them all."""
        if kind.place is not None:
            return [kind.place]
        return [self.columns.index(name) for name in kind.column.split("; ") if name in self.columns]

    def _cell(self, row: RefusedRow, place: int, text: str, edit: bool, kinds: Sequence[RefusedKind]) -> Cell:
        problems = [Problem.from_json(kind.problem) for kind in kinds if kind.place == place]
        return Cell(
            place,
            self.columns[place],
            self.shown(place, text),
            self.shown(place, row.cells[place]),
            edit,
            str(place) in row.fixes,
            self.hidden[place],
            problems,
        )
