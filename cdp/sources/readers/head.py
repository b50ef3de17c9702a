"""The first cells of one column, for a look at what steps make of them."""

import csv
from itertools import islice
from pathlib import Path

import pyarrow as pa

from . import kept
from .shape import Shape


def column_head(path: Path, shape: Shape, index: int, most: int) -> pa.Array:
    """Text, empty cells as ""; at most `most` of the rows below the header."""
    if kept.place(path, shape.sheet).exists():
        with kept.cells_of(path, shape.sheet) as cells:
            return _texts(cells.column(index).slice(0, most).to_pylist())
    skipped = shape.first_data_row - 1
    with path.open(encoding=shape.encoding, newline="") as stream:
        rows = islice(csv.reader(stream, delimiter=shape.delimiter), skipped, skipped + most)
        return _texts([row[index] if index < len(row) else "" for row in rows])


def _texts(cells: list) -> pa.Array:
    whole = (str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell for cell in cells)
    return pa.array(["" if cell is None else str(cell) for cell in whole], pa.string())
