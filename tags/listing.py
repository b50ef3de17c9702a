"""The list of tags, and of segments, ready to draw: its tree, its rows and columns, and the same as a sheet."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from cdp.access.people import person_name

from .catalogue import XLSX, Catalogue, Heading
from .health import Like
from .teamwork.looks import Look
from .upstream import Trouble

# Key → what the column is called. The name always stands first.
COMMON_COLUMNS: dict[str, str | Promise] = {
    "kind": gettext_lazy("Kind"),
    "size": gettext_lazy("Customers"),
    "share": gettext_lazy("Share"),
    "entered": gettext_lazy("Entered"),
    "left": gettext_lazy("Left"),
    "state": gettext_lazy("State"),
    "owner": gettext_lazy("Owner"),
    "department": gettext_lazy("Department"),
    "uses": gettext_lazy("Used by"),
    "schedule": gettext_lazy("Refreshed"),
    "slug": gettext_lazy("Short name"),
}
NUMBERS = frozenset(("size", "entered", "left", "uses"))
SORTED_BY = {"size": "size", "state": "fresh"}
FORMULA = ("=", "@", "-", "+", "\t", "\r")


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    heading: Heading | None

    @property
    def is_number(self) -> bool:
        return self.key in NUMBERS


@dataclass(frozen=True)
class Row:
    """One tag or segment. `uses`: how much is built on it or uses it otherwise."""

    named: Any
    url: str
    state: str
    state_label: str
    as_of: datetime | None
    count: int | None
    share: float | None
    entered: int | None = None
    left: int | None = None
    uses: int = 0
    is_favourite: bool = False
    upstream: tuple[Trouble, ...] = ()
    drift: str = ""
    likes: tuple[Like, ...] = ()

    @property
    def bar(self) -> int:
        return round(100 * (self.share or 0))

    def plain(self, key: str) -> Any:
        """A cell as a sheet has it."""
        category = getattr(self.named, "category", None)
        cells: dict[str, Callable[[], Any]] = {
            "category": lambda: category.name if category else "",
            "kind": self.named.get_kind_display,
            "size": lambda: self.count,
            "share": lambda: self.share,
            "entered": lambda: self.entered,
            "left": lambda: self.left,
            "state": lambda: self.state_label,
            "owner": lambda: person_name(self.named.owner),
            "department": lambda: self.named.department,
            "uses": lambda: self.uses,
            "schedule": self.named.get_schedule_display,
            "slug": lambda: self.named.slug,
            "sensitivity": lambda: self.named.get_sensitivity_display(),
        }
        return cells[key]()


@dataclass(frozen=True)
class Branch:
    """A place in the tree at the side: what it narrows the list to, and how many there are."""

    label: str
    query: str
    count: int
    is_here: bool
    branches: tuple["Branch", ...] = ()


@dataclass
class ListPage:
    """`app`: the name of its addresses. `choices`: the columns there are, each with whether it is shown."""

    app: str
    kind: str
    rows: list[Row]
    page: Page
    catalogue: Catalogue
    look: Look
    columns: list[Column]
    choices: list[tuple[str, str, bool]]
    tree: list[Branch]
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]
    total: int
    troubles: list[tuple[str, str]]
    may_edit: bool
    categories: list[Any] = field(default_factory=list)
    people: list[User] = field(default_factory=list)

    @property
    def urls(self) -> dict[str, str]:
        return {name: reverse(f"{self.app}:{name}") for name in ("list", "catalogue", "shown", "bulk", "look")}


def columns_of(look: Look, known: Mapping[str, str | Promise], catalogue: Catalogue) -> list[Column]:
    headings = catalogue.headings
    return [Column(key, str(known[key]), headings.get(SORTED_BY.get(key, ""))) for key in look.columns]


def choices_of(look: Look, known: Mapping[str, str | Promise]) -> list[tuple[str, str, bool]]:
    return [(key, str(label), key in look.columns) for key, label in known.items()]


def tree_of(
    catalogue: Catalogue,
    by: str,
    branches: Iterable[tuple[str, str]],
    counts: Mapping[tuple[str, str], int],
    kinds: Mapping[str, str],
) -> list[Branch]:
    """Everything, one's own, favourites, and each branch with its kinds. `by` is the filter a branch stands for;
    `counts`: (branch, kind) → how many."""
    asked, sort = catalogue.asked, catalogue.asked["sort"]

    def branch(label: str, narrowed: dict[str, str], count: int, below: Sequence[Branch] = ()) -> Branch:
        tree = (by, "kind", "mine", "favourites", "health")
        is_here = all(asked[key] == narrowed.get(key, "") for key in tree)
        query = urlencode({key: value for key, value in {**narrowed, "sort": sort}.items() if value})
        return Branch(label, query, count, is_here, tuple(below))

    found = [branch(_("All"), {}, sum(counts.values()))]
    for value, label in branches:
        of_kind = {kind: count for (one, kind), count in counts.items() if one == value and count}
        opened = asked[by] == value and len(of_kind) > 1
        below = [branch(kinds[kind], {by: value, "kind": kind}, of_kind[kind]) for kind in kinds if kind in of_kind]
        found.append(branch(label, {by: value}, sum(of_kind.values()), below if opened else ()))
    return found


def sheet_as_shown(rows: Iterable[Row], columns: Sequence[Column], first: str, name: str) -> HttpResponse:
    """What the list shows, row by row in its order, with its columns."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(first)
    sheet.freeze_panes = "A2"
    sheet.append([first, *(column.label for column in columns), _("as of")])
    for row in rows:
        as_of = timezone.localtime(row.as_of).replace(tzinfo=None) if row.as_of else None
        sheet.append([_safe(row.named.name), *(_safe(row.plain(column.key)) for column in columns), as_of])
    target = io.BytesIO()
    book.save(target)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(target.getvalue(), content_type=XLSX, headers=disposition)


def _safe(cell: Any) -> Any:
    """A text that begins like a formula stays a text, and signs that no workbook may have are left out."""
    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{text}" if text.startswith(FORMULA) else text
