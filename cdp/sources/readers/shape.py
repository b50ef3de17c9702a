"""What a table in a file looks like: where its header is and how its columns are called."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cdp.cleaning.text import unquoted
from cdp.errors import N_, user_error

MAX_COLUMNS = 1_000
_NUMBER_OR_DATE = re.compile(r"[-+¥￥]?[\d.,:/\s年月日-]+%?|[\d.]+[eE][+-]\d+")
_LOOK = 40


@dataclass(frozen=True)
class Shape:
    """`header_row` counts from 0 in the sheet; None when the first row is data already."""

    format: str
    columns: tuple[str, ...]
    header_row: int | None
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    preview: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @property
    def first_data_row(self) -> int:
        """As a spreadsheet counts, from 1."""
        return 1 if self.header_row is None else self.header_row + 2


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that is as wide as the table and made of names, not of values; None without one.

    Title rows above are narrow (a merged cell); what is below a header is usually of the same width.
    """
    head = [[cell.strip() for cell in row] for row in rows[:_LOOK]]
    widths = Counter(_width(row) for row in head[1:] if any(row)) or Counter(_width(row) for row in head)
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    # Columns with nothing in them, around a table or within, do not make it wider.
    usual = len({place for row in head[1:] or head for place, cell in enumerate(row[:usual]) if cell})
    for index, row in enumerate(head):
        filled = [cell for cell in row if cell]
        if len(filled) * 10 >= usual * 6 and filled:
            return index if _are_names(filled) else None
    return None


def _width(row: Sequence[str]) -> int:
    return max((index + 1 for index, cell in enumerate(row) if cell), default=0)


def _are_names(cells: Sequence[str]) -> bool:
    values = sum(bool(_NUMBER_OR_DATE.fullmatch(cell)) or len(cell) > 80 or "@" in cell for cell in cells)
    return values * 2 <= len(cells) - (len(cells) > 1)


def column_names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """Trimmed and unique; an empty header is named by its place. Raises `UserError` over the limit."""
    width = max(width, _width([cell.strip() for cell in header]))
    if width > MAX_COLUMNS:
        raise user_error(
            N_("The table has %(count)s columns; at most %(most)s can be read"),
            N_("Keep the columns that are needed, and check that rows were not turned into columns"),
            count=width,
            most=MAX_COLUMNS,
        )
    names: list[str] = []
    for index in range(width):
        text = header_text(header[index]) if index < len(header) else ""
        names.append(_unique(text or f"column_{index + 1}", names))
    return tuple(names)


def header_text(text: str) -> str:
    printable = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    return unquoted(" ".join(printable.split()))


def _unique(name: str, taken: Sequence[str]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique
