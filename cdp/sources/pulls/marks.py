"""How far a database was read: the greatest value met, and which rows the next reading meets again.

A row may come late with the last value there is, or with one a little before it: numbers are given and times are
taken before a row is there for others to see. So the next reading begins `again` before the mark, and rows that
were met are known by what they say. Rows that say the same are told apart by their number among all like them, so
those that are alike are left out together or read together.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cdp.errors import N_, user_error

# Above so many rows to be met again they are not told one by one: the load finds that it knows them.
MOST_KEPT = 100_000
_DAY = 24 * 60
_READ: dict[str, Callable[[str], Any]] = {
    "integer": int, "decimal": Decimal, "float": float, "datetime": datetime.fromisoformat,
    "date": date.fromisoformat, "text": str,
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A value of the column as JSON keeps it: `{"kind": "integer", "text": "42"}`."""

    kind: str
    text: str

    @classmethod
    def of(cls, value: Any) -> "Mark":
        """Raises `UserError` for what has no order that only grows."""
        kind = _kind(value)
        if not kind or value != value:
            raise user_error(
                N_("The column that grows holds something that is neither a number nor a time nor a text"),
                N_("Choose a column that only grows, such as a number that is counted up or the time of a change"),
                ("column",),
            )
        if kind in ("datetime", "date"):
            return cls(kind, value.isoformat())
        return cls(kind, repr(value) if kind == "float" else str(value))

    @property
    def value(self) -> Any:
        return _READ[self.kind](self.text)

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    known = ((int, "integer"), (Decimal, "decimal"), (float, "float"), (datetime, "datetime"), (date, "date"))
    found = next((name for kind, name in known if isinstance(value, kind)), "")
    return found or ("text" if isinstance(value, str) else "")


def before(value: Any, again: int) -> Any:
    """The value `again` minutes, or units, before one; a text that is no time has none before it."""
    try:
        if isinstance(value, int | float | Decimal):
            return value - again
        if isinstance(value, datetime):
            return value - timedelta(minutes=again)
        if isinstance(value, date):
            return value - timedelta(days=-(-again // _DAY))
        return _text_before(value, again)
    except OverflowError:
        return value


def _text_before(text: str, again: int) -> str:
    """Times are texts in SQLite: 2026-11-01 10:00:00 or 2026-11-01T10:00, without a zone."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    if time.tzinfo or len(text) < len("2026-11-01 10:00"):
        return text
    clock = "%H:%M" if len(text) == len("2026-11-01 10:00") else "%H:%M:%S"
    return (time - timedelta(minutes=again)).strftime(f"%Y-%m-%d{text[10]}{clock}")


def _is_less(one: Any, other: Any) -> bool:
    """SQLite keeps numbers and texts in one column, and orders the kinds one after the other."""
    try:
        return bool(one < other)
    except TypeError:
        return True


def row_hash(cells: Sequence[str]) -> str:
    return hashlib.blake2b("\x1f".join(cells).encode(), digest_size=12).hexdigest()


@dataclass
class Met:
    """What a reading has met so far: `mark`, the rows the next one will meet again, and one number for them all.

    Values come in their order; those before `bound` are not met again.
    """

    again: int
    mark: Any = None
    bound: Any = None
    rows: int = 0
    total: int = 0
    untold: Any = None
    kept: deque[tuple[Any, str]] = field(default_factory=deque)

    def add(self, value: Any, known_as: str) -> None:
        self.rows += 1
        self.total = (self.total + int(known_as, 16)) % (1 << 96)
        if value is None:
            return
        if value != self.mark:
            self.mark, self.bound = value, before(value, self.again)
            while self.kept and _is_less(self.kept[0][0], self.bound):
                self.kept.popleft()
        if len(self.kept) < MOST_KEPT:
            self.kept.append((value, known_as))
        else:
            self.untold = value

    def window(self, columns: Sequence[str]) -> dict[str, Any]:
        """For the next one: hash → number of rows, if they are not too many."""
        if self.mark is None or (self.untold is not None and not _is_less(self.untold, self.bound)):
            return {}
        return {"columns": list(columns), "rows": dict(Counter(known_as for _value, known_as in self.kept))}

    @property
    def digest(self) -> str:
        """The same for the same rows in whatever order."""
        return f"{self.rows}:{self.total:x}"
