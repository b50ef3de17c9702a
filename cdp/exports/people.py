"""Customers as rows of a file, stretch by stretch, so that a million need no more memory than some."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from django.db import connection

from cdp.access.masking import masked_sql
from cdp.bitmaps import bitmap_of_ids
from cdp.engine import Connection, workspace
from cdp.store.bulk import among, is_postgresql, rows_read
from cdp.store.kinds import literal, quoted
from cdp.store.lake import Lake, snapshot

from .layout import Layout

S = TypeVar("S")
T = TypeVar("T")
# So many customers are read together; where few of those between the first and the last of them are wanted,
# fewer, one by one along the index.
STRETCH, SOUGHT = 50_000, 20_000
SPARSE = 10
OWNED = pa.schema([("customer_id", pa.int64()), ("type", pa.string()), ("value", pa.string())])


@dataclass(frozen=True)
class Stretch:
    """Some of the wanted customers, ascending, to be read as a range or one by one."""

    ids: np.ndarray
    dense: bool

    def where(self, column: str) -> tuple[str, list[object]]:
        if self.dense:
            return f"{column} BETWEEN %s AND %s", [int(self.ids[0]), int(self.ids[-1])]
        sql, value = among(column, self.ids.tolist())
        return sql, [value]


def people_rows(ids: np.ndarray, layout: Layout) -> Iterator[pa.Table]:
    """The columns of `layout`, by ascending number of the customer. Who is no customer any more is left out.
    `ids`: ascending, of customers whoever asked may see."""
    with snapshot() as lake:
        for stretch, own, owned in ahead(lambda one: (one, _own(one, layout), _owned(one)), stretches(ids)):
            yield _rows(lake, stretch, layout, own, owned)


def ahead(read: Callable[[S], T], what: Iterable[S]) -> Iterator[T]:
    """`read` of one after the other, the next one while the one before is being used: the database takes as long as
    all the rest. Inside a transaction nothing is read ahead, since another connection would not see into it."""
    if connection.in_atomic_block:
        yield from map(read, what)
        return
    with ThreadPoolExecutor(1) as reader:
        try:
            coming: Future[T] | None = None
            for one in what:
                come, coming = coming, reader.submit(read, one)
                if come is not None:
                    yield come.result()
            if coming is not None:
                yield coming.result()
        finally:
            reader.submit(connection.close)


def stretches(ids: np.ndarray) -> Iterator[Stretch]:
    start = 0
    while start < len(ids):
        some = ids[start : start + STRETCH]
        dense = int(some[-1]) - int(some[0]) < SPARSE * len(some)
        some = some if dense else some[:SOUGHT]
        yield Stretch(some, dense)
        start += len(some)


def _rows(lake: Lake, stretch: Stretch, layout: Layout, own: pa.Table, owned: pa.Table) -> pa.Table:
    with workspace() as workbench:
        workbench.register("wanted", pa.table({"customer_id": stretch.ids.astype(np.int64)}))
        workbench.register("own", own)
        workbench.register("owned", owned)
        workbench.register("stored", _stored(lake, stretch, layout.stored))
        return _joined(workbench, layout)


def _joined(workbench: Connection, layout: Layout) -> pa.Table:
    types = "".join(
        f", any_value(value) FILTER (type = {literal(kind.slug)}) AS {quoted(kind.slug)}" for kind in layout.types
    )
    cells = ", ".join(f"{column.sql} AS {quoted(column.heading)}" for column in layout.columns)
    return workbench.sql(
        # Putting values in order takes longest, and few customers have two of one type.
        "WITH several AS (SELECT customer_id, type FROM owned GROUP BY ALL HAVING count(*) > 1),"
        f" shown AS (SELECT customer_id, type, value AS sort, {_shown(layout)} AS value FROM owned),"
        " single AS (SELECT customer_id, type, value FROM shown ANTI JOIN several USING (customer_id, type)"
        " UNION ALL SELECT customer_id, type, string_agg(value, ';' ORDER BY sort) FROM shown"
        " SEMI JOIN several USING (customer_id, type) GROUP BY ALL),"
        f" held AS (SELECT customer_id{types} FROM single GROUP BY customer_id) SELECT {cells} FROM wanted"
        " JOIN own USING (customer_id) LEFT JOIN held USING (customer_id) LEFT JOIN stored USING (customer_id)"
        " ORDER BY wanted.customer_id"
    ).to_arrow_table()


def _shown(layout: Layout) -> str:
    hidden = ", ".join(literal(slug) for slug in sorted(layout.hidden))
    return f"CASE WHEN type IN ({hidden}) THEN {masked_sql('value')} ELSE value END" if hidden else "value"


def _own(stretch: Stretch, layout: Layout) -> pa.Table:
    """What only the operational database has: personal attributes as texts, and the moment of the last change."""
    where, values = stretch.where("id")
    columns = [f"{_attribute(slug)} AS own_{place}" for place, slug in enumerate(layout.own)]
    kinds = [("customer_id", pa.int64()), *((f"own_{place}", pa.string()) for place in range(len(layout.own)))]
    if layout.changed:
        columns.append("CAST(updated_at AS TEXT) AS changed")
        kinds.append(("changed", pa.string()))
    told = "".join(f", {column}" for column in columns)
    sql = f"SELECT id AS customer_id{told} FROM store_customer WHERE merged_into_id IS NULL AND {where}"
    return rows_read(sql, pa.schema(kinds), values)


def _attribute(slug: str) -> str:
    """The slug is a word (`cdp.store.registry`), so nothing in it ends a text."""
    if is_postgresql():
        return f"attributes ->> '{slug}'"
    return f"""CAST(json_extract(attributes, '$."{slug}"') AS TEXT)"""


def _owned(stretch: Stretch) -> pa.Table:
    """Identifiers by whose they are now."""
    own, own_values = stretch.where("i.origin_id")
    merged, merged_values = stretch.where("c.merged_into_id")
    sql = (
        f"SELECT i.origin_id AS customer_id, i.type, i.value FROM identity_identifier i WHERE {own}"
        " UNION ALL SELECT c.merged_into_id, i.type, i.value FROM store_customer c"
        f" JOIN identity_identifier i ON i.origin_id = c.id WHERE {merged}"
    )
    return rows_read(sql, OWNED, [*own_values, *merged_values])


def _stored(lake: Lake, stretch: Stretch, slugs: Sequence[str]) -> pa.Table:
    """The attributes that the lake has, each as `stored_N`."""
    names = {f"stored_{place}": slug for place, slug in enumerate(slugs)}
    if not names:
        return pa.table({"customer_id": pa.array([], pa.int64())})
    profiles = lake.tables.profiles
    there = profiles.select("customer_id", **{name: profiles[slug] for name, slug in names.items()})
    if stretch.dense:
        return lake.frame(there.filter(there.customer_id.between(int(stretch.ids[0]), int(stretch.ids[-1]))))
    wanted = there.semi_join(lake.tables.members, "customer_id")
    return lake.frame(wanted, members=bitmap_of_ids(stretch.ids))
