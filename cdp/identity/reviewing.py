"""Opening reviews of pairs, set-based: none that is open already, and none a person has settled."""

from typing import Any

import numpy as np
import pyarrow as pa

from cdp.engine import workspace
from cdp.store.bulk import rows_insert, rows_read
from cdp.store.customers import roots_read
from cdp.store.models import Batch

from .ledger import now_text
from .models import Review, ReviewKind, ReviewState, Verdict
from .rules import verdicts_read

PAIRS = pa.schema(
    [
        ("one", pa.int64()),
        ("other", pa.int64()),
        ("kind", pa.string()),
        ("score", pa.float64()),
        ("evidence", pa.string()),
    ]
)
ASKED = pa.schema([("one", pa.int64()), ("other", pa.int64()), ("state", pa.string()), ("evidence", pa.string())])
SHOWN = """from_json(json_extract(evidence, '$.identifiers'), '[{"type": "VARCHAR", "value": "VARCHAR"}]')"""


def reviews_open(
    *, pairs: pa.Table, batch: Batch | None = None, state: str = ReviewState.OPEN, verdict: int = 0
) -> int:
    """Ask a person about pairs of customers: one, other (any row of each), kind, score (null without one) and
    evidence (JSON text, see `Review`). Returns how many are new.

    A pair is left out when both are one customer by now, when it is being asked about, or when it is kept apart; of
    those kept apart, one that is linked by an identifier nobody knew of then (kind "apart") is asked about again.
    """
    pairs = pairs.select(PAIRS.names).cast(PAIRS)
    if not pairs.num_rows:
        return 0
    fresh = _fresh(pairs)
    constants: dict[str, Any] = {"state": state, "note": "", "opened_at": now_text()}
    if batch is not None:
        constants["batch_id"] = batch.pk
    if verdict:
        constants["verdict_id"] = verdict
    rows_insert(Review, fresh, constants)
    return int(fresh.num_rows)


def _fresh(pairs: pa.Table) -> pa.Table:
    apart = verdicts_read(Verdict.Says.APART).select(["one_root", "other_root"])
    with workspace() as workbench:
        workbench.register("pairs", pairs)
        workbench.register("roots", _roots(pairs))
        workbench.register("apart", apart)
        workbench.register("asked", _asked())
        return workbench.sql(
            f"""
            WITH waiting AS (SELECT one, other FROM asked WHERE state IN ('open', 'asked')),
            kept AS (
                SELECT least(one_root, other_root) AS one, greatest(one_root, other_root) AS other FROM apart
            ),
            given AS (
                SELECT least(a.root, b.root) AS one_id, greatest(a.root, b.root) AS other_id,
                    p.kind, p.score, p.evidence
                FROM pairs p JOIN roots a ON a.id = p.one JOIN roots b ON b.id = p.other WHERE a.root <> b.root
                QUALIFY row_number() OVER (PARTITION BY one_id, other_id ORDER BY p.score DESC NULLS LAST) = 1
            ),
            told AS (SELECT one, other, unnest({SHOWN}) AS what FROM asked),
            shows AS (
                SELECT one_id, other_id, unnest({SHOWN}) AS what FROM given WHERE kind = '{ReviewKind.APART.value}'
            ),
            news AS (
                SELECT DISTINCT one_id, other_id FROM shows
                ANTI JOIN told ON (told.one, told.other, told.what) = (one_id, other_id, shows.what)
            )
            SELECT given.* FROM given
            ANTI JOIN waiting ON (waiting.one, waiting.other) = (one_id, other_id)
            WHERE (one_id, other_id) NOT IN (SELECT (one, other) FROM kept WHERE one IS NOT NULL)
                OR (one_id, other_id) IN (SELECT (news.one_id, news.other_id) FROM news)
            ORDER BY one_id, other_id
            """
        ).to_arrow_table()


def _roots(pairs: pa.Table) -> pa.Table:
    ids = np.unique(np.concatenate([pairs["one"].to_numpy(), pairs["other"].to_numpy()]))
    merged = roots_read(ids)
    order = np.argsort(merged["id"].to_numpy())
    known, roots = merged["id"].to_numpy()[order], merged["root"].to_numpy()[order]
    at = np.searchsorted(known, ids)
    at[at == len(known)] = 0
    found = known[at] == ids if len(known) else np.zeros(len(ids), dtype=bool)
    return pa.table({"id": ids, "root": np.where(found, roots[at] if len(known) else ids, ids)})


def _asked() -> pa.Table:
    """Every review, by the two customers its rows belong to now."""
    one, other = (f"coalesce({end}.merged_into_id, {end}.id)" for end in ("x", "y"))
    return rows_read(
        f"SELECT CASE WHEN {one} < {other} THEN {one} ELSE {other} END AS one,"
        f" CASE WHEN {one} < {other} THEN {other} ELSE {one} END AS other,"
        " r.state AS state, CAST(r.evidence AS text) AS evidence FROM identity_review r"
        " JOIN store_customer x ON x.id = r.one_id JOIN store_customer y ON y.id = r.other_id",
        ASKED,
    )
