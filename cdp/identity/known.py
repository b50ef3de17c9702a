"""What is stored of a batch's identifiers, looked up in time proportional to the smaller side."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Max

from cdp.store.bulk import CHUNK_ROWS, among, found_in, read_by_two, rows_read
from cdp.store.customers import roots_read
from cdp.store.kinds import literal

from .linking import NOBODY, Known, Nodes
from .models import Identifier

STORED = pa.schema([("id", pa.int64()), ("origin", pa.int64()), ("primary", pa.int64())])
AT_PLACE = STORED.append(pa.field("place", pa.int64()))
OF_VALUE = STORED.append(pa.field("value", pa.string()))
UNITS = pa.schema([("id", pa.int64()), ("origin", pa.int64()), ("batch", pa.int64()), ("primary", pa.int64())])
# Fewer are found before a second connection is open.
WORTH_TWO = 5_000
IS_PRIMARY = 'CASE WHEN "primary" THEN 1 ELSE 0 END'


def known_read(nodes: Nodes) -> Known:
    """What is stored of each node."""
    ids, origin = np.full(nodes.count, NOBODY, np.int64), np.full(nodes.count, NOBODY, np.int64)
    primary = np.zeros(nodes.count, dtype=bool)
    highest = Identifier.objects.aggregate(highest=Max("pk"))["highest"] or 0
    asked = [partial(_stored, *one, highest) for one in zip(nodes.types, nodes.values, strict=True)]
    few = nodes.count < WORTH_TWO
    found = [ask() for ask in asked] if few else read_by_two(asked)
    for stored, start in zip(found, nodes.starts(), strict=False):
        places = start + stored["place"].to_numpy()
        ids[places] = stored["id"].to_numpy()
        origin[places] = stored["origin"].to_numpy()
        primary[places] = stored["primary"].to_numpy() == 1
    return Known(ids, origin, _roots(origin), primary)


def _roots(origin: np.ndarray) -> np.ndarray:
    """Each origin's root; NOBODY stays NOBODY."""
    known = np.unique(origin[origin >= 0])
    merged = roots_read(known)
    root, names = origin.copy(), merged["id"].to_numpy()
    if not len(names):
        return root
    order = np.argsort(names)
    place = np.searchsorted(names, origin, sorter=order)
    place[place == len(names)] = 0
    found = names[order[place]] == origin
    root[found] = merged["root"].to_numpy()[order[place[found]]]
    return root


def _stored(slug: str, values: pa.Array, highest: int) -> pa.Table:
    """Those of the values that are stored, and only those; `place` is where among the values. No identifier's id
    is higher than `highest`."""
    if not highest or not len(values):
        return AT_PLACE.empty_table()
    if len(values) * 5 < highest or len(values) <= CHUNK_ROWS:
        starts = range(0, len(values), CHUNK_ROWS)
        return pa.concat_tables([_stored_among(slug, values.slice(start, CHUNK_ROWS), start) for start in starts])
    sql = f'SELECT id, origin_id AS origin, {IS_PRIMARY} AS "primary", value FROM identity_identifier'
    stored = rows_read(f"{sql} WHERE type = {literal(slug)}", OF_VALUE)
    place = pc.index_in(stored["value"], value_set=values).cast(pa.int64())
    return stored.drop_columns("value").append_column("place", place).filter(place.is_valid())


def _stored_among(slug: str, values: pa.Array, first: int) -> pa.Table:
    found, param = found_in("identity_identifier", "value", values.to_pylist())
    columns = (
        f'stored.id AS id, stored.origin_id AS origin, {IS_PRIMARY} AS "primary", given.place + {first} AS place'
    )
    return rows_read(f"SELECT {columns} {found} WHERE stored.type = {literal(slug)}", AT_PLACE, [param])


def units_read(column: str, values: np.ndarray) -> pa.Table:
    """id, origin, batch and whether primary, of the identifiers whose `column` is one of `values`."""
    sql = f'SELECT id, origin_id AS origin, batch_id AS batch, {IS_PRIMARY} AS "primary" FROM identity_identifier'
    if len(values) > CHUNK_ROWS:
        stored = rows_read(sql, UNITS)
        name = {"id": "id", "origin_id": "origin"}[column]
        return stored.filter(pc.is_in(stored[name], value_set=pa.array(values)))
    where, param = among(column, _ints(values))
    return rows_read(f"{sql} WHERE {where}", UNITS, [param])


def _ints(values: np.ndarray) -> Sequence[int]:
    return [int(value) for value in values]
