"""The kinds of tags evaluated in plain Python, one customer after the other, from docs/rules.md alone.

It shares the definition classes with the product and nothing else.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tags.rules.definitions.bins import Bins, Cut
from tags.rules.definitions.lifecycle import Lifecycle
from tags.rules.definitions.preference import ByHalfLife, BySum, Preference
from tags.rules.definitions.rfm import Rfm
from tags.rules.formulas import nodes
from tests.oracle import Judge, missing
from tests.world import Deed, World

DAY = timedelta(days=1)


def deeds_of(measure: Any, world: World, as_of: datetime) -> dict[int, list[Deed]]:
    """Each customer's events that count, of those who have any."""
    found = {}
    for person in world.people:
        judge = Judge(world, as_of, person)
        if mine := [deed for deed in world.deeds if judge.counts(deed, measure)]:
            found[person.id] = mine
    return found


def number(deed: Deed, slug: str) -> float | None:
    fixed = {"hour": deed.time.hour, "weekday": deed.time.isoweekday()}
    value = fixed.get(slug, deed.properties.get(slug))
    return None if missing(value) else float(value)


def today_of(world: World, as_of: datetime) -> date:
    return as_of.astimezone(ZoneInfo(world.zone)).date()


# Bins


def binned(bins: Bins | Cut, numbers: Mapping[int, float]) -> dict[str, set[int]]:
    names = [label.value for label in bins.labels]
    found: dict[str, set[int]] = {name: set() for name in names}
    for who, mine in numbers.items():
        found[names[_bin(bins, mine, sorted(numbers.values()))]].add(who)
    return found


def _bin(bins: Bins | Cut, mine: float, everyone: list[float]) -> int:
    parts = len(bins.labels)
    if isinstance(bins, Bins):
        return sum(mine >= float(limit) for limit in bins.thresholds)
    if bins.by == "quantiles":
        return sum(mine > nearest_rank(everyone, part, parts) for part in range(1, parts))
    low, high = everyone[0], everyone[-1]
    return sum(mine >= low + (high - low) * (part / parts) for part in range(1, parts))


def nearest_rank(ordered: Sequence[float], part: int, parts: int) -> float:
    """The smallest number that at least `part` of `parts` of all do not exceed."""
    return next(n for n in ordered if sum(other <= n for other in ordered) * parts >= part * len(ordered))


# Preference


def preference(definition: Preference, world: World, as_of: datetime) -> dict[int, list[str]]:
    """Each customer's values, the heaviest first."""
    found = {}
    for who, deeds in deeds_of(definition.events, world, as_of).items():
        held = [(value, deed) for deed in deeds for value in texts(deed, definition.of)]
        newest = max((deed.time.date() for _value, deed in held), default=None)
        weights = {
            value: math.fsum(weight_of(definition.weight, deed, newest) for v, deed in held if v == value)
            for value, _deed in held
        }
        if isinstance(definition.weight, BySum):
            weights = {value: weight for value, weight in weights.items() if weight > 0}
        whole = math.fsum(weights.values())
        times = Counter(value for value, _deed in held)
        fitting = [
            value
            for value, weight in weights.items()
            if times[value] >= definition.min_events and round(weight - whole * float(definition.min_share), 9) >= 0
        ]
        fitting.sort(key=lambda value: (-round(weights[value], 9), value))
        found[who] = fitting[: definition.top]
    return {who: values for who, values in found.items() if values}


def texts(deed: Deed, slug: str) -> list[str]:
    """The values of a property as texts; a list has several."""
    fixed = {"channel": deed.channel, "hour": deed.time.hour, "weekday": deed.time.isoweekday()}
    value = fixed.get(slug, deed.properties.get(slug))
    values = value if isinstance(value, list) else [value]
    known = [str(int(one)) if one == int(one) else str(one) for one in values if number_like(one)]
    return known + [one for one in values if isinstance(one, str) and one]


def number_like(value: Any) -> bool:
    return isinstance(value, int | float) and not missing(value)


def weight_of(weight: Any, deed: Deed, newest: date) -> float:
    if isinstance(weight, BySum):
        return number(deed, weight.property) or 0
    if isinstance(weight, ByHalfLife):
        return 0.5 ** ((newest - deed.time.date()).days / weight.days)
    return 1


# RFM


def rfm(definition: Rfm, world: World, as_of: datetime) -> dict[int, tuple[str, int]]:
    """Who has events → their group and their scores side by side."""
    taken = {}
    for who, deeds in deeds_of(definition.events, world, as_of).items():
        days = (today_of(world, as_of) - max(deed.time.date() for deed in deeds)).days
        money = math.fsum(number(deed, definition.amount) or 0 for deed in deeds)
        taken[who] = (days, len(deeds), round(money, 6))
    scored = {who: tuple(_score(definition, i, row[i], taken) for i in range(3)) for who, row in taken.items()}
    means = [sum(scores[i] for scores in scored.values()) / len(scored) for i in range(3)] if scored else []
    return {
        who: (
            GROUPS["".join("+-"[s <= mean] for s, mean in zip(scores, means, strict=True))],
            _side_by_side(scores),
        )
        for who, scores in scored.items()
    }


GROUPS = {
    "+++": "important_value",
    "+-+": "important_develop",
    "-++": "important_keep",
    "--+": "important_retain",
    "++-": "general_value",
    "+--": "general_develop",
    "-+-": "general_keep",
    "---": "general_retain",
}


def _side_by_side(scores: tuple[int, ...]) -> int:
    return int("".join(map(str, scores)))


def _score(definition: Rfm, part: int, mine: float, taken: Mapping[int, tuple]) -> int:
    if definition.limits is not None:
        limits = (definition.limits.recency, definition.limits.frequency, definition.limits.monetary)[part]
        reached = sum(mine >= float(limit) for limit in limits)
    else:
        column = sorted(row[part] for row in taken.values())
        reached = sum(mine > nearest_rank(column, k, 5) for k in range(1, 5))
    return 5 - reached if part == 0 else 1 + reached


# Life cycle


def lifecycle(definition: Lifecycle, world: World, as_of: datetime) -> dict[int, tuple[str, date | None]]:
    """Everyone → their state today and the first day of it, found by asking every day since their first."""
    deeds, today = deeds_of(definition.events, world, as_of), today_of(world, as_of)
    found: dict[int, tuple[str, date | None]] = {}
    for person in world.people:
        days = sorted({deed.time.date() for deed in deeds.get(person.id, [])})
        state = _state(definition, days, today)
        since = today if days else None
        while since and since > days[0] and _state(definition, days, since - DAY) == state:
            since -= DAY
        found[person.id] = (state, since)
    return found


def _state(definition: Lifecycle, days: list[date], today: date) -> str:
    """The state on a day, from the days of purchase up to it."""
    known = [day for day in days if day <= today]
    if not known:
        return "prospect"
    quiet = (today - known[-1]).days
    if quiet > definition.churned:
        return "churned"
    if quiet > definition.dormant:
        return "dormant"
    if (today - known[0]).days <= definition.new:
        return "new"
    returns = [back for left, back in pairwise(known) if (back - DAY - left).days > definition.churned]
    return "won_back" if returns and (today - returns[-1]).days <= definition.won_back else "active"


# Formula


def calculated(expression: nodes.Expression, world: World, who: int) -> float | None:
    """One customer's number; None where it is missing."""
    if isinstance(expression, nodes.Number):
        return float(expression.value)
    if isinstance(expression, nodes.TagNumber):
        return world.numbers[expression.slug].get(who)
    if isinstance(expression, nodes.AttributeNumber):
        (person,) = (person for person in world.people if person.id == who)
        value = person.attributes.get(expression.slug)
        return None if missing(value) else float(value)
    if isinstance(expression, nodes.Negative):
        inner = calculated(expression.of, world, who)
        return None if inner is None else -inner
    if isinstance(expression, nodes.Binary):
        return _arithmetic(expression.op, *(calculated(p, world, who) for p in (expression.left, expression.right)))
    numbers = [calculated(argument, world, who) for argument in expression.arguments]
    if expression.function == "coalesce":
        return next((one for one in numbers if one is not None), None)
    known = [one for one in numbers if one is not None]
    if len(known) < len(numbers):
        return None
    if expression.function == "round":
        return _rounded(known[0], int(known[1]) if len(known) > 1 else 0)
    return {"min": min, "max": max, "abs": lambda of: abs(of[0])}[expression.function](known)


def _arithmetic(op: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or (op == "/" and right == 0):
        return None
    try:
        found = {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right}.get(
            op, lambda: left / right
        )()
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _rounded(value: float, decimals: int) -> float:
    return math.copysign(math.floor(abs(value) * 10**decimals + 0.5) / 10**decimals, value)
