"""The numbers a dry run and a load show, counted in the workspace."""

from dataclasses import asdict
from typing import Any

import numpy as np

from cdp.identity.models import Merge, Review
from cdp.store.customers import roots_of
from cdp.store.models import Batch

from .staging import Staged


def summary(connection: Any, staged: Staged) -> dict[str, Any]:
    """Everything that is known before anything is linked or stored."""
    accepted = _count(connection, "clean WHERE NOT refused")
    found: dict[str, Any] = {
        "rows": staged.rows,
        "accepted": accepted,
        "rejected": staged.rows - accepted,
        "identical": 0,
        "repeated": 0,
        "events": 0,
        "customers_new": 0,
        "customers_known": 0,
        "customers_merged": 0,
        "first_time": None,
        "last_time": None,
        "blocked": sum(staged.blocked.values()),
        "blocked_by_type": staged.blocked,
        "reviews": 0,
        "problems": _problems(connection, staged),
        "cleaning": _cleaning(staged),
    }
    if staged.plan.mapping.kind == "events":
        if not staged.plan.mapping.key:
            found["identical"] = _count(connection, "again WHERE ordinal > 1")
        first, last, events = connection.execute(
            "SELECT min(happened), max(happened), count(*) FROM events"
        ).fetchall()[0]
        found |= {"events": events, "first_time": _utc(first), "last_time": _utc(last)}
    return found


def _cleaning(staged: Staged) -> list[dict[str, Any]]:
    """What the steps of each column changed and refused, in rows; the kind of the column comes last."""
    return [
        {
            "column": found.target.column,
            "field": found.target.slug,
            "steps": [asdict(count) for count in found.counts],
        }
        for found in staged.stepped
    ]


def customers(connection: Any, batch: Batch) -> dict[str, int]:
    """New, known and merged customers of table `links` (row, origin_id, known)."""
    merged = Merge.objects.filter(batch=batch, undone_at=None).count()
    ids, known = _linked(connection)
    return {
        "customers_known": len(roots_of(ids[known])),
        "customers_new": len(roots_of(ids[~known])),
        "customers_merged": merged,
        "reviews": Review.objects.filter(batch=batch).count(),
    }


def _linked(connection: Any) -> tuple[np.ndarray, np.ndarray]:
    """Origins with whether they were known before, each pair once."""
    sql = "SELECT origin_id, known FROM links WHERE origin_id IS NOT NULL GROUP BY ALL"
    found = connection.execute(sql).fetchnumpy()
    return found["origin_id"].astype(np.int64), found["known"].astype(bool)


def _problems(connection: Any, staged: Staged) -> list[dict[str, Any]]:
    """Each kind of problem of each column with its count and an example, the most frequent first."""
    found = []
    for target in staged.refusing:
        sample = f"min(raw.{target.raw})"
        found += _kinds(connection, staged, target.reason, target.column, sample)
    for name, column in staged.row_columns.items():
        found += _kinds(connection, staged, name, column, "NULL")
    return sorted(found, key=lambda problem: -problem["count"])


def _kinds(connection: Any, staged: Staged, name: str, column: str, sample: str) -> list[dict[str, Any]]:
    first = staged.plan.shape.first_data_row
    rows = connection.execute(
        f"SELECT clean.{name}, count(*), {sample}, min(clean.row)"
        f" FROM clean JOIN raw ON raw.rowid = clean.row - {first} WHERE clean.{name} IS NOT NULL GROUP BY 1"
    ).fetchall()
    problems = ((staged.reasons[number - 1], count, text, row) for number, count, text, row in rows)
    return [
        problem.as_json() | {"column": column, "count": count, "sample": (text or "")[:80], "row": row}
        for problem, count, text, row in problems
    ]


def _utc(stamp: Any) -> str | None:
    return None if stamp is None else stamp.isoformat(timespec="seconds") + "Z"


def _count(connection: Any, rows: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0]
