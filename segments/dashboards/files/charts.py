"""What every file is made of: a dashboard's charts with the numbers behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segments.personas.statistics import Base

from ..behind import Row, base_of, row_of, rows_of


@dataclass(frozen=True)
class Chart:
    """One chart: of `shape` (see `behind`), with a note that tells the sample size."""

    section: str
    title: str
    note: str
    shape: str
    base: Base
    rows: Sequence[Row]


@dataclass(frozen=True)
class Apart:
    """A value that sets the group apart, `over` or under everyone's."""

    over: bool
    subject: str
    value: str
    row: Row


def charts_of(content: Mapping[str, Any]) -> Iterator[Chart]:
    for section in content["sections"]:
        for chart in section["charts"]:
            data = chart["data"]
            yield Chart(
                section["title"], chart["title"], chart["note"], data["shape"], base_of(data), rows_of(data)
            )


def apart_of(content: Mapping[str, Any]) -> Iterator[Apart]:
    for way in ("over", "under"):
        for found in content.get(way, []):
            ours, size, theirs, everyone = found["counts"]
            row = row_of(found["value"], found["value"], ours, theirs, Base(size, everyone, 0))
            yield Apart(way == "over", found["subject"], found["value"], row)
