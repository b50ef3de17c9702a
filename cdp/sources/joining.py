"""Orders in one file and their lines in another, brought together by the order's number before anything is mapped.

One row a line, with what the order's head says; the result is a file like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from cdp.engine import workspace
from cdp.errors import N_, user_error

from .columns import folded
from .headers import KEY, MONEY_WORDS
from .models import Upload
from .readers import files
from .readers.shape import Shape
from .tidy import quoted

# What keeps spreadsheets from calculating with a number, and what they make of one that had gaps.
_BARE = r"regexp_replace(regexp_replace(trim({c}), '^(=\"|'')|\"$', '', 'g'), '^([0-9]+)\.0+$', '\1')"


@dataclass(frozen=True)
class Joined:
    """`path` of the file, by which columns it was joined, and what found no partner (both are kept). Of orders with
    the same number only the first is kept: the others are `heads_again`."""

    path: Path
    on: tuple[str, str]
    lines_alone: int
    heads_alone: int
    heads_again: int


def files_joined(heads: Upload, lines: Upload, folder: Path, on: str = "") -> Joined:
    """Write the file into `folder`. Raises `UserError` where no column of both is the order's number.

    Lines without an order keep its cells empty, orders without lines those of the line. What is money in the order
    is said in its first line only, so that sums stay right.
    """
    ours, theirs = (files.look(Path(upload.file.path), upload.sheet) for upload in (heads, lines))
    place = _order_columns(ours, theirs, on)
    path = folder / "joined.csv"
    with workspace() as connection:
        for name, upload, shape, column in zip(
            ("heads", "lines"), (heads, lines), (ours, theirs), place, strict=True
        ):
            files.stage(connection, Path(upload.file.path), shape)
            bare = _BARE.format(c=f"c{shape.columns.index(column)}")
            connection.execute(
                f"CREATE TABLE {name} AS SELECT *, nullif({bare}, '') AS number, rowid AS row FROM raw"
            ).fetchall()
        sql = _joined_sql(ours, theirs, place)
        connection.execute(f"COPY ({sql}) TO {quoted(str(path))} (HEADER, FORCE_QUOTE *)").fetchall()
        lines_alone, heads_alone = (
            connection.execute(f"SELECT count(*) FROM {one} ANTI JOIN {other} USING (number)").fetchall()[0][0]
            for one, other in (("lines", "heads"), ("heads", "lines"))
        )
        (again,) = connection.execute("SELECT count(number) - count(DISTINCT number) FROM heads").fetchall()[0]
    return Joined(path, place, lines_alone, heads_alone, again)


def spill() -> TemporaryDirectory[str]:
    """Where joined files are written before they are kept."""
    place = Path(settings.CDP_DATA) / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    return TemporaryDirectory(dir=place)


def _order_columns(heads: Shape, lines: Shape, on: str) -> tuple[str, str]:
    wanted = [on] if on else [*KEY.headers, "主订单号", "订单", "订单sn", "order"]
    for header in wanted:
        found = [next((c for c in shape.columns if folded(c) == folded(header)), "") for shape in (heads, lines)]
        if all(found):
            return found[0], found[1]
    raise user_error(
        N_("No column with the number of the order is in both files"),
        N_("The orders have %(heads)s; the lines have %(lines)s. Call that column the same in both"),
        heads=", ".join(heads.columns[:12]),
        lines=", ".join(lines.columns[:12]),
    )


def _joined_sql(heads: Shape, lines: Shape, place: tuple[str, str]) -> str:
    first = "lines.row IS NULL OR row_number() OVER (PARTITION BY lines.number ORDER BY lines.row) = 1"
    order = f"c{heads.columns.index(place[0])}"
    line_order = f"c{lines.columns.index(place[1])}"
    cells = [f"coalesce(heads.{order}, lines.{line_order}) AS {_name(place[0])}"]
    for index, column in enumerate(heads.columns):
        if column != place[0]:
            value = f"heads.c{index}"
            if any(word in column.lower() for word in MONEY_WORDS):
                value = f"CASE WHEN {first} THEN {value} END"
            cells.append(f"{value} AS {_name(column)}")
    cells += [
        f"lines.c{index} AS {_name(_unlike(column, heads.columns))}"
        for index, column in enumerate(lines.columns)
        if column != place[1]
    ]
    return (
        f"SELECT {', '.join(cells)} FROM lines FULL JOIN (SELECT * FROM heads QUALIFY number IS NULL OR"
        " row_number() OVER (PARTITION BY number ORDER BY row) = 1) AS heads USING (number)"
        " ORDER BY lines.row NULLS LAST, heads.row"
    )


def _unlike(column: str, taken: Sequence[str]) -> str:
    number, name = 2, column
    while name in taken:
        name, number = f"{column}_{number}", number + 1
    return name


def _name(column: Any) -> str:
    return '"' + str(column).replace('"', '""') + '"'
