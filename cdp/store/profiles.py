"""Golden profiles out of records.

Of everything said about an attribute of a customer, by any row merged into it, one value survives
(survivorship.py). All of it is done over sets; no customer is visited alone.
"""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils import timezone

from cdp.engine import workspace
from cdp.errors import N_, Problem, UserError

from .bulk import CHUNK_ROWS, among, rows_insert, rows_read, rows_update
from .changes import changes_note
from .customers import members_read, roots_of
from .kinds import COLUMNS, quoted
from .models import Attribute, Batch, Customer, Record, ValueKind, ValueLock
from .survivorship import survivors_sql

STORED = pa.schema([("id", pa.int64()), ("attributes", pa.string())])
RECORDS = pa.schema([("id", pa.int64()), ("batch_id", pa.int64()), ("origin", pa.int64()), ("said", pa.string())])


def records_add(*, batch: Batch, records: pa.Table) -> int:
    """Store what a batch says about customers (origin_id and a typed column an attribute; null says nothing).

    Then works out the golden profiles of those customers again. Returns the number of records.
    Raises `UserError` for an attribute that is not registered.
    """
    kinds = dict(Attribute.objects.values_list("slug", "kind"))
    slugs = [name for name in records.column_names if name != "origin_id"]
    unknown = [slug for slug in slugs if slug not in kinds]
    if unknown:
        message, hint = N_("“%(slug)s” is not a registered attribute."), N_("Register it first.")
        raise UserError(*(Problem((slug,), message, hint, {"slug": slug}) for slug in unknown))
    if not slugs or not records.num_rows:
        return 0
    said = _said(records, {slug: kinds[slug] for slug in slugs})
    rows_insert(Record, said, {"batch_id": batch.pk})
    fresh = np.isin(said["origin_id"].to_numpy(), _said_nothing_of(batch))
    rows_update(Customer, said.filter(pa.array(fresh)).rename_columns({"origin_id": "id"}))
    golden_refresh(said.filter(pa.array(~fresh))["origin_id"].to_numpy(), batch=batch)
    return said.num_rows


def _said_nothing_of(batch: Batch) -> np.ndarray:
    """The customers the batch made of whom nothing was known: what it says first is their whole profile.

    Most of a first load are such; they need neither a look at older records nor a new `updated_at`, whose
    index costs more than the profile itself.
    """
    sql = (
        f"SELECT id FROM store_customer WHERE batch_id = {batch.pk} AND merged_into_id IS NULL"
        " AND CAST(attributes AS text) = '{}'"
        " AND id NOT IN (SELECT merged_into_id FROM store_customer WHERE merged_into_id IS NOT NULL)"
    )
    return rows_read(sql, pa.schema([("id", pa.int64())]))["id"].to_numpy()


def _said(records: pa.Table, kinds: dict[str, str]) -> pa.Table:
    """origin_id, attributes (JSON): one row an origin; of several rows the last word counts."""
    fields = ", ".join(f"{quoted(slug)}: {_json_sql(slug, kind)}" for slug, kind in kinds.items())
    anything = " OR ".join(f"{quoted(slug)} IS NOT NULL" for slug in kinds)
    with workspace() as workbench:
        workbench.register("arrived", records)
        casts = ", ".join(f"{quoted(slug)}::{COLUMNS[kind].sql} AS {quoted(slug)}" for slug, kind in kinds.items())
        workbench.execute(
            f"CREATE TABLE said AS SELECT origin_id::BIGINT AS origin_id, {casts} FROM arrived"
        ).fetchall()
        total, origins = workbench.execute("SELECT count(*), count(DISTINCT origin_id) FROM said").fetchall()[0]
        if total != origins:
            last = ", ".join(
                f"last({quoted(s)} ORDER BY rowid) FILTER ({quoted(s)} IS NOT NULL) AS {quoted(s)}" for s in kinds
            )
            workbench.execute(
                f"CREATE OR REPLACE TABLE said AS SELECT origin_id, {last} FROM said GROUP BY origin_id"
                " ORDER BY max(rowid)"
            ).fetchall()
        return workbench.sql(
            f"SELECT origin_id, json_merge_patch('{{}}', to_json({{{fields}}}))::VARCHAR AS attributes FROM said"
            f" WHERE {anything} ORDER BY rowid"
        ).to_arrow_table()


def _json_sql(slug: str, kind: str) -> str:
    return f"strftime({quoted(slug)}, '%Y-%m-%dT%H:%M:%S')" if kind == ValueKind.DATE else quoted(slug)


def profile_value(attribute: Attribute, value: Any) -> Any:
    """A clean value of an attribute as it stands in a profile's JSON."""
    column = pa.array([value], COLUMNS[attribute.kind].arrow)
    table = pa.table({"origin_id": pa.array([0], pa.int64()), attribute.slug: column})
    return json.loads(_said(table, {attribute.slug: attribute.kind})["attributes"][0].as_py())[attribute.slug]


def golden_refresh(customer_ids: np.ndarray, *, batch: Batch | None) -> None:
    """Work out the golden profiles of the customers these rows belong to, from all their records.

    `batch` is the one that is being written or undone, if any. Those whose profile stays as it is are not noted:
    who comes into sight or goes out of it for another reason is noted by whoever sees to that.
    """
    roots = roots_of(np.unique(np.asarray(customer_ids, dtype=np.int64)))
    members = members_read(roots)
    if not members.num_rows:
        return
    golden = _golden(members, records_of(members["id"].to_numpy()))
    golden = golden.filter(_is_changed(golden))
    changes_note(batch=batch, customers=golden["id"].to_numpy())
    rows_update(Customer, golden, {"updated_at": connection.ops.adapt_datetimefield_value(timezone.now())})


def _golden(members: pa.Table, records: pa.Table) -> pa.Table:
    """id, attributes of the roots among `members`."""
    if not records.num_rows and not ValueLock.objects.filter(lifted_at=None).exists():
        roots = np.unique(members["root"].to_numpy())
        return pa.table({"id": roots, "attributes": pa.repeat("{}", len(roots))})
    with workspace() as workbench:
        workbench.register("members", members)
        workbench.register("records", records)
        survivors = survivors_sql(workbench)
        return workbench.sql(f"{survivors} {GOLDEN}").to_arrow_table()


def _is_changed(golden: pa.Table) -> pa.ChunkedArray:
    """Of each row, whether the stored profile of that customer says anything else; of very many, yes."""
    if len(golden) > CHUNK_ROWS:
        return pa.chunked_array([np.ones(len(golden), dtype=bool)])
    where, values = among("id", golden["id"].to_pylist())
    sql = f"SELECT id, CAST(attributes AS text) AS attributes FROM store_customer WHERE {where} ORDER BY id"
    stored = rows_read(sql, STORED, [values])
    return pc.not_equal(golden["attributes"], stored["attributes"])


def records_of(origins: np.ndarray) -> pa.Table:
    sql = "SELECT id, batch_id, origin_id AS origin, CAST(attributes AS text) AS said FROM store_record"
    replaced = Batch.objects.filter(replaced_by__isnull=False).values_list("pk", flat=True)
    # What a newer whole of the same source took the place of says nothing any more.
    sql += f" WHERE batch_id NOT IN ({', '.join(map(str, [0, *replaced]))})"
    if len(origins) > CHUNK_ROWS:
        return rows_read(sql, RECORDS)
    where, values = among("origin_id", [int(origin) for origin in origins])
    return rows_read(f"{sql} AND {where}", RECORDS, [values])


GOLDEN = """
    , golden AS (
        SELECT root, said FROM once
        UNION ALL SELECT root, json_group_object(key, value)::VARCHAR FROM survivors GROUP BY root
    )
    SELECT roots.root AS id, coalesce(golden.said, '{}') AS attributes
    FROM (SELECT DISTINCT root FROM members) AS roots LEFT JOIN golden USING (root) ORDER BY id
"""
