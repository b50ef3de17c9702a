"""What a compiled condition is: an expression over the lake's unbound tables, and the events it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Protocol

import ibis.expr.types as ir


class Tables(Protocol):
    """The unbound tables of the lake, with their current columns."""

    @property
    def events(self) -> ir.Table: ...

    @property
    def profiles(self) -> ir.Table: ...


@dataclass(frozen=True)
class Scope:
    """What a query needs of the events: these ones (None: any), from `start` to before `end` (naive UTC)."""

    events: tuple[str, ...] | None
    start: datetime | None
    end: datetime

    def __or__(self, other: "Scope") -> "Scope":
        """What both need, and perhaps more."""
        events, start = None, None
        if self.events is not None and other.events is not None:
            events = tuple(sorted({*self.events, *other.events}))
        if self.start is not None and other.start is not None:
            start = min(self.start, other.start)
        return Scope(events, start, max(self.end, other.end))


def united(scopes: Iterable[Scope]) -> Scope:
    return reduce(lambda one, other: one | other, scopes)


@dataclass(frozen=True)
class Query:
    """`expr` has one column, customer_id; with `complement` it finds those who do not belong.

    `scope` lets the lake leave out files without reading the expression.
    """

    expr: ir.Table
    complement: bool = False
    scope: Scope | None = None
