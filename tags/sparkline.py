"""A small line of numbers over time, as points of an SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT, EDGE = 300, 60, 3


@dataclass(frozen=True)
class Spark:
    """`line` and `area` are SVG point lists; `dots` the points with what they stand for."""

    line: str
    area: str
    dots: tuple[tuple[float, float, datetime, int], ...]
    lowest: int
    highest: int

    @property
    def first_at(self) -> datetime:
        return self.dots[0][2]

    @property
    def last_at(self) -> datetime:
        return self.dots[-1][2]

    box = f"0 0 {WIDTH} {HEIGHT}"


def spark(points: Sequence[tuple[datetime, int]]) -> Spark | None:
    """From the earliest to the latest; nothing for fewer than two. The scale begins at the lowest value
    unless that is near nothing, so that small changes are seen."""
    if len(points) < 2:
        return None
    first, last = points[0][0].timestamp(), points[-1][0].timestamp()
    values = [value for _at, value in points]
    low, high = min(values), max(values)
    span, reach = (last - first) or 1, (high - low) or 1
    dots = tuple(
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (at.timestamp() - first) / span, 1),
            round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * ((value - low) / reach if high > low else 0.5), 1),
            at,
            value,
        )
        for at, value in points
    )
    line = " ".join(f"{x},{y}" for x, y, _at, _value in dots)
    return Spark(line, f"{dots[0][0]},{HEIGHT} {line} {dots[-1][0]},{HEIGHT}", dots, low, high)
