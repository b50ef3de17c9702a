"""From records to people: the phases, one after another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from cdp.engine import workspace
from cdp.errors import N_, user_error

from .blocking import block
from .comparisons import comparisons_of
from .people import Groups, join_all, one_to_one
from .prepare import Prepared, Records, prepare
from .roles import Role
from .scoring import score
from .training import Model, train

MERGE_AT, REVIEW_FROM = 0.95, 0.3
# Weights of what is the person's own that say: this is somebody else.
SOMEBODY_ELSE = -6.0
# What is the person's own must say at least this much by itself.
OWN = 4.0
STEPS = 4
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Matched:
    """`merged` and `review` have l, r (places through all files, l < r), weight, probability and w_NAME columns.

    `merged` holds every pair of one person, also those who are joined by a third record. `groups` are the
    people of two records and more.
    """

    records: int
    compared: int
    merged: pa.Table
    review: pa.Table
    groups: list[list[int]]
    prepared: Prepared
    model: Model
    one_to_one: bool


def match(
    files: Sequence[Records],
    *,
    threshold: float = MERGE_AT,
    review_from: float = REVIEW_FROM,
    single: bool | None = None,
    fresh: pa.Array | None = None,
    progress: Progress | None = None,
) -> Matched:
    """`single`: every file has each person once at most; None finds out.

    With `fresh`, a boolean a record, only pairs with at least one such record are looked at. Raises `UserError`
    without two records or a column to compare.
    """
    tell = progress or (lambda done, total: None)
    if sum(one.table.num_rows for one in files) < 2:
        raise user_error(
            N_("There are fewer than two records, so there is nothing to compare."),
            N_("Check that the file has rows below its header"),
        )
    prepared = prepare(files)
    comparisons = comparisons_of(prepared)
    if not any(one.role != Role.OTHER for one in comparisons):
        raise user_error(
            N_("No column tells people apart, so there is nothing to compare."),
            N_("Name the columns, for example: name, birthday, phone, e-mail, address, city, postcode."),
        )
    with workspace() as connection:
        everyone = pa.repeat(True, prepared.table.num_rows) if fresh is None else fresh
        connection.register("incoming", prepared.table.append_column("fresh", everyone))
        connection.execute("CREATE TABLE records AS FROM incoming").fetchall()
        connection.unregister("incoming")
        tell(1, STEPS)
        compared = block(connection, prepared)
        tell(2, STEPS)
        model = train(connection, prepared, comparisons)
        tell(3, STEPS)
        score(connection, model, "pairs", "scored")
        found = _people(connection, prepared, model, threshold, review_from, single)
        tell(4, STEPS)
    return Matched(prepared.table.num_rows, compared, *found[:3], prepared, model, found[3])


def bits(probability: float) -> float:
    return float(np.log2(probability / (1 - probability)))


def _people(
    connection: Any, prepared: Prepared, model: Model, threshold: float, review_from: float, single: bool | None
) -> tuple[pa.Table, pa.Table, list[list[int]], bool]:
    sure = _read(
        connection, f"SELECT l, r, weight FROM scored WHERE weight >= {bits(threshold)} AND person >= {OWN}"
    )
    left, right, weight = (sure[name].to_numpy() for name in ("l", "r", "weight"))
    count = prepared.table.num_rows
    files = prepared.table["file"].to_numpy()
    several = len(np.unique(files)) > 1
    alone = single if single is not None else several and one_to_one(left, right, files)
    loose = Groups(count)
    join_all(loose, left, right, weight)
    _score_implied(connection, model, loose.larger())
    else_ = _read(connection, f"SELECT l, r FROM implied WHERE person < {SOMEBODY_ELSE}")
    groups = Groups(
        count, zip(else_["l"].to_pylist(), else_["r"].to_pylist(), strict=True), files if alone else None
    )
    join_all(groups, left, right, weight)
    people = groups.larger()
    _register_people(connection, people)
    merged = _read(connection, _pairs("implied", "one.person = other.person"))
    taken = " AND one.person IS NULL AND other.person IS NULL" if alone else ""
    review = _read(
        connection,
        _pairs("scored", f"one.person IS DISTINCT FROM other.person{taken} AND weight >= {bits(review_from)}"),
    )
    return merged, review, people, bool(alone)


def _pairs(table: str, where: str) -> str:
    return f"""
        SELECT {table}.* EXCLUDE (person), 1 / (1 + pow(2, -weight)) AS probability FROM {table}
        LEFT JOIN people one ON one.uid = l LEFT JOIN people other ON other.uid = r WHERE {where}
        ORDER BY weight DESC, l, r
    """


def _score_implied(connection: Any, model: Model, people: list[list[int]]) -> None:
    """Table `implied`: every pair within these groups, whether it was looked at before or not."""
    _register_people(connection, people)
    connection.execute("""
        CREATE OR REPLACE TABLE implied_pairs AS
        SELECT 0 AS match_key, one.uid AS join_key_l, other.uid AS join_key_r
        FROM people one JOIN people other ON one.person = other.person AND one.uid < other.uid
    """).fetchall()
    score(connection, model, "implied_pairs", "implied", least=None)


def _register_people(connection: Any, people: list[list[int]]) -> None:
    members = np.array([record for group in people for record in group], dtype=np.int64)
    person = np.repeat([group[0] for group in people] or [0], [len(group) for group in people] or [0]).astype(
        np.int64
    )
    connection.register("incoming", pa.table({"uid": members, "person": person}))
    connection.execute("CREATE OR REPLACE TABLE people AS FROM incoming").fetchall()
    connection.unregister("incoming")


def _read(connection: Any, sql: str) -> pa.Table:
    return connection.sql(sql).to_arrow_table()
