"""How good the data of a load is: five measures, each a share from 0 to 1, or None where it does not apply.

Counted over the cleaned rows of the whole file by two queries, in the load itself, and stored with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cdp.errors import N_

from .plan import Plan, Target
from .staging import Staged

DEFAULT_DAYS = 31


@dataclass(frozen=True)
class Measure:
    """`least` is the share below which a source is warned about, unless the source says another."""

    name: str
    label: str
    formula: str
    least: float


MEASURES: tuple[Measure, ...] = (
    Measure(
        "completeness",
        N_("Completeness"),
        N_("Filled cells of the columns in use, divided by all their cells"),
        0.5,
    ),
    Measure("validity", N_("Validity"), N_("Filled cells that could be read, divided by all filled cells"), 0.95),
    Measure(
        "uniqueness",
        N_("Uniqueness"),
        N_("Different rows divided by all rows: by their key, else by their content, or whom they describe"),
        0.8,
    ),
    Measure(
        "consistency",
        N_("Consistency"),
        N_("Of the customers with several rows, the share whose attributes are the same in all of them"),
        0.8,
    ),
    Measure(
        "timeliness",
        N_("Timeliness"),
        N_("Rows of events at most so many days older than the load, divided by all rows that could be read"),
        0.1,
    ),
)


def quality(connection: Any, staged: Staged, days: int) -> dict[str, Any]:
    """Every measure by name, `days` that timeliness goes by, and for each column what is filled and refused."""
    rows = staged.rows
    columns = _columns(connection, staged)
    filled, refused = (sum(one[part] for one in columns) for part in ("filled", "refused"))
    return {
        "completeness": _share(filled, rows * len(columns)),
        "validity": _share(filled - refused, filled),
        "uniqueness": _uniqueness(connection, staged),
        "consistency": _consistency(connection, staged.plan),
        "timeliness": _timeliness(connection, staged.plan, days),
        "days": days,
        "rows": rows,
        "columns": columns,
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _one(connection: Any, sql: str) -> Sequence[Any]:
    return connection.execute(sql).fetchall()[0]


def _columns(connection: Any, staged: Staged) -> list[dict[str, Any]]:
    targets = [target for target in staged.plan.targets if target.also is None]
    counts = [f"count({target.out})" for target in targets]
    counts += [f"count({t.reason})" if t in staged.refusing else "0" for t in targets]
    found = _one(connection, f"SELECT {', '.join(counts)} FROM clean")
    values, refused = found[: len(targets)], found[len(targets) :]
    return [
        {"column": target.column, "field": target.slug, "filled": value + bad, "refused": bad}
        for target, value, bad in zip(targets, values, refused, strict=True)
    ]


def _uniqueness(connection: Any, staged: Staged) -> float | None:
    plan = staged.plan
    if plan.mapping.kind == "events" and not plan.of("key"):
        (repeats,) = _one(connection, "SELECT count(*) FROM again WHERE ordinal > 1")
        return _share(staged.rows - repeats, staged.rows)
    whom = [target.out for target in plan.of("identifier")]
    told = ["content"] if plan.mapping.kind == "events" else whom
    different, rows = _one(
        connection, f"SELECT count(DISTINCT hash({', '.join(told)})), count(*) FROM clean WHERE NOT refused"
    )
    return _share(different, rows)


def _consistency(connection: Any, plan: Plan) -> float | None:
    """By the first identifier of a row: attributes that several rows of one speak of, and those that agree."""
    attributes = [target for target in plan.of("attribute") if target.cleaner.type == "VARCHAR"]
    if not attributes:
        return None
    who = f"coalesce({', '.join(target.out for target in plan.of('identifier'))})"
    grouped = ", ".join(_spread(target) for target in attributes)
    several = " + ".join(f"count(*) FILTER (n_{target.out} > 1)" for target in attributes)
    agree = " + ".join(
        f"count(*) FILTER (n_{target.out} > 1 AND lo_{target.out} = hi_{target.out})" for target in attributes
    )
    found = _one(
        connection,
        f"SELECT {agree}, {several} FROM (SELECT {grouped} FROM clean WHERE NOT refused GROUP BY hash({who}))",
    )
    return _share(*found)


def _spread(target: Target) -> str:
    """Numbers are compared quicker than texts, and alike texts have the same."""
    value = f"CASE WHEN {target.out} IS NOT NULL THEN hash({target.out}) END"
    return (
        f"min({value}) AS lo_{target.out}, max({value}) AS hi_{target.out}, count({target.out}) AS n_{target.out}"
    )


def _timeliness(connection: Any, plan: Plan, days: int) -> float | None:
    if plan.mapping.kind != "events":
        return None
    since = plan.today - timedelta(days=days)
    recent, rows = _one(
        connection,
        f"SELECT count(*) FILTER (happened >= DATE '{since}'), count(*) FROM clean WHERE NOT refused",
    )
    return _share(recent, rows)


def least_of(settings: Mapping[str, Any]) -> dict[str, float]:
    """The share of every measure below which a source with these settings is warned about."""
    return {measure.name: float(settings.get(measure.name, measure.least)) for measure in MEASURES}


def warnings_of(found: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Measure]:
    """The measures of a load that are lower than the source is content with."""
    least = least_of(settings)
    return [
        measure
        for measure in MEASURES
        if (value := found.get(measure.name)) is not None and value < least[measure.name]
    ]
