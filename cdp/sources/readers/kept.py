"""The cells of a sheet, kept beside its workbook: unpacking a workbook is by far the slowest step of reading it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from .shape import Shape

_SHAPE = b"shape"


def place(path: Path, sheet: str) -> Path:
    return path.with_name(f"{path.name}.{hashlib.sha256(sheet.encode()).hexdigest()[:12]}.cells")


def keep(path: Path, shape: Shape, cells: pa.Table) -> None:
    """Whole or not at all: a reader never meets a half-written file."""
    target = place(path, shape.sheet)
    part = target.with_suffix(".part")
    schema = cells.schema.with_metadata({_SHAPE: json.dumps(asdict(shape)).encode()})
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as writer:
        writer.write_table(cells.replace_schema_metadata(schema.metadata))
    part.replace(target)


def shape_of(path: Path, sheet: str) -> Shape | None:
    target = place(path, sheet)
    if not target.exists():
        return None
    with pa.memory_map(str(target)) as source:
        data = json.loads(pa.ipc.open_file(source).schema.metadata[_SHAPE])
    lists = {name: tuple(data[name]) for name in ("columns", "sheets")}
    return Shape(**data | lists | {"preview": tuple(tuple(row) for row in data["preview"])})


@contextmanager
def cells_of(path: Path, sheet: str) -> Iterator[pa.Table]:
    with pa.memory_map(str(place(path, sheet))) as source:
        yield pa.ipc.open_file(source).read_all()


def forget(path: Path) -> None:
    """Remove what was kept of a workbook."""
    for found in path.parent.glob(f"{path.name}.*.cells"):
        found.unlink()
