"""Clean a whole file at once: tidy values in SQL, each distinct untidy text once in Python.

Makes table `clean` of `raw`: `row` (as a spreadsheet counts), one column a target, a reason number where a
value is refused, `refused`, and for events `event`, `happened` (UTC) and `event_id` (16 bytes).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pyarrow as pa

from cdp.cleaning.columns import is_problem
from cdp.cleaning.identifiers import FLOAT
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
_MOST_DAYS = 50 * 366
NO_CUSTOMER = Problem(
    (), N_("Nothing in this row says who the customer is"), N_("Fill in at least one identifier of the customer")
)
NO_EVENT = Problem((), N_("The cell that names the event is empty"), N_("Fill in what happened"))
NO_TIME = Problem((), N_("The time is empty"), N_("Fill in when it happened"))
NO_KEY = Problem((), N_("The key is empty"), N_("Fill in the number that tells this row from all others"))
TOO_LONG = Problem(
    (),
    N_("The row has more cells than the header"),
    N_("Put text that contains the delimiter between quotation marks"),
)
UNKNOWN_EVENT = Problem(
    (),
    N_("The mapping does not say which event this value means"),
    N_("Add the value to the mapping, or correct it"),
)


ROW_REASONS = ("row_reason", "customer_reason", "event_reason", "time_reason", "key_reason")


@dataclass
class Staged:
    """`reasons[n - 1]` is what reason number n stands for; `row_columns` says where row reasons belong."""

    plan: Plan
    rows: int = 0
    reasons: list[Problem] = field(default_factory=list)
    row_columns: dict[str, str] = field(default_factory=dict)

    def number(self, problem: Problem) -> int:
        if problem not in self.reasons:
            self.reasons.append(problem)
        return self.reasons.index(problem) + 1


def clean(connection: Any, plan: Plan, progress: Callable[[int, int], None]) -> Staged:
    """`progress(done, of)` is told after every column."""
    staged = Staged(plan)
    staged.rows = connection.execute(f"SELECT count(*) FROM raw WHERE {_filled(plan)}").fetchall()[0][0]
    plan = staged.plan = _without_needless_patterns(connection, plan)
    lookups: list[Target] = []
    for done, target in enumerate(plan.targets):
        if _look_up(connection, target, staged):
            lookups.append(target)
        progress(done + 1, len(plan.targets) + 2)
    connection.execute(_clean_sql(plan, staged, lookups)).fetchall()
    for target in lookups:
        connection.unregister(f"look_{target.out}")
    if plan.mapping.kind == "events":
        _identify_events(connection, plan)
    progress(1, 1)
    return staged


def _without_needless_patterns(connection: Any, plan: Plan) -> Plan:
    """A column of few distinct texts is cleaned text by text; looking at every cell would take longer."""
    tried = [target for target in plan.targets if target.cleaner.fast]
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


def _filled(plan: Plan) -> str:
    cells = ", ".join(f"nullif(c{index}, '')" for index in range(len(plan.shape.columns)))
    return f"coalesce({cells}, overflow) IS NOT NULL"


def _fast(target: Target) -> str:
    fast = "" if target.values is not None else target.cleaner.fast_over(f"raw.{target.raw}")
    return fast or "NULL"


def _look_up(connection: Any, target: Target, staged: Staged) -> bool:
    """Register what Python makes of the texts SQL left; False when it left none."""
    untidy = f"{target.raw} IS NOT NULL AND ({_fast(target)}) IS NULL"
    texts = connection.sql(f"SELECT DISTINCT {target.raw} AS text FROM raw WHERE {untidy}").to_arrow_table()["text"]
    if not len(texts):
        return False
    values: list[Any] = []
    reasons: list[int | None] = []
    for text in texts.to_pylist():
        value = _value(target, text)
        refused = is_problem(value)
        values.append(None if refused else value)
        reasons.append(staged.number(value) if refused else None)
    table = pa.table(
        {
            "text": texts,
            "value": pa.array(values, _ARROW[target.cleaner.type]),
            "reason": pa.array(reasons, pa.int16()),
        }
    )
    connection.register(f"look_{target.out}", table)
    return True


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


def _clean_sql(plan: Plan, staged: Staged, lookups: list[Target]) -> str:
    columns, joins = [f"raw.rowid + {plan.shape.first_data_row} AS row"], ""
    for target in plan.targets:
        kind, looked = target.cleaner.type, target in lookups
        found = f", look_{target.out}.value" if looked else ""
        columns.append(f"CAST(coalesce({_fast(target)}{found}) AS {kind}) AS {target.out}")
        columns.append(f"{f'look_{target.out}.reason' if looked else 'NULL::SMALLINT'} AS {target.reason}")
        if looked:
            joins += f" LEFT JOIN look_{target.out} ON raw.{target.raw} = look_{target.out}.text"
    checks = _row_checks(plan, staged)
    columns += ["overflow", f"{_content_sql(plan)} AS content"]
    inner = f"SELECT {', '.join(columns)} FROM raw{joins} WHERE {_filled(plan)}"
    reasons = ", ".join([*(target.reason for target in plan.targets), *checks])
    named = ", ".join(f"{check} AS {name}" for name, check in checks.items())
    return (
        f"CREATE OR REPLACE TABLE clean AS SELECT *, coalesce({reasons}) IS NOT NULL AS refused"
        f" FROM (SELECT * EXCLUDE (overflow), {named} FROM ({inner}))"
    )


def _row_checks(plan: Plan, staged: Staged) -> dict[str, str]:
    """Reasons that are not about one cell's text: something needed is not there."""
    empty = plan.mapping.name.empty if plan.mapping.name else ""
    needed = {"customer": ("identifier", NO_CUSTOMER), "time": ("time", NO_TIME), "key": ("key", NO_KEY)}
    if not empty:
        needed["event"] = ("name", NO_EVENT)
    checks = {"row_reason": f"CASE WHEN overflow IS NOT NULL THEN {staged.number(TOO_LONG)} END"}
    staged.row_columns["row_reason"] = ""
    for name, (role, problem) in needed.items():
        if targets := plan.of(role):
            checks[f"{name}_reason"] = _absent(targets, staged.number(problem))
            staged.row_columns[f"{name}_reason"] = "; ".join(target.column for target in targets)
    return checks


def _absent(targets: tuple[Target, ...], reason: int) -> str:
    names = ", ".join(
        part for target in targets for part in (f"{target.out}::VARCHAR", f"{target.reason}::VARCHAR")
    )
    return f"CASE WHEN coalesce({names}) IS NULL THEN {reason} END"


def _content_sql(plan: Plan) -> str:
    """What makes the event itself: its key when there is one, else everything the row says."""
    if plan.mapping.kind != "events":
        return "NULL"
    cells = [f"coalesce(c{index}, '')" for index in range(len(plan.shape.columns))]
    key = plan.one("key")
    if key is None:
        return f"md5(concat_ws(chr(31), {_quoted(plan.source)}, {', '.join(cells)}))"
    return "NULL"


def _identify_events(connection: Any, plan: Plan) -> None:
    """Table `events` of the rows that are not refused: `row`, `happened` in UTC, `event`, an id that is the same
    when the same file comes again, and what the row says in attributes and properties.

    Rows without a key that are alike are told apart by their ordinal, so true repeats stay.
    """
    name, time, key = plan.one("name"), plan.one("time"), plan.one("key")
    assert time is not None and plan.mapping.name is not None
    event = _quoted(plan.mapping.name.constant) if name is None else name.out
    if name is not None and plan.mapping.name.empty:
        event = f"coalesce({event}, {_quoted(plan.mapping.name.empty)})"
    if key is not None:
        ident = f"md5(concat_ws(chr(31), {_quoted(plan.source)}, {event}, {key.out}))"
        ordinals = "clean"
    else:
        connection.execute(
            "CREATE OR REPLACE TABLE again AS SELECT row, row_number() OVER (PARTITION BY content ORDER BY row)"
            " AS ordinal FROM clean WHERE content IN"
            " (SELECT content FROM clean GROUP BY content HAVING count(*) > 1)"
        ).fetchall()
        ident = "CASE WHEN ordinal > 1 THEN md5(content || '#' || ordinal) ELSE content END"
        ordinals = "clean LEFT JOIN again USING (row)"
    carried = "".join(f", {target.out}" for target in (*plan.of("attribute"), *plan.of("property")))
    connection.execute(
        f"CREATE OR REPLACE TABLE events AS SELECT row, unhex({ident}) AS event_id, {event} AS event,"
        f" {_utc(connection, time)} AS happened{carried} FROM {ordinals} WHERE NOT refused"
    ).fetchall()


def _utc(connection: Any, time: Target) -> str:
    """SQL for the time in UTC: a plain subtraction where the zone's offset never changes, a tenth of the work."""
    first, last = connection.execute(f"SELECT min({time.out}), max({time.out}) FROM clean").fetchall()[0]
    if first is not None and (last - first).days < _MOST_DAYS:
        days = (first.replace(tzinfo=time.zone) + timedelta(days=n) for n in range(-2, (last - first).days + 3))
        offsets = {day.utcoffset() for day in days}
        if len(offsets) == 1:
            return f"{time.out} - INTERVAL {int(offsets.pop().total_seconds())} SECOND"
    return f"({time.out} AT TIME ZONE {_quoted(str(time.zone))}) AT TIME ZONE 'UTC'"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
