"""The mirror: what is known of each live customer, as typed columns in the lake.

One file for every 262,144 ids, sorted by customer. A commit reads only the customers that may have changed
and writes anew only the files that hold one of them, so the table is always complete and plain: whoever reads
it, with whichever engine, applies nothing to it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.engine import Connection, workspace

from .bulk import among, rows_read
from .changes import Changes, changes_read
from .delta import NO_VERSION, DataFile, columns_mark, file_write, table_become, table_files
from .kinds import CUSTOMER_ID, Column, literal, quoted
from .models import Attribute, Batch, BatchState
from .versions import Version, version_current
from .views import OVERRIDES, PROFILES, columns_of, files_sql, profile_schema

PEOPLE = pa.schema([("id", pa.int64()), ("said", pa.string())])
MOVED = pa.schema([("origin_id", pa.int32()), ("customer_id", pa.int32())])
NOBODY_MOVED = MOVED.empty_table()
# Two row groups a file; a fourth of a million customers is written in a quarter of a second.
RANGE_BITS = 18


@dataclass(frozen=True)
class Mirror:
    """A version of the table `profiles`, what went into it, and which attributes were kept out as personal."""

    version: int
    changes: Changes
    personal: list[str]


def mirror_write(closing: Batch | None = None, *, everyone: bool = False) -> Mirror:
    """Bring the mirror up to date: live customers, but those of batches that stay open after `closing`.

    With `everyone`, all of it is written anew. Call it under the lock "lake".
    """
    now = version_current()
    columns, changes = profile_schema(), changes_read(closing)
    personal = sorted(Attribute.objects.filter(personal=True).values_list("slug", flat=True))
    stored = table_files(PROFILES, now.profiles)
    rows = sum(file.rows for file in stored)
    anew = everyone or len(changes.customers) * 2 > rows or not _fits(stored, columns, now)
    with workspace() as workbench:
        if anew:
            target = _files_write(workbench, [], _people(closing), BitMap(), columns)
        else:
            people = _people(closing, changes.customers)
            target = _files_write(workbench, stored, people, changes.customers, columns)
    return Mirror(table_become(PROFILES, columns, target), changes, personal)


def _fits(stored: Sequence[DataFile], columns: dict[str, Column], now: Version) -> bool:
    """Whether what is stored can be kept: a file a range, no column too many, none that was kept out so far."""
    ranges = [_range(file) for file in stored]
    if None in ranges or len(set(ranges)) < len(ranges) or set(now.personal) & set(columns):
        return False
    written = {file.mark: file for file in stored}
    written.pop(columns_mark(columns), None)
    return all(columns_of(PROFILES, file) <= set(columns) for file in written.values())


def _range(file: DataFile) -> int | None:
    """Which range of ids a file holds; None for a file that holds several."""
    low, high = int(file.low["customer_id"]), int(file.high["customer_id"])
    return low >> RANGE_BITS if low >> RANGE_BITS == high >> RANGE_BITS else None


def _people(closing: Batch | None, changed: BitMap | None = None) -> pa.Table:
    """id, said: the profiles of those who are to be seen; with `changed` only of these and whom `closing` made."""
    open_ones = f"SELECT id FROM store_batch WHERE state = '{BatchState.OPEN.value}'"
    if closing is not None:
        open_ones += f" AND id <> {closing.pk}"
    sql = (
        "SELECT id, nullif(CAST(attributes AS text), '{}') AS said FROM store_customer"
        f" WHERE merged_into_id IS NULL AND batch_id NOT IN ({open_ones})"
    )
    if changed is None:
        return rows_read(sql, PEOPLE)
    where, value = among("id", changed.to_array())
    if closing is None:
        return rows_read(f"{sql} AND {where}", PEOPLE, [value])
    made = f"(id >= {closing.first_customer} AND batch_id = {closing.pk})"
    return rows_read(f"{sql} AND {made} UNION ALL {sql} AND {where} AND NOT {made}", PEOPLE, [value])


def _files_write(
    workbench: Connection, stored: Sequence[DataFile], people: pa.Table, changed: BitMap, columns: dict[str, Column]
) -> list[DataFile]:
    """The files of the table from now on: those nobody changed in as they are, the others written anew."""
    known = people["id"].to_numpy()
    changed = changed | BitMap(known.astype(np.uint32))
    workbench.register("people", people)
    workbench.register("changed", pa.table({"customer_id": pa.array(changed.to_array(), pa.int32())}))
    said = people["said"]
    columns = _used(workbench, stored, columns, is_said=said.null_count < len(said))
    touched = np.unique(np.asarray(changed.to_array()) >> RANGE_BITS).tolist()
    old = {_range(file): file for file in stored}
    target = [file for place, file in old.items() if place not in touched]
    mark = columns_mark(columns)
    coming = set((known >> RANGE_BITS).tolist())
    for place in touched:
        only_goes = place in old and place not in coming
        select = _kept_sql(old[place], columns) if only_goes else _range_sql(place, old.get(place), columns)
        target += filter(None, [file_write(workbench, PROFILES, select, mark)])
    return target


def _used(
    workbench: Connection, stored: Sequence[DataFile], columns: dict[str, Column], *, is_said: bool
) -> dict[str, Column]:
    """The columns worth writing: those some file has, and those the profiles of `people` may say something of.

    Of the attributes that come with the product most are never used, and a column of nothing takes as long to write
    as any other. A name that may be escaped in JSON is not looked for: it always counts as used.
    """
    there = {"customer_id"} | {slug for slug in columns if not slug.isascii()}
    for file in {file.mark: file for file in stored}.values():
        there |= columns_of(PROFILES, file)
    asked = [slug for slug in columns if slug not in there]
    if asked and is_said:
        found = ", ".join(f"bool_or(contains(said, {literal(json.dumps(slug))}))" for slug in asked)
        answers = workbench.execute(f"SELECT {found} FROM people").fetchall()[0]
        there |= {slug for slug, has in zip(asked, answers, strict=True) if has}
    return {slug: column for slug, column in columns.items() if slug in there}


def _kept_sql(old: DataFile, columns: dict[str, Column]) -> str:
    """Those of a file who did not change, as they lie in it."""
    return f"SELECT * FROM ({files_sql(PROFILES, [old], columns)}) ANTI JOIN changed USING (customer_id)"


def profile_columns_sql(people: str, columns: dict[str, Column]) -> str:
    """Profiles (id, said: JSON or null) as typed columns."""
    said = f"CASE WHEN said IS NOT NULL THEN json_transform(said, '{_transform(columns)}') END"
    chosen = "".join(f", said.{quoted(slug)} AS {quoted(slug)}" for slug in columns if slug != "customer_id")
    told = f"SELECT id, {said} AS said FROM {people}" if chosen else f"SELECT id FROM {people}"
    return f"SELECT id::INTEGER AS customer_id{chosen} FROM ({told})"


def _range_sql(place: int, old: DataFile | None, columns: dict[str, Column]) -> str:
    first, beyond = place << RANGE_BITS, (place + 1) << RANGE_BITS
    sql = profile_columns_sql(f"(SELECT * FROM people WHERE id >= {first} AND id < {beyond})", columns)
    if old is not None:
        sql = f"{_kept_sql(old, columns)} UNION ALL BY NAME {sql}"
    return f"SELECT * FROM ({sql}) ORDER BY customer_id"


def _transform(columns: dict[str, Column]) -> str:
    wanted = {slug: column.json for slug, column in columns.items() if slug != "customer_id"}
    return json.dumps(wanted, ensure_ascii=False).replace("'", "''")


def overrides_write() -> int:
    """Write the `overrides` table anew; `NO_VERSION` when no stored event needs one. Under the lock "lake"."""
    return overrides_put(overrides_read())


def overrides_read() -> pa.Table:
    """origin_id, customer_id of those whose events may have been stored under another customer."""
    sql = "SELECT id AS origin_id, coalesce(merged_into_id, id) AS customer_id FROM store_customer WHERE moved"
    return rows_read(sql, MOVED)


def overrides_put(moved: pa.Table) -> int:
    """As `overrides_write`, of what was read; asks nothing of the database."""
    columns = {"origin_id": CUSTOMER_ID, "customer_id": CUSTOMER_ID}
    if not moved.num_rows:
        return NO_VERSION
    with workspace() as workbench:
        workbench.register("moved", moved)
        file = file_write(workbench, OVERRIDES, "FROM moved ORDER BY origin_id", columns_mark(columns))
    return table_become(OVERRIDES, columns, [file] if file else [])
