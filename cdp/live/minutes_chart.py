"""Messages minute by minute as bars. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MINUTES = 60
HEIGHT = 60
BAR = 8


@dataclass(frozen=True)
class Bar:
    """`y` and `height` of all messages; `refused` the height of those among them that were refused."""

    x: int
    y: float
    height: float
    refused: float
    refused_y: float
    at: datetime
    messages: int
    left_out: int


@dataclass(frozen=True)
class MinutesChart:
    bars: list[Bar]
    most: int

    @classmethod
    def of(cls, minutes: Sequence[dict[str, Any]], now: datetime) -> "MinutesChart":
        """`minutes` have `minute`, `taken` and `left_out`; the last bar is the minute that is going on."""
        known = {one["minute"]: one for one in minutes}
        first = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
        most = max((one["taken"] for one in minutes), default=0)
        moments = [first + timedelta(minutes=place) for place in range(MINUTES)]
        return cls([_bar(place, at, known.get(at), most) for place, at in enumerate(moments)], most)

    @property
    def box(self) -> str:
        return f"0 0 {MINUTES * BAR} {HEIGHT}"


def _bar(place: int, at: datetime, minute: dict[str, Any] | None, most: int) -> Bar:
    messages, left_out = (minute["taken"], minute["left_out"]) if minute else (0, 0)
    height = round(max(1.5, HEIGHT * messages / most), 1) if messages else 0.0
    refused = round(height * left_out / messages, 1) if messages else 0.0
    return Bar(place * BAR, HEIGHT - height, height, refused, HEIGHT - refused, at, messages, left_out)
