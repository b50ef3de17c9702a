"""What may be asked of another database: a table, or one single SELECT that changes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from cdp.errors import N_, UserError, user_error

TABLE = re.compile(r"[^\s.;'\"`()\[\]%?]+(\.[^\s.;'\"`()\[\]%?]+){0,2}")
_CHANGING = (
    exp.Into, exp.Lock, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command,
    exp.Placeholder, exp.Parameter,
)  # fmt: skip
# MySQL runs what stands in such a comment.
_RUN_COMMENT = re.compile(r"/\*M?!")


@dataclass(frozen=True)
class Question:
    """SQL for the rows of a table or SELECT. `quote` is the sign around names, `hole` that of a parameter."""

    rows: str
    quote: str
    hole: str

    def columns(self) -> str:
        return self._said(f"SELECT * FROM {self.rows} WHERE 1 = 0")

    def first(self, most: int) -> str:
        return self._said(f"SELECT * FROM {self.rows} LIMIT {int(most)}")

    def without(self, column: str) -> str:
        return self._said(f"SELECT count(*) FROM {self.rows} WHERE {self.name(column)} IS NULL")

    def new(self, columns: Sequence[str], column: str, after: bool) -> str:
        """The rows with a value in `column`, in its order; `after` one that is given, which belongs to them."""
        named = ", ".join(self.name(each) for each in columns)
        if not column:
            return self._said(f"SELECT {named} FROM {self.rows}")
        name = self.name(column)
        condition = f"{name} >= \0" if after else f"{name} IS NOT NULL"
        return self._said(f"SELECT {named} FROM {self.rows} WHERE {condition} ORDER BY {name}")

    def name(self, name: str) -> str:
        return f"q.{_quoted(name, self.quote)}"

    def _said(self, sql: str) -> str:
        """Drivers that write parameters as %s take every other percent sign twice."""
        return (sql.replace("%", "%%") if self.hole == "%s" else sql).replace("\0", self.hole)


def question(text: str, *, dialect: str, quote: str, hole: str) -> Question:
    """Raises `UserError` for anything but a table's name or one SELECT."""
    text = text.strip().removesuffix(";").strip()
    if TABLE.fullmatch(text):
        table = ".".join(_quoted(part, quote) for part in text.split("."))
        return Question(f"{table} q", quote, hole)
    if not _only_reads(text, dialect):
        raise _refused()
    return Question(f"(\n{text}\n) q", quote, hole)


def _only_reads(text: str, dialect: str) -> bool:
    if _RUN_COMMENT.search(text) or "\0" in text:
        return False
    try:
        found = sqlglot.parse(text, dialect=dialect)
    except (SqlglotError, RecursionError):
        return False
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        return False
    return found[0].find(*_CHANGING) is None


def _refused() -> UserError:
    return user_error(
        N_("Only the name of a table or one single SELECT can be read"),
        N_("Write shop.orders, or SELECT … FROM …, without parameters, semicolons, INTO or FOR UPDATE"),
        ("query",),
    )


def _quoted(name: str, quote: str) -> str:
    return f"{quote}{name.replace(quote, quote * 2)}{quote}"
