"""A row as it stood in its file: by its number, or as the one an event was made of.

The file of a load is kept as it came, so nothing is kept a second time; what was mended later is laid over it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.engine import workspace
from cdp.errors import N_, user_error

from .days import day_of
from .models import Load
from .plan import make_plan
from .quarantine.checking import shape_of
from .quarantine.retrying import mended_rows_lay
from .quarantine.selectors import plain_columns
from .readers import files
from .readers.shape import Shape
from .staging import clean

# What an event is known again by.
_IDENTITY = ("name", "time", "key", "when")


@dataclass(frozen=True)
class RawRow:
    """`cells` are (column, text) in the order of the file; personal ones are masked for who may not see them."""

    load: Load
    row: int
    cells: tuple[tuple[str, str], ...]


def raw_row(viewer: Viewer, load: Load, row: int) -> RawRow:
    """Raises `UserError` when the file is not kept any more, or has no such row."""
    with _file(load) as (connection, shape):
        cells = ", ".join(f"c{place}" for place in range(len(shape.columns)))
        found = connection.execute(
            f"SELECT {cells} FROM raw WHERE rowid = ?", [row - shape.first_data_row]
        ).fetchall()
    if not found:
        raise user_error(N_("The file has no row %(row)s"), N_("Rows are counted as a spreadsheet does"), row=row)
    plain = frozenset(shape.columns) if sees_personal(viewer) else plain_columns(load.mapping)
    shown = (
        (column, text if column in plain or not text else masked(text))
        for column, text in zip(shape.columns, (text or "" for text in found[0]), strict=True)
    )
    return RawRow(load, row, tuple(shown))


def event_row(load: Load, event_id: bytes) -> int | None:
    """The number of the row an event was made of: only what tells events apart is cleaned, of the whole file."""
    with _file(load) as (connection, shape):
        plan = make_plan(load.mapping, shape, load.source.slug, day_of(load))
        known = tuple(target for target in plan.targets if target.role in _IDENTITY)
        late = load.retry_of is not None
        clean(connection, replace(plan, targets=known), lambda done, of: None, late=late)
        found = connection.execute("SELECT row FROM events WHERE event_id = ?", [event_id]).fetchall()
    return found[0][0] if found else None


@contextmanager
def _file(load: Load) -> Iterator[tuple[Any, Shape]]:
    """A workspace with the rows of the file in table `raw`."""
    shape = shape_of(load)
    with workspace() as connection:
        files.stage(connection, Path(load.upload.file.path), shape)
        if load.retry_of is not None:
            mended_rows_lay(connection, load, shape)
        yield connection, shape
