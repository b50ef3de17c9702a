"""The first pass over a file: what patterns in SQL can settle, and each distinct text they cannot, once in Python.

Makes table `tidy` of `raw`: `row` (as a spreadsheet counts), for each target its value where a pattern gave one
(`f0`…) and the text where none did (`f0_text`…), `overflow`, and `content`, what tells the row from all others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from cdp.cleaning.columns import is_problem
from cdp.cleaning.identifiers import FLOAT
from cdp.cleaning.steps.chain import Counted, chain
from cdp.cleaning.text import normal
from cdp.errors import N_, Problem

from .plan import Plan, Target

_ARROW = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "DECIMAL(18, 2)": pa.decimal128(18, 2),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
    "VARCHAR[]": pa.list_(pa.string()),
    "STRUCT(lat DOUBLE, lon DOUBLE)": pa.struct([("lat", pa.float64()), ("lon", pa.float64())]),
}
_TRIED_ROWS = 20_000
UNKNOWN_EVENT = Problem(
    (),
    N_("The mapping does not say which event this value means"),
    N_("Add the value to the mapping, or correct it"),
)


@dataclass(frozen=True)
class Looked:
    """Table `name` (text, value, reason) says what the texts of a target mean, once they are looked up.

    `counts` says of each step of the target, and last of its kind, how many rows it changed and refused.
    """

    target: Target
    refuses: bool
    counts: tuple[Counted, ...] = ()

    @property
    def name(self) -> str:
        return f"look_{self.target.out}"


def without_needless_patterns(connection: Any, plan: Plan) -> Plan:
    """A column of few distinct texts is cleaned text by text; looking at every cell would take longer."""
    tried = [target for target in plan.targets if has_pattern(target)]
    if not tried:
        return plan
    counts = ", ".join(f"count(DISTINCT {target.raw})" for target in tried)
    rows, *distinct = connection.execute(
        f"SELECT count(*), {counts} FROM (SELECT * FROM raw LIMIT {_TRIED_ROWS})"
    ).fetchall()[0]
    few = {target.out for target, count in zip(tried, distinct, strict=True) if count * 8 < rows}
    targets = (
        replace(target, cleaner=replace(target.cleaner, fast="")) if target.out in few else target
        for target in plan.targets
    )
    return replace(plan, targets=tuple(targets))


def has_pattern(target: Target) -> bool:
    return bool(target.cleaner.fast) and target.values is None and not target.steps


def tidy_make(connection: Any, plan: Plan) -> None:
    """Table `tidy` of the rows that have anything in them."""
    found = [f"{_found(target)} AS {target.out}" for target in plan.targets if has_pattern(target)]
    texts = (f"{_unfound(target)} AS {target.out}_text" for target in plan.targets)
    own = f"raw.rowid + {plan.shape.first_data_row} AS row, overflow, {_content_sql(plan)} AS content"
    # Said this way the first cell that has something settles it.
    filled = " OR ".join(f"c{index} <> ''" for index in range(len(plan.shape.columns)))
    inner = ", ".join([own, *dict.fromkeys(target.raw for target in plan.targets), *found])
    outer = ", ".join(["row", "overflow", "content", *(t.out for t in plan.targets if has_pattern(t)), *texts])
    connection.execute(
        f"CREATE OR REPLACE TABLE tidy AS SELECT {outer} FROM (SELECT {inner} FROM raw"
        f" WHERE {filled} OR overflow IS NOT NULL)"
    ).fetchall()


def _found(target: Target) -> str:
    return f"CAST({target.cleaner.fast_over(f'raw.{target.raw}')} AS {target.cleaner.type})"


def _unfound(target: Target) -> str:
    if target.steps:
        return f"coalesce({target.raw}, '')"
    return f"CASE WHEN {target.out} IS NULL THEN {target.raw} END" if has_pattern(target) else target.raw


def _content_sql(plan: Plan) -> str:
    """Everything the row says, where no key of its own tells it from others."""
    if plan.mapping.kind != "events" or plan.one("key") is not None:
        return "NULL"
    cells = ", ".join(f"coalesce(c{index}, '')" for index in range(len(plan.shape.columns)))
    return f"md5(concat_ws(chr(31), {quoted(plan.source)}, {cells}))"


def look_up(connection: Any, plan: Plan, number: Callable[[Problem], int]) -> Iterator[Looked | None]:
    """For each target in turn, register what Python makes of the texts patterns left; None when they left none."""
    for target in plan.targets:
        column = f"{target.out}_text"
        if target.steps:
            yield _stepped(connection, plan, target, number)
            continue
        texts = connection.sql(f"SELECT DISTINCT {column} AS text FROM tidy WHERE {column} IS NOT NULL")
        found = texts.to_arrow_table()["text"]
        if not len(found):
            yield None
            continue
        meanings = _meanings(target, found, number)
        looked = Looked(target, refuses=meanings["reason"].null_count < meanings.num_rows)
        connection.register(looked.name, meanings)
        yield looked


def _meanings(target: Target, texts: pa.ChunkedArray, number: Callable[[Problem], int]) -> pa.Table:
    values: list[Any] = []
    reasons: list[int | None] = []
    for text in texts.to_pylist():
        value = _value(target, text)
        refused = is_problem(value)
        values.append(None if refused else value)
        reasons.append(number(value) if refused else None)
    kind = _ARROW[target.cleaner.type]
    return pa.table({"text": texts, "value": pa.array(values, kind), "reason": pa.array(reasons, pa.int16())})


def _stepped(connection: Any, plan: Plan, target: Target, number: Callable[[Problem], int]) -> Looked:
    """What the steps of a target make of its distinct texts, and its kind of what they left."""
    query = f"SELECT {target.out}_text AS text, count(*) AS rows FROM tidy GROUP BY 1"
    texts = connection.sql(query).to_arrow_table()
    rows = texts["rows"].to_numpy()
    chained = chain(target.steps, texts["text"].combine_chunks(), rows, plan.context(target))
    left = chained.values.dictionary_encode()
    meant = {text: _value(target, text) for text in left.dictionary.to_pylist()}
    values: list[Any] = [None if text is None else meant[text] for text in chained.values.to_pylist()]
    for place, problem in chained.problems.items():
        values[place] = problem
    reasons = [number(value) if is_problem(value) else None for value in values]
    kept = pa.array([None if is_problem(value) else value for value in values], _ARROW[target.cleaner.type])
    last = _kind_counted(target, chained.values.to_pylist(), values, chained.problems, rows)
    table = pa.table({"text": texts["text"], "value": kept, "reason": pa.array(reasons, pa.int16())})
    looked = Looked(target, any(reasons), (*chained.counts, last))
    connection.register(looked.name, table)
    return looked


def _kind_counted(
    target: Target, left: list[Any], values: list[Any], before: dict[int, Problem], rows: np.ndarray
) -> Counted:
    """What the kind of the target changed and refused of what its steps left."""
    refused = np.array([is_problem(value) and n not in before for n, value in enumerate(values)], dtype=bool)
    # Of a number or a date only its kind can be said to be another, not its text.
    is_text = target.cleaner.type == "VARCHAR"
    changed = np.array([is_text and text != value for text, value in zip(left, values, strict=True)], dtype=bool)
    return Counted(target.cleaner.name, int(rows[changed & ~refused].sum()), int(rows[refused].sum()))


def _value(target: Target, text: str) -> Any:
    if target.values is None:
        return target.cleaner.value(text, target.zone)
    bare = normal(text)
    for form in (bare, FLOAT.sub(r"\1", bare) if FLOAT.fullmatch(bare) else bare):
        if form in target.values:
            meant = target.values[form]
            return None if meant is None else target.cleaner.value(meant, target.zone)
    value = target.cleaner.value(text, target.zone)
    return UNKNOWN_EVENT if target.closed and value is not None else value


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
