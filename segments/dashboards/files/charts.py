"""What every file is made of: a dashboard's charts with the numbers behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from segments.personas.statistics import Base

from ..behind import Row, base_of, row_of, rows_of
from ..figures.house import Words
from ..wording import words


@dataclass(frozen=True)
class Chart:
    """One chart: of `shape` (see `behind`), with a note that tells the sample size; `used` are its words."""

    section: str
    title: str
    note: str
    shape: str
    base: Base
    rows: Sequence[Row]
    used: Words


@dataclass(frozen=True)
class Apart:
    """A value that sets the group apart, `over` or under everyone's."""

    over: bool
    subject: str
    value: str
    row: Row


def words_of(content: Mapping[str, Any]) -> Words:
    return words(content.get("against", ""))


def compared(content: Mapping[str, Any]) -> str:
    return f"{_('Compared with')}: {words_of(content).everyone}"


def charts_of(content: Mapping[str, Any]) -> Iterator[Chart]:
    used = words_of(content)
    for section in content["sections"]:
        for chart in section["charts"]:
            data = chart["data"]
            yield Chart(
                section["title"], chart["title"], chart["note"], data["shape"], base_of(data), rows_of(data), used
            )


def apart_of(content: Mapping[str, Any]) -> Iterator[Apart]:
    for way in ("over", "under"):
        for found in content.get(way, []):
            ours, size, theirs, everyone = found["counts"]
            row = row_of(found["value"], found["value"], ours, theirs, Base(size, everyone, 0))
            yield Apart(way == "over", found["subject"], found["value"], row)
