"""JSON → operators with their right-hand sides."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from cdp.errors import N_

from .nodes import Ago, Ahead, DateExpr, Operand, Own, StartOf, Test, Value
from .operators import SHAPES, Shape
from .parse_places import read_place
from .parse_windows import LIMITS, read_span, read_unit
from .reading import Path, Reading

MOST_VALUES = 10_000

ReadOwn: TypeAlias = Callable[[Reading, dict[str, Any], Path], Own | None]


def read_test(reading: Reading, data: dict[str, Any], path: Path, own: ReadOwn | None = None) -> Test | None:
    """The `op` and `value` of a condition. `own` reads another value of the customer, where one may stand."""
    name = data.get("op")
    if not isinstance(name, str):
        reading.refuse((*path, "op"), N_("An operator is needed."), N_('For example "op": "is".'))
        return None
    if name not in SHAPES:
        reading.unknown((*path, "op"), name, SHAPES, N_('There is no operator "%(name)s".'))
        return None
    shape, here = SHAPES[name], (*path, "value")
    if shape is Shape.NONE:
        if data.get("value") is not None:
            reading.refuse(here, N_('"%(name)s" takes no value.'), N_("Leave the value out."), name=name)
        return Test(name)
    if data.get("value") is None:
        reading.refuse(here, N_("A value is needed."))
        return None
    value = _right_side(reading, name, data["value"], here, own)
    return None if value is None else Test(name, value)


def _right_side(reading: Reading, op: str, data: Any, path: Path, own: ReadOwn | None) -> Value:
    shape = SHAPES[op]
    if not _is_own(data):
        return read_place(reading, op, data, path) if shape is Shape.PLACE else _value(reading, shape, data, path)
    if own is None:
        hint = N_("Give a plain value, or compare the attribute or the measure outside.")
        reading.refuse(path, N_("In a filter, and for a tag, only plain values stand on the right."), hint)
        return None
    if shape is not Shape.ONE:
        hint = N_("Operators that take one value can.")
        reading.refuse(path, N_('"%(name)s" cannot compare with another value of the customer.'), hint, name=op)
        return None
    return own(reading, data, path)


def _is_own(data: Any) -> bool:
    return isinstance(data, dict) and ("attribute" in data or "measure" in data)


def _value(reading: Reading, shape: Shape, data: Any, path: Path) -> Value:
    if shape is Shape.SPAN:
        return read_span(reading, data, path)
    if shape is Shape.ONE:
        return _operand(reading, data, path)
    if not isinstance(data, list) or not data:
        reading.refuse(path, N_("A list of values is needed."), N_('For example ["gold", "silver"].'))
        return None
    if shape is Shape.PAIR and len(data) != 2:
        reading.refuse(path, N_("Two values are needed, the lower first."), N_("For example [100, 500]."))
        return None
    if len(data) > MOST_VALUES:
        hint = N_("Upload longer lists as a list of customers.")
        reading.refuse(path, N_("At most %(most)s values fit here."), hint, most=MOST_VALUES)
        return None
    read = tuple(_operand(reading, item, (*path, i)) for i, item in enumerate(data))
    values = tuple(item for item in read if item is not None)
    return values if len(values) == len(read) else None


def _operand(reading: Reading, data: Any, path: Path) -> Operand | None:
    if isinstance(data, str | bool | int):
        return data
    if isinstance(data, Decimal) and data.is_finite():
        return data
    if isinstance(data, float) and math.isfinite(data):
        return Decimal(repr(data))
    if isinstance(data, dict):
        return _expression(reading, data, path)
    reading.refuse(path, N_("A text, a number or a date is needed here."))
    return None


def _expression(reading: Reading, data: dict[str, Any], path: Path) -> DateExpr | None:
    if _is_own(data):
        hint = N_("Write a condition of its own for each.")
        reading.refuse(path, N_("Another value of the customer stands alone, not in a list."), hint)
        return None
    for key, make in (("ago", Ago), ("ahead", Ahead)):
        if key in data:
            reading.known_keys(data, (key, "unit"), path)
            unit = read_unit(reading, data.get("unit"), (*path, "unit"))
            n = None if unit is None else reading.whole(data[key], (*path, key), 0, LIMITS[unit])
            return None if unit is None or n is None else make(n, unit)
    if "start_of" in data:
        reading.known_keys(data, ("start_of",), path)
        unit = read_unit(reading, data["start_of"], (*path, "start_of"))
        return None if unit is None else StartOf(unit)
    hint = N_('For example "2026-06-18", or {"ago": 30, "unit": "day"}.')
    reading.refuse(path, N_("This value is not known."), hint)
    return None
