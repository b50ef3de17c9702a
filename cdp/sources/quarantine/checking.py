"""A few rows checked as a load would check them, by the same cleaning."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from cdp.engine import workspace
from cdp.errors import N_, Problem, user_error

from ..days import day_of
from ..models import Load
from ..plan import make_plan
from ..readers import files
from ..readers.shape import Shape
from ..rejects import refusals
from ..staging import NO_CUSTOMER, clean

Found = list[tuple[str, Problem]]


def shape_of(load: Load) -> Shape:
    """Raises `UserError` when the file is not there any more."""
    path = Path(load.upload.file.path)
    if not path.exists():
        raise user_error(
            N_("The file of this load is not kept any more, so its rows cannot be loaded again from here"),
            N_("Download the rows, correct them and load them as a file"),
        )
    return files.look(path, load.upload.sheet)


def rows_check(load: Load, shape: Shape, rows: Sequence[Sequence[str]]) -> list[Found]:
    """Everything wrong with each of the rows, given as texts; nothing where it can be loaded."""
    plan = make_plan(load.mapping, shape, load.source.slug, day_of(load))
    cells = {
        f"c{place}": pa.array([row[place] for row in rows], pa.string()) for place in range(len(shape.columns))
    }
    with workspace() as connection:
        connection.register("given", pa.table(cells | {"overflow": pa.nulls(len(rows), pa.string())}))
        connection.execute("CREATE TABLE raw AS FROM given").fetchall()
        staged = clean(connection, plan, lambda done, of: None)
        found = {one.row - shape.first_data_row: list(one.problems) for one in refusals(connection, staged)}
    return [found.get(place, []) if any(row) else [("", NO_CUSTOMER)] for place, row in enumerate(rows)]
