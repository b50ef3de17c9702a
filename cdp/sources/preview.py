"""What the steps of a column make of the first cells of a file: before, after, and how many they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings

from cdp.cleaning.columns import Cleaner, is_problem
from cdp.cleaning.steps.chain import chain
from cdp.cleaning.steps.step import Context, Step
from cdp.errors import Problem

MOST_ROWS = 5_000
MOST_LINES = 12


@dataclass(frozen=True)
class PreviewLine:
    before: str
    after: str
    rows: int
    problem: Problem | None
    changed: bool


@dataclass(frozen=True)
class Preview:
    """`lines` are distinct values: refused ones first, then changed ones, each by how often they occur.

    `counts` says of every step how many rows it changed and refused.
    """

    rows: int
    changed: int
    refused: int
    lines: Sequence[PreviewLine]
    counts: Sequence[tuple[int, int]]


def preview_of(cells: pa.Array, steps: Sequence[Step], cleaner: Cleaner, zone: ZoneInfo | None = None) -> Preview:
    counted = cells.value_counts()
    texts, rows = counted.field("values"), counted.field("counts").to_numpy()
    zone = zone or ZoneInfo(settings.CDP_TIME_ZONE)
    done = chain(steps, texts, rows, Context(zone, datetime.now(zone).date()))
    lines = [
        _line(before, done.problems.get(place, after), int(rows[place]), cleaner, zone)
        for place, (before, after) in enumerate(zip(texts.to_pylist(), done.values.to_pylist(), strict=True))
    ]
    lines.sort(key=lambda line: (line.problem is None, not line.changed, -line.rows))
    return Preview(
        len(cells),
        sum(line.rows for line in lines if line.changed and not line.problem),
        sum(line.rows for line in lines if line.problem),
        lines[:MOST_LINES],
        [(count.changed, count.refused) for count in done.counts],
    )


def _line(before: str, after: str | Problem | None, rows: int, cleaner: Cleaner, zone: ZoneInfo) -> PreviewLine:
    value: Any = cleaner.value(after, zone) if isinstance(after, str) else after
    if is_problem(value):
        return PreviewLine(before, after if isinstance(after, str) else "", rows, value, True)
    shown = "" if value is None else _written(value)
    return PreviewLine(before, shown, rows, None, shown != before)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, list):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
