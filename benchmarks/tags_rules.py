"""A hundred mixed event rules, each as our JSON and as the plain SQL an analyst would write."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.tags_world import CATEGORIES, SEED
from tags.rules.parse_windows import read_window
from tags.rules.reading import Reading
from tags.rules.windows import Moment, resolve

RULES = 100


@dataclass(frozen=True)
class Rule:
    """`sql` finds the customers; with `complement` all the others."""

    json: dict[str, Any]
    sql: str
    complement: bool = False


def rules(moment: Moment) -> list[Rule]:
    dice = random.Random(SEED)
    return [_rule(dice, moment) for _ in range(RULES)]


def _rule(dice: random.Random, moment: Moment) -> Rule:
    event = dice.choices(
        ("purchase", "add_to_cart", "browse", "login", "favourite", "refund"), (35, 20, 20, 10, 10, 5)
    )[0]
    window = dice.choice(WINDOWS)
    where, where_sql = dice.choice(FILTERS) if dice.random() < 0.4 else (None, "")
    kinds = (*COUNTED, *PAID) if event == "purchase" else COUNTED
    test, having, complement = dice.choice(kinds)(dice, moment)
    json = {"event": event, "window": window, **({"where": where} if where else {}), **test}
    conditions = [f"event = '{event}'", *_times(window, moment), *([where_sql] if where_sql else [])]
    sql = f"SELECT customer_id FROM plain WHERE {' AND '.join(conditions)} GROUP BY customer_id"
    return Rule(json, f"{sql} HAVING {having}" if having else sql, complement)


def _times(window: Any, moment: Moment) -> list[str]:
    read = read_window(Reading(), window, ())
    assert read is not None
    bounds = resolve(read, moment.as_of, moment.zone)
    start = [] if bounds.start_utc is None else [f"time >= TIMESTAMP '{bounds.start_utc}'"]
    return [*start, f"time < TIMESTAMP '{bounds.end_utc}'"]


WINDOWS: tuple[Any, ...] = (
    {"last": 7, "unit": "day"},
    {"last": 30, "unit": "day"},
    {"last": 30, "unit": "day"},
    {"last": 90, "unit": "day", "complete": True},
    {"last": 6, "unit": "month"},
    {"last": 1, "unit": "year"},
    {"previous": "month"},
    {"previous": "quarter"},
    {"this": "quarter"},
    {"between_ago": [60, 30], "unit": "day"},
    {"from": "2026-06-01", "to": "2026-06-21"},
    "ever",
)
FILTERS: tuple[tuple[Any, str], ...] = (
    ({"property": "category", "op": "in", "value": list(CATEGORIES[:2])}, f"category IN {CATEGORIES[:2]}"),
    ({"property": "category", "op": "is", "value": CATEGORIES[4]}, f"category = '{CATEGORIES[4]}'"),
    ({"property": "quantity", "op": ">=", "value": 3}, "quantity >= 3"),
    ({"property": "hour", "op": "between", "value": [19, 23]}, "hour BETWEEN 19 AND 23"),
    ({"property": "weekday", "op": "in", "value": [6, 7]}, "isodow(day) IN (6, 7)"),
)
Made = tuple[dict[str, Any], str, bool]
Make = Callable[[random.Random, Moment], Made]


def _measured(agg: str, op: str, value: Any, having: str, complement: bool = False, **more: Any) -> Made:
    return {"measure": {"agg": agg, **more}, "op": op, "value": value}, having, complement


def _count(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((2, 3, 5))
    return _measured("count", ">=", least, f"count(*) >= {least}")


def _any(dice: random.Random, moment: Moment) -> Made:
    return {}, "", False


def _none(dice: random.Random, moment: Moment) -> Made:
    return _measured("count", "=", 0, "", complement=True)


def _few(dice: random.Random, moment: Moment) -> Made:
    return _measured("count", "<", 3, "count(*) >= 3", complement=True)


def _days(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((2, 4))
    return _measured("days", ">=", least, f"count(DISTINCT day) >= {least}")


def _since(dice: random.Random, moment: Moment) -> Made:
    most = dice.choice((3, 14, 45))
    return _measured("days_since_last", "<=", most, f"DATE '{moment.day}' - max(day) <= {most}")


def _first(dice: random.Random, moment: Moment) -> Made:
    after = moment.utc(datetime.fromisoformat("2026-06-19"))
    return _measured("first", "after", "2026-06-18", f"min(time) >= TIMESTAMP '{after}'")


def _sum(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((100, 500, 2000))
    return _measured("sum", ">=", least, f"sum(amount) >= {least}", property="amount")


def _average(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((60, 150))
    return _measured("avg", ">", least, f"sum(amount) > {least} * count(amount)", property="amount")


def _highest(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((300, 1000))
    return _measured("max", ">=", least, f"max(amount) >= {least}", property="amount")


COUNTED: tuple[Make, ...] = (_count, _count, _any, _none, _few, _days, _since, _first)
PAID: tuple[Make, ...] = (_sum, _sum, _sum, _average, _highest)
