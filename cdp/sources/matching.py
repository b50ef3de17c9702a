"""Files of people → who is probably the same: reading the files, and writing down what was found."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from cdp.engine import workspace
from cdp.errors import N_, user_error
from cdp.identity.matching.matcher import Matched
from cdp.identity.matching.prepare import Records
from cdp.identity.matching.roles import Column, Role

from .people_headers import people_columns
from .readers import files

_SAMPLE = 200


@dataclass(frozen=True)
class PeopleFile:
    """Records, and what each is called: the value of its id column, else its row as a spreadsheet counts."""

    name: str
    records: Records
    ids: list[str]


def people_read(path: Path, *, key: str | None = None, sheet: str = "", ignore: Iterable[str] = ()) -> PeopleFile:
    """Raises `UserError` when the file is no table, or has no column called `key`."""
    spill = Path(settings.CDP_DATA) / "tmp"
    spill.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # What is kept of a workbook while it is read must not be left beside the user's file.
        place = Path(stack.enter_context(TemporaryDirectory(dir=spill))) / path.name
        _must_be_readable(path)
        place.symlink_to(path.resolve())
        shape = files.look(place, sheet)
        connection = stack.enter_context(workspace())
        files.stage(connection, place, shape)
        names = ", ".join(f"c{index}" for index in range(len(shape.columns)))
        table = connection.sql(f"SELECT {names} FROM raw").to_arrow_table()
    table = table.rename_columns(list(shape.columns))
    found = people_columns(table.column_names, _rows(table))
    left_out = _named(table, ignore, path) if ignore else set()
    found = [Column(one.name, Role.NONE if one.name in left_out else one.role) for one in found]
    key = _key(table, found, key, path)
    ids = table[key].to_pylist() if key else None
    first = shape.first_data_row
    called = [str(first + place) if not ids or not ids[place] else ids[place] for place in range(table.num_rows)]
    return PeopleFile(path.name, Records(table, tuple(found), key), called)


def _must_be_readable(path: Path) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise user_error(
            N_("%(file)s cannot be read: %(why)s"),
            N_("Check the name of the file, and whether you may read it"),
            file=str(path),
            why=error.strerror or "",
        ) from None


def _rows(table: pa.Table) -> list[tuple[str, ...]]:
    head = table.slice(0, _SAMPLE)
    return list(zip(*([value or "" for value in column.to_pylist()] for column in head.columns), strict=True))


def _named(table: pa.Table, names: Iterable[str], path: Path) -> set[str]:
    wanted = set(names)
    for name in sorted(wanted - set(table.column_names)):
        raise user_error(
            N_("%(file)s has no column “%(column)s”"),
            N_("Its columns are: %(columns)s"),
            file=path.name,
            column=name,
            columns=", ".join(table.column_names),
        )
    return wanted


def _key(table: pa.Table, columns: Sequence[Column], key: str | None, path: Path) -> str | None:
    """The column asked for, else the first that only numbers the rows and has no value twice."""
    if key:
        _named(table, (key,), path)
        return key
    for column in columns:
        values = table[column.name]
        if column.role == Role.RECORD and pc.count_distinct(values, mode="only_valid").as_py() == table.num_rows:
            return column.name
    return None


def pairs_write(path: Path, sources: Sequence[PeopleFile], matched: Matched, pairs: pa.Table) -> None:
    """One row a pair: ids (and files, where there are several), probability, weight in bits, and each column's."""
    names, ids = _called(sources)
    columns = [name for name in pairs.column_names if name.startswith("w_")]
    several = len(sources) > 1
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        head = ["file_l", "id_l", "file_r", "id_r"] if several else ["id_l", "id_r"]
        out.writerow([*head, "probability", "weight", *(f"weight_{name[2:]}" for name in columns)])
        values = [pairs[name].to_pylist() for name in ("l", "r", "probability", "weight", *columns)]
        for left, right, probability, *weights in zip(*values, strict=True):
            who = [names[left], ids[left], names[right], ids[right]] if several else [ids[left], ids[right]]
            out.writerow([*who, f"{probability:.6f}", *(f"{weight:.3f}" for weight in weights)])


def people_write(path: Path, sources: Sequence[PeopleFile], matched: Matched) -> None:
    """One row a record: which person it is, numbered from 1."""
    names, ids = _called(sources)
    first = {record: group[0] for group in matched.groups for record in group}
    numbers: dict[int, int] = {}
    several = len(sources) > 1
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["file", "id", "cluster"] if several else ["id", "cluster"])
        for record, called in enumerate(ids):
            number = numbers.setdefault(first.get(record, record), len(numbers) + 1)
            out.writerow([names[record], called, number] if several else [called, number])


def _called(sources: Sequence[PeopleFile]) -> tuple[list[str], list[str]]:
    return (
        [source.name for source in sources for _id in source.ids],
        [called for source in sources for called in source.ids],
    )
