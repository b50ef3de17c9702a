"""What a question would read of the lake, told from the log alone: no file is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .delta import DataFile


@dataclass(frozen=True)
class Part:
    """What is read of one event in one month ("2026-11"). `bytes` are those of whole files, all columns.

    `low` and `high` are the first and the last time (naive UTC), where every file says them.
    """

    event: str
    month: str
    files: int
    rows: int
    bytes: int
    low: datetime | None = None
    high: datetime | None = None


@dataclass(frozen=True)
class Scan:
    """The parts that remain after pruning, by event and month."""

    parts: tuple[Part, ...]

    @property
    def files(self) -> int:
        return sum(part.files for part in self.parts)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)


def scan_of(stored: Iterable[DataFile]) -> Scan:
    parts = files_by_part(stored)
    return Scan(tuple(_part(event, month, parts[event, month]) for event, month in sorted(parts)))


def files_by_part(stored: Iterable[DataFile]) -> dict[tuple[str, str], list[DataFile]]:
    """(event, month) → its files."""
    parts: dict[tuple[str, str], list[DataFile]] = {}
    for file in stored:
        parts.setdefault((file.partition["event"], file.partition["month"]), []).append(file)
    return parts


def _part(event: str, month: str, stored: list[DataFile]) -> Part:
    rows, size = sum(file.rows for file in stored), sum(file.bytes for file in stored)
    if not all("time" in file.low and "time" in file.high for file in stored):
        return Part(event, month, len(stored), rows, size)
    low, high = min(file.low["time"] for file in stored), max(file.high["time"] for file in stored)
    return Part(event, month, len(stored), rows, size, low, high)
