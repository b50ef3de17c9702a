"""The nearest numbers that a test would take."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..operators import Operator

CENT = Fraction(1, 100)


@dataclass(frozen=True)
class Targets:
    """Above and below what there is; None where no number that way would do."""

    up: Fraction | None
    down: Fraction | None


def targets(
    row: Operator, args: tuple[Fraction, ...], value: Fraction | None, *, wanted: bool, step: Fraction | None
) -> Targets:
    """`step`: the numbers there can be are its multiples; None: any number. Without a value both are the same."""
    good = [number for number in _candidates(args, value, step) if bool(row.test(number, args)) == wanted]
    if value is None:
        middle = args[0] if args else Fraction(0)
        nearest = min(good, key=lambda number: (abs(number - middle), number), default=None)
        return Targets(nearest, nearest)
    up = min((number for number in good if number > value), default=None)
    down = max((number for number in good if number < value), default=None)
    return Targets(up, down)


def _candidates(args: tuple[Fraction, ...], value: Fraction | None, step: Fraction | None) -> Iterator[Fraction]:
    """Around every edge; the answer of a test changes nowhere else."""
    for edge in {*args, *([] if value is None else [value])}:
        if step is None:
            yield from (edge - 1, edge, edge + 1)
        else:
            base = math.floor(edge / step)
            yield from ((base + n) * step for n in (-1, 0, 1, 2))


def fractions(args: tuple[Any, ...]) -> tuple[Fraction, ...]:
    return tuple(Fraction(arg) for arg in args)
