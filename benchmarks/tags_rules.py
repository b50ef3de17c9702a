"""A hundred mixed rules about events, each as our JSON and as the SQL an analyst would write.

The SQL runs as it is on DuckDB and on ClickHouse, over a table `plain`.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.tags_world import CATEGORIES, SEED
from tags.rules.nodes import Span, Unit
from tags.rules.parse_windows import read_window
from tags.rules.reading import Reading
from tags.rules.windows import Moment, periods, resolve, resumed_bounds, stopped_bounds

RULES = 100


@dataclass(frozen=True)
class Rule:
    """`sql` finds the customers; with `complement` all the others."""

    json: dict[str, Any]
    sql: str
    complement: bool = False


def rules(moment: Moment, count: int = RULES, seed: int = SEED) -> list[Rule]:
    """Three of five compare a measure; the others are patterns, shares, ranks and groups."""
    dice = random.Random(seed)
    return [_rule(i, dice, moment) for i in range(count)]


def one_leaf_rules(moment: Moment, count: int, seed: int = SEED) -> list[Rule]:
    """So many different rules of one event, window, measure and perhaps a filter each."""
    dice, found = random.Random(seed), {}
    while len(found) < count:
        rule = _measured_rule(dice, moment)
        found[str(rule.json)] = rule
    return list(found.values())


def _rule(i: int, dice: random.Random, moment: Moment) -> Rule:
    make = _measured_rule if i % 5 < 3 else OTHERS[i % len(OTHERS)]
    return make(dice, moment)


# Windows and filters, in both languages

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
EVENTS = ("purchase", "add_to_cart", "browse", "login", "favourite", "refund")
SHARES = (35, 20, 20, 10, 10, 5)
FILTERS: tuple[tuple[Any, str], ...] = (
    ({"property": "category", "op": "in", "value": list(CATEGORIES[:2])}, f"category IN {CATEGORIES[:2]}"),
    ({"property": "category", "op": "is", "value": CATEGORIES[4]}, f"category = '{CATEGORIES[4]}'"),
    ({"property": "quantity", "op": ">=", "value": 3}, "quantity >= 3"),
    ({"property": "hour", "op": "between", "value": [19, 23]}, "hour BETWEEN 19 AND 23"),
    ({"property": "weekday", "op": "in", "value": [6, 7]}, "toDayOfWeek(day) IN (6, 7)"),
)


def _event(dice: random.Random) -> str:
    return dice.choices(EVENTS, SHARES)[0]


def _times(window: Any, moment: Moment) -> list[str]:
    read = read_window(Reading(), window, ())
    assert read is not None
    bounds = resolve(read, moment.as_of, moment.zone)
    start = [] if bounds.start_utc is None else [f"time >= '{bounds.start_utc}'"]
    return [*start, f"time < '{bounds.end_utc}'"]


def _select(conditions: list[str], having: str = "") -> str:
    sql = f"SELECT customer_id FROM plain WHERE {' AND '.join(conditions)} GROUP BY customer_id"
    return f"{sql} HAVING {having}" if having else sql


def _many(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


# Measures

Made = tuple[dict[str, Any], str, bool]
Make = Callable[[random.Random, Moment], Made]


def _measured_rule(dice: random.Random, moment: Moment) -> Rule:
    event = _event(dice)
    window = dice.choice(WINDOWS)
    where, where_sql = dice.choice(FILTERS) if dice.random() < 0.4 else (None, "")
    kinds = (*COUNTED, *PAID) if event == "purchase" else COUNTED
    test, having, complement = dice.choice(kinds)(dice, moment)
    json = {"event": event, "window": window, **({"where": where} if where else {}), **test}
    conditions = [f"event = '{event}'", *_times(window, moment), *([where_sql] if where_sql else [])]
    return Rule(json, _select(conditions, having), complement)


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


def _first_time(dice: random.Random, moment: Moment) -> Made:
    after = moment.utc(datetime.fromisoformat("2026-06-19"))
    return _measured("first", "after", "2026-06-18", f"min(time) >= '{after}'")


def _kinds(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((2, 3))
    return _measured("distinct", ">=", least, f"count(DISTINCT category) >= {least}", property="category")


def _sum(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((100, 500, 2000))
    return _measured("sum", ">=", least, f"sum(amount) >= {least}", property="amount")


def _average(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((60, 150))
    return _measured("avg", ">", least, f"sum(amount) > {least} * count(amount)", property="amount")


def _highest(dice: random.Random, moment: Moment) -> Made:
    least = dice.choice((300, 1000))
    return _measured("max", ">=", least, f"max(amount) >= {least}", property="amount")


COUNTED: tuple[Make, ...] = (_count, _count, _any, _none, _few, _days, _since, _first_time, _kinds)
PAID: tuple[Make, ...] = (_sum, _sum, _sum, _average, _highest)


# Patterns, shares, ranks and groups


def _ever(event: str, moment: Moment) -> list[str]:
    return [f"event = '{event}'", *_times("ever", moment)]


def _first(dice: random.Random, moment: Moment) -> Rule:
    event, window = _event(dice), dice.choice(WINDOWS[:-1])
    low, high = (side.replace("time", "min(time)") for side in _times(window, moment))
    return Rule({"first": {"event": event, "window": window}}, _select(_ever(event, moment), f"{low} AND {high}"))


def _stopped(dice: random.Random, moment: Moment) -> Rule:
    event, (quiet, after) = _event(dice), dice.choice(((30, 60), (60, 90)))
    active, silent = stopped_bounds(Span(quiet, Unit.DAY), Span(after, Unit.DAY), moment)
    having = f"max(time) < '{silent.start_utc}' AND max(time) >= '{active.start_utc}'"
    return Rule({"stopped": {"event": event, **_spans(quiet, after)}}, _select(_ever(event, moment), having))


def _resumed(dice: random.Random, moment: Moment) -> Rule:
    event, (quiet, after) = _event(dice), dice.choice(((30, 14), (60, 30)))
    _earlier, silent, active = resumed_bounds(Span(quiet, Unit.DAY), Span(after, Unit.DAY), moment)
    in_silence = f"time >= '{silent.start_utc}' AND time < '{silent.end_utc}'"
    having = f"min(time) < '{silent.start_utc}' AND max(time) >= '{active.start_utc}' AND {_many(in_silence)} = 0"
    return Rule({"resumed": {"event": event, **_spans(quiet, after)}}, _select(_ever(event, moment), having))


def _spans(quiet: int, after: int) -> dict[str, Any]:
    return {"quiet": {"n": quiet, "unit": "day"}, "after": {"n": after, "unit": "day"}}


def _regular(dice: random.Random, moment: Moment) -> Rule:
    event, least = _event(dice), dice.choice((2, 3))
    months = periods(Unit.MONTH, 6, moment)
    conditions = [f"event = '{event}'", f"time >= '{months[0].start_utc}'", f"time < '{months[-1].end_utc}'"]
    json = {"regular": {"event": event, "times": 1, "per": "month", "in": least, "of": 6}}
    return Rule(json, _select(conditions, f"count(DISTINCT date_trunc('month', day)) >= {least}"))


def _share(dice: random.Random, moment: Moment) -> Rule:
    event, window = _event(dice), dice.choice(WINDOWS)
    where, where_sql = dice.choice(FILTERS)
    test = {"measure": {"agg": "share"}, "op": ">=", "value": 0.5}
    json = {"event": event, "where": where, "window": window, **test}
    conditions = [f"event = '{event}'", *_times(window, moment)]
    return Rule(json, _select(conditions, f"{_many(where_sql)} * 2 >= count(*)"))


def _rank(dice: random.Random, moment: Moment) -> Rule:
    window, top = dice.choice(WINDOWS[1:]), dice.choice((1, 5, 20))
    measure = {"event": "purchase", "agg": "sum", "property": "amount", "window": window}
    spent = (
        "SELECT customer_id, sum(amount) AS spent FROM plain"
        f" WHERE {' AND '.join(['event = ' + repr('purchase'), *_times(window, moment)])} GROUP BY customer_id"
    )
    placed = (
        "SELECT customer_id, row_number() OVER (ORDER BY spent DESC, customer_id) AS place,"
        f" count(*) OVER () AS people FROM ({spent}) AS spending"
    )
    sql = f"SELECT customer_id FROM ({placed}) AS ranking WHERE place <= ceil(people * {top} / 100)"
    return Rule({"rank": {"measure": measure, "top": top, "unit": "percent"}}, sql)


def _followed(dice: random.Random, moment: Moment) -> Rule:
    return _sequence(dice, moment, absent=False)


def _left_lying(dice: random.Random, moment: Moment) -> Rule:
    return _sequence(dice, moment, absent=True)


def _sequence(dice: random.Random, moment: Moment, *, absent: bool) -> Rule:
    """The next purchase after something put into the cart, by a join that looks for the nearest later row."""
    window, hours = dice.choice(({"last": 30, "unit": "day"}, {"last": 90, "unit": "day"})), dice.choice((24, 72))
    start, end = _times(window, moment)
    first = f"SELECT customer_id, time FROM plain WHERE event = 'add_to_cart' AND {start} AND {end}"
    second = f"SELECT customer_id, time FROM plain WHERE event = 'purchase' AND {start} AND {end}"
    elapsed = f"cart.time + INTERVAL {hours} HOUR"
    found = f"bought.time <= {elapsed}"
    if absent:
        limit = end.removeprefix("time < ")
        found = f"(bought.time IS NULL OR bought.time > {elapsed}) AND {elapsed} < {limit}"
    sql = (
        f"SELECT DISTINCT cart.customer_id AS customer_id FROM ({first}) AS cart"
        f" ASOF LEFT JOIN ({second}) AS bought"
        f" ON cart.customer_id = bought.customer_id AND cart.time < bought.time WHERE {found}"
    )
    steps = [{"event": "add_to_cart"}, {"event": "purchase", **({"absent": True} if absent else {})}]
    return Rule({"sequence": steps, "within": {"n": hours, "unit": "hour"}, "window": window}, sql)


def _both(dice: random.Random, moment: Moment) -> Rule:
    return _pair(dice, moment, "all", "INTERSECT")


def _one_not_other(dice: random.Random, moment: Moment) -> Rule:
    return _pair(dice, moment, "not", "EXCEPT")


def _pair(dice: random.Random, moment: Moment, how: str, sql: str) -> Rule:
    first, second = (_plain_one(dice, moment) for _ in range(2))
    json = [first.json, {"not": second.json} if how == "not" else second.json]
    one, other = (f"SELECT customer_id FROM ({rule.sql}) AS found" for rule in (first, second))
    return Rule({"all": json}, f"{one} {sql} {other}")


def _plain_one(dice: random.Random, moment: Moment) -> Rule:
    while (rule := _measured_rule(dice, moment)).complement:
        pass
    return rule


OTHERS: tuple[Callable[[random.Random, Moment], Rule], ...] = (
    _followed,
    _left_lying,
    _first,
    _stopped,
    _resumed,
    _regular,
    _share,
    _rank,
    _both,
    _one_not_other,
    _first,
)
