"""Who did what when, at the ends of months, years and days, and who is found."""

from dataclasses import dataclass
from typing import Any

SHANGHAI, NEW_YORK, BERLIN = "Asia/Shanghai", "America/New_York", "Europe/Berlin"
DAY_OF_HOURS = {"n": 24, "unit": "hour"}


@dataclass(frozen=True)
class Case:
    """`inside` and `outside`: for each customer the times of purchases, or of (event, time) pairs."""

    name: str
    as_of: str
    rule: dict[str, Any]
    inside: tuple[Any, ...]
    outside: tuple[Any, ...] = ()
    zone: str = SHANGHAI


def bought(window: Any) -> dict[str, Any]:
    return {"event": "buy", "window": window}


def last(n: int, unit: str, **more: Any) -> dict[str, Any]:
    return bought({"last": n, "unit": unit, **more})


def measured(agg: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"event": "buy", "measure": {"agg": agg, **more}, "op": op, "value": value}


def then(*steps: Any, within: Any = DAY_OF_HOURS, **more: Any) -> dict[str, Any]:
    """A step that begins with `no ` must not happen."""
    read = [{"event": step.removeprefix("no "), "absent": step.startswith("no ")} for step in steps]
    return {"sequence": read, "within": within, **more}


def changed(kind: str, quiet: int, after: int, unit: str = "day") -> dict[str, Any]:
    return {kind: {"event": "buy", "quiet": {"n": quiet, "unit": unit}, "after": {"n": after, "unit": unit}}}


def regular(per: str, least: int, of: int, times: int = 1) -> dict[str, Any]:
    return {"regular": {"event": "buy", "times": times, "per": per, "in": least, "of": of}}


def cart(time: str) -> tuple[str, str]:
    return "cart", time


LAST_INSTANT = "23:59:59.999999"

MONTH_ENDS = (
    Case(
        "a month before 31 March is 28 February",
        "2026-03-31 09:00",
        last(1, "month"),
        ("2026-02-28 00:00", "2026-03-01 00:00"),
        (f"2026-02-27 {LAST_INSTANT}",),
    ),
    Case(
        "and 29 February in a leap year",
        "2024-03-31 09:00",
        last(1, "month"),
        ("2024-02-29 00:00",),
        (f"2024-02-28 {LAST_INSTANT}",),
    ),
    Case(
        "a quarter before 31 May is 28 February",
        "2026-05-31 09:00",
        last(1, "quarter"),
        ("2026-02-28 00:00",),
        (f"2026-02-27 {LAST_INSTANT}",),
    ),
    Case(
        "a year before 29 February is 28 February",
        "2024-02-29 09:00",
        last(1, "year"),
        ("2023-02-28 00:00",),
        (f"2023-02-27 {LAST_INSTANT}",),
    ),
    Case(
        "a year before 28 February is the day itself",
        "2025-02-28 09:00",
        last(1, "year"),
        ("2024-02-28 00:00", "2024-02-29 12:00"),
        (f"2024-02-27 {LAST_INSTANT}",),
    ),
    Case(
        "the month before ends with its last instant",
        "2026-03-01 00:00",
        bought({"previous": "month"}),
        ("2026-02-01 00:00", f"2026-02-28 {LAST_INSTANT}"),
        (f"2026-01-31 {LAST_INSTANT}", "2026-03-01 00:00"),
    ),
    Case(
        "the month before March has a leap day",
        "2024-03-15 12:00",
        bought({"previous": "month"}),
        (f"2024-02-29 {LAST_INSTANT}",),
        ("2024-03-01 00:00",),
    ),
    Case(
        "stretches of months end where months end",
        "2026-05-31 20:00",
        bought({"between_ago": [2, 1], "unit": "month"}),
        ("2026-03-31 00:00", f"2026-04-29 {LAST_INSTANT}"),
        (f"2026-03-30 {LAST_INSTANT}", "2026-04-30 00:00"),
    ),
    Case(
        "the last day of each month is in its month",
        "2026-04-01 00:00",
        regular("month", 3, 3),
        (("2026-01-31 23:59", "2026-02-28 23:59", f"2026-03-31 {LAST_INSTANT}"),),
        (
            ("2026-01-31 23:59", "2026-02-28 23:59", "2026-02-01 00:00"),
            ("2025-12-31 23:59", "2026-02-28 23:59", "2026-03-31 23:59"),
        ),
    ),
)

YEAR_ENDS = (
    Case(
        "the year before, at the first instant of the new one",
        "2027-01-01 00:00",
        bought({"previous": "year"}),
        ("2026-01-01 00:00", f"2026-12-31 {LAST_INSTANT}"),
        (f"2025-12-31 {LAST_INSTANT}", "2027-01-01 00:00"),
    ),
    Case(
        "this year, at its last instant",
        f"2026-12-31 {LAST_INSTANT}",
        bought({"this": "year"}),
        ("2026-01-01 00:00", "2026-12-31 23:59:59.999998"),
        (f"2025-12-31 {LAST_INSTANT}",),
    ),
    Case(
        "the quarter before the first",
        "2026-01-02 09:00",
        bought({"previous": "quarter"}),
        ("2025-10-01 00:00", "2025-12-31 23:59"),
        (f"2025-09-30 {LAST_INSTANT}", "2026-01-01 00:00"),
    ),
    Case(
        "a week over the new year",
        "2027-01-05 09:00",
        bought({"previous": "week"}),
        ("2026-12-28 00:00", f"2027-01-03 {LAST_INSTANT}"),
        (f"2026-12-27 {LAST_INSTANT}", "2027-01-04 00:00"),
    ),
    Case(
        "days over the new year",
        "2027-01-01 00:00",
        measured("days_since_last", "=", 1),
        (f"2026-12-31 {LAST_INSTANT}", "2026-12-31 00:00"),
        (f"2026-12-30 {LAST_INSTANT}",),
    ),
    Case(
        "quarters over the new year",
        "2027-02-01 00:00",
        regular("quarter", 2, 2),
        (("2026-07-01 00:00", "2026-12-31 23:59"),),
        (("2026-10-01 00:00", "2027-01-01 00:00"),),
    ),
)

MIDNIGHTS = (
    Case(
        "what is at as_of or later is not seen",
        "2026-11-21 20:00",
        bought("ever"),
        ("2026-11-21 19:59:59.999999",),
        ("2026-11-21 20:00", "2026-11-22 08:00"),
    ),
    Case(
        "at midnight yesterday is whole",
        "2026-11-21 00:00",
        last(1, "day"),
        ("2026-11-20 00:00", f"2026-11-20 {LAST_INSTANT}"),
        (f"2026-11-19 {LAST_INSTANT}", "2026-11-21 00:00"),
    ),
    Case(
        "complete days leave today out",
        "2026-11-21 20:00",
        last(1, "day", complete=True),
        ("2026-11-20 00:00", f"2026-11-20 {LAST_INSTANT}"),
        ("2026-11-21 00:00",),
    ),
    Case(
        "days between",
        "2026-11-21 20:00",
        bought({"between_ago": [60, 30], "unit": "day"}),
        ("2026-09-22 00:00", f"2026-10-21 {LAST_INSTANT}"),
        (f"2026-09-21 {LAST_INSTANT}", "2026-10-22 00:00"),
    ),
    Case(
        "hours roll", "2026-11-21 20:30", last(36, "hour"), ("2026-11-20 08:30",), ("2026-11-20 08:29:59.999999",)
    ),
    Case(
        "a day ends at midnight",
        "2026-11-22 09:00",
        measured("days", "=", 2),
        (("2026-11-20 23:59", "2026-11-21 00:00"),),
        (("2026-11-21 00:00", "2026-11-21 23:59"),),
    ),
    Case(
        "weeks begin on Monday",
        "2026-11-22 23:59",
        bought({"this": "week"}),
        ("2026-11-16 00:00",),
        (f"2026-11-15 {LAST_INSTANT}",),
    ),
    Case(
        "the first ever decides, not the first seen",
        "2026-11-21 20:00",
        {"first": {"event": "buy", "window": {"this": "month"}}},
        ("2026-11-01 00:00",),
        (("2026-10-31 23:59:59.999999", "2026-11-01 00:00"), "2026-11-21 20:00"),
    ),
    Case(
        "stopped: silent from the start of a day on",
        "2026-11-21 20:00",
        changed("stopped", 30, 60),
        (f"2026-10-21 {LAST_INSTANT}", "2026-08-23 00:00", ("2026-10-01 12:00", "2026-11-21 20:00")),
        ("2026-10-22 00:00", f"2026-08-22 {LAST_INSTANT}", ("2026-10-01 12:00", "2026-11-21 19:59")),
    ),
    Case(
        "resumed: silent between",
        "2026-11-21 20:00",
        changed("resumed", 30, 60),
        (("2026-09-22 00:00", f"2026-08-22 {LAST_INSTANT}"),),
        (
            ("2026-09-22 00:00", "2026-08-23 00:00"),
            (f"2026-09-21 {LAST_INSTANT}", "2026-08-22 12:00"),
            "2026-09-22 00:00",
            ("2026-08-22 12:00", "2026-11-21 20:00"),
        ),
    ),
    Case(
        "the day before counts, today does not",
        "2026-11-21 20:00",
        regular("day", 2, 2),
        (("2026-11-19 00:00", f"2026-11-20 {LAST_INSTANT}"),),
        (("2026-11-20 00:00", "2026-11-21 00:00"),),
    ),
)

DATES = (*MONTH_ENDS, *YEAR_ENDS, *MIDNIGHTS)
