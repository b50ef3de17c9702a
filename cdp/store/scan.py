"""What a question would read of the lake, told from the log alone: no file is opened."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .delta import DataFile


@dataclass(frozen=True)
class Part:
    """What is read of one event in one month ("2026-11"). `bytes` are those of whole files, all columns."""

    event: str
    month: str
    files: int
    rows: int
    bytes: int


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
    files, rows, size = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for file in stored:
        key = (file.partition["event"], file.partition["month"])
        files[key] += 1
        rows[key] += file.rows
        size[key] += file.bytes
    return Scan(tuple(Part(*key, files[key], rows[key], size[key]) for key in sorted(files)))
