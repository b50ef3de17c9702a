"""Clean a whole file at once: tidy values in SQL, each distinct untidy text once in Python.

Makes table `clean` of `raw`: `row` (as a spreadsheet counts), one column a target, for targets with refused
values a reason number, and `refused`; and for events view `events` of the rows that are not refused: `row`,
`event_id` (16 bytes, the same when the same file comes again), `event`, `happened` (UTC), and what the row says
in attributes and properties.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cdp.errors import N_, Problem

from .blocked import blocked_leave_out
from .plan import Plan, Target
from .tidy import Looked, has_pattern, look_up, quoted, tidy_make, without_needless_patterns

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
ROW_REASONS = ("row_reason", "customer_reason", "event_reason", "time_reason", "key_reason")


@dataclass
class Staged:
    """`reasons[n - 1]` is what reason number n stands for; `row_columns` says where row reasons belong.

    `refusing` are the targets some of whose values are refused; only they have a column of reasons. `blocked`:
    identifier type → rows whose identifier says nothing about who it is, and was left out.
    """

    plan: Plan
    rows: int = 0
    refusing: list[Target] = field(default_factory=list)
    reasons: list[Problem] = field(default_factory=list)
    row_columns: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, int] = field(default_factory=dict)
    stepped: list[Looked] = field(default_factory=list)

    def number(self, problem: Problem) -> int:
        if problem not in self.reasons:
            self.reasons.append(problem)
        return self.reasons.index(problem) + 1


def clean(connection: Any, plan: Plan, progress: Callable[[int, int], None], late: bool = False) -> Staged:
    """`progress(done, of)` is told after every column. `late` when table `late` (row, turn) names rows that count
    after all others like them."""
    plan = without_needless_patterns(connection, plan)
    staged = Staged(plan)
    tidy_make(connection, plan)
    looked: list[Looked] = []
    for done, found in enumerate(look_up(connection, plan, staged.number), 1):
        if found:
            looked.append(found)
            staged.refusing += [found.target] if found.refuses else []
            staged.stepped += [found] if found.counts else []
        progress(done, len(plan.targets) + 2)
    # As in the file: a database may keep the mapping in another order.
    staged.refusing.sort(key=lambda target: target.index)
    connection.execute(_clean_sql(connection, staged, looked)).fetchall()
    connection.execute("DROP TABLE tidy").fetchall()
    for found in looked:
        connection.unregister(found.name)
    blocked_leave_out(connection, staged)
    if plan.mapping.kind == "events":
        _identify_events(connection, plan, late)
    staged.rows = connection.execute("SELECT count(*) FROM clean").fetchall()[0][0]
    progress(1, 1)
    return staged


def _clean_sql(connection: Any, staged: Staged, looked: list[Looked]) -> str:
    plan, names = staged.plan, {found.target.out: found.name for found in looked}
    columns, joins = ["row", "overflow", "content"], ""
    for target in plan.targets:
        name = names.get(target.out)
        values = [target.out] if has_pattern(target) else []
        if name:
            values.append(f"{name}.value")
            joins += f" LEFT JOIN {name} ON tidy.{target.out}_text = {name}.text"
        value = f"coalesce({', '.join(values)})" if values else "NULL"
        columns.append(f"CAST({value} AS {target.cleaner.type}) AS {target.out}")
    columns += [f"{names[target.out]}.reason AS {target.reason}" for target in staged.refusing]
    checks = _row_checks(plan, staged)
    reasons = ", ".join([*(target.reason for target in staged.refusing), *checks])
    named = ", ".join(f"{check} AS {name}" for name, check in checks.items())
    event = "".join(f", {sql} AS {name}" for name, sql in _event_columns(connection, plan, looked).items())
    cells = f"SELECT {', '.join(columns)} FROM tidy{joins}"
    return (
        f"CREATE OR REPLACE TABLE clean AS SELECT *, coalesce({reasons}) IS NOT NULL AS refused"
        f" FROM (SELECT * EXCLUDE (overflow, content), {named}{event} FROM ({cells}))"
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
            among = " OR " if role == "key" else " AND "
            checks[f"{name}_reason"] = _absent(targets, staged, staged.number(problem), among)
            staged.row_columns[f"{name}_reason"] = "; ".join(target.column for target in targets)
    return checks


def _absent(targets: tuple[Target, ...], staged: Staged, reason: int, among: str) -> str:
    """SQL for the reason where all of these cells, or some of them, are empty; those refused are not."""
    nothing = among.join(
        f"({target.out} IS NULL AND {target.reason} IS NULL)"
        if target in staged.refusing
        else f"{target.out} IS NULL"
        for target in targets
    )
    return f"CASE WHEN {nothing} THEN {reason} END"


def _event_columns(connection: Any, plan: Plan, looked: list[Looked]) -> dict[str, str]:
    """What the rows of a file of events have besides: `event`, `happened`, and `content`, a hash in hex digits."""
    name, time = plan.one("name"), plan.one("time")
    if plan.mapping.kind != "events":
        return {}
    assert time is not None and plan.mapping.name is not None
    event = quoted(plan.mapping.name.constant) if name is None else name.out
    keys = plan.of("key")
    if name is not None and plan.mapping.name.empty:
        event = f"coalesce({event}, {quoted(plan.mapping.name.empty)})"
    content = "content"
    if keys:
        content = keyed(plan, event)
    columns = {"event": event, "happened": _utc(connection, time, looked), "content": content}
    for place in range(len(plan.mapping.also)):
        if own := plan.one("time", place):
            columns[f"happened{place}"] = _utc(connection, own, looked)
    return columns


def keyed(plan: Plan, event: str) -> str:
    """The identity of an event of this source whose key is in the row, as hex digits. `event` is SQL."""
    parts = ", ".join(target.out for target in plan.of("key"))
    return f"md5(concat_ws(chr(31), {quoted(plan.source)}, {event}, {parts}))"


def _identify_events(connection: Any, plan: Plan, late: bool) -> None:
    """View `events`. Rows without a key that are alike are told apart by their ordinal, so true repeats stay."""
    ident, rows = "content", "clean"
    if plan.one("key") is None:
        order, among = ("coalesce(turn, 0), row", "clean LEFT JOIN late USING (row)") if late else ("row", "clean")
        connection.execute(
            "CREATE OR REPLACE TABLE again AS SELECT row,"
            f" row_number() OVER (PARTITION BY content ORDER BY {order}) AS ordinal FROM {among} WHERE content IN"
            " (SELECT content FROM clean GROUP BY content HAVING count(*) > 1)"
        ).fetchall()
        ident = "CASE WHEN ordinal > 1 THEN md5(content || '#' || ordinal) ELSE content END"
        rows = "clean LEFT JOIN again USING (row)"
    own = {target.slug: target.out for target in plan.of("property")}
    carried = _carried(plan, own)
    selects = [f"SELECT row, unhex({ident}) AS event_id, event, happened{carried} FROM {rows} WHERE NOT refused"]
    selects += [_one_more_sql(plan, place, ident, rows, own) for place in range(len(plan.mapping.also))]
    connection.execute(f"CREATE OR REPLACE VIEW events AS {' UNION ALL '.join(selects)}").fetchall()


def _carried(plan: Plan, given: dict[str, str]) -> str:
    """What an event says besides: attributes, and for every property the column it is `given` in, if any."""
    attributes = "".join(f", {target.out}" for target in plan.of("attribute"))
    properties = "".join(
        f", {given.get(slug, f'CAST(NULL AS {target.cleaner.type})')} AS {target.out}"
        for slug, target in plan.properties().items()
    )
    return attributes + properties


def _one_more_sql(plan: Plan, place: int, ident: str, rows: str, own: dict[str, str]) -> str:
    """The further events of rows that have them. One that is called like the row's own is the row's own."""
    also, when, time = plan.mapping.also[place], plan.one("when", place), plan.one("time", place)
    assert when is not None
    event = quoted(also.name)
    ident = keyed(plan, event) if plan.of("key") else f"md5(concat_ws(chr(31), {ident}, {event}))"
    happened = f"coalesce(happened{place}, happened)" if time else "happened"
    given = own | {target.slug: target.out for target in plan.of("property", place)}
    return (
        f"SELECT row, unhex({ident}) AS event_id, {event} AS event, {happened} AS happened{_carried(plan, given)}"
        f" FROM {rows} WHERE NOT refused AND {when.out} IS NOT NULL AND event <> {event}"
    )


def _utc(connection: Any, time: Target, looked: list[Looked]) -> str:
    """SQL for the time in UTC: a plain subtraction where the zone's offset never changes, a tenth of the work."""
    tables = [f"SELECT {time.out} AS time FROM tidy"] if has_pattern(time) else []
    tables += [f"SELECT value FROM {found.name}" for found in looked if found.target is time]
    first = last = None
    if tables:
        times = " UNION ALL ".join(tables)
        first, last = connection.execute(f"SELECT min(time), max(time) FROM ({times}) AS t(time)").fetchall()[0]
    if first is not None and (last - first).days < _MOST_DAYS:
        days = (first.replace(tzinfo=time.zone) + timedelta(days=n) for n in range(-2, (last - first).days + 3))
        offsets = {day.utcoffset() for day in days}
        if len(offsets) == 1:
            return f"{time.out} - INTERVAL {int(offsets.pop().total_seconds())} SECOND"
    return f"({time.out} AT TIME ZONE {quoted(str(time.zone))}) AT TIME ZONE 'UTC'"
