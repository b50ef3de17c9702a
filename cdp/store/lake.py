"""Reading the lake: one consistent state of events and profiles, for as long as somebody looks at it."""

import os
import threading
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

import ibis
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from cdp.engine import RuleEngine, asked_still, engine, rule_engine

from . import files
from .columns import hidden_in, moved_origins, stored_columns
from .delta import DataFile, table_files
from .kinds import CUSTOMER_ID, Column, ibis_table, literal, quoted
from .scan import Part, Scan, files_by_part, scan_of
from .seen import Seen, columns_seen, customers_changed
from .small import SmallLake
from .state import rule_state
from .versions import Version, version_current
from .views import EVENTS, OVERRIDES, PROFILES, event_schema, events_sql, profile_schema, profiles_sql, scoped


@dataclass(frozen=True)
class Tables:
    """Unbound tables to write expressions with; `members` is there when `frame` or `ids` is given some."""

    events: ibis.Table
    profiles: ibis.Table
    members: ibis.Table


class Scope(Protocol):
    """What an expression promises to need of the events: these ones (None: any), in this time (naive UTC)."""

    @property
    def events(self) -> tuple[str, ...] | None: ...

    @property
    def start(self) -> datetime | None: ...

    @property
    def end(self) -> datetime: ...


class Lake:
    """A consistent state of the data. Made by `snapshot`; may be used from several threads."""

    def __init__(self, version: Version, events: dict[str, Column], profiles: dict[str, Column]):
        self.version = version.token
        self.tables = Tables(
            ibis_table(EVENTS, events),
            ibis_table(PROFILES, profiles),
            ibis_table("members", {"customer_id": CUSTOMER_ID}),
        )
        self.name = f"lake_{version.token}_{os.urandom(4).hex()}"
        self.readers = 0
        self._universe: BitMap | None = None
        self.columns, self.hidden = events, version.hidden
        self._stored = table_files(EVENTS, version.events)
        self.by_part, self._everything = files_by_part(self._stored), scan_of(self._stored)
        self.overrides = table_files(OVERRIDES, version.overrides)
        self.profiles = table_files(PROFILES, version.profiles)
        self._latest: tuple[ibis.Expr, str] | None = None
        engine().attach(
            self.name, {EVENTS: self._events_sql(None), PROFILES: profiles_sql(self.profiles, profiles)}
        )
        self._rules: RuleEngine | None = rule_engine()
        if self._rules is not None:
            self._rules.attach(self.name, rule_state(version, events, profiles))

    def detach(self) -> None:
        engine().detach(self.name)
        if self._rules is not None:
            self._rules.detach(self.name)

    def scan(self, scope: Scope | None = None) -> Scan:
        """What reading the events of a scope would read (all of them by default)."""
        return self._everything if scope is None else scan_of(self._scoped(scope))

    @property
    def by_parts(self) -> bool:
        """Whether reading part by part is the fastest way here; a cluster is better asked whole questions."""
        return self._rules is None

    def parts(self, events: Collection[str] | None = None) -> tuple[Part, ...]:
        """What there is of some events (None: all), by event and month."""
        return tuple(part for part in self.scan().parts if events is None or part.event in events)

    def part(
        self, expr: ibis.Expr, part: Part, columns: Sequence[str], ids: tuple[int, int] | None = None
    ) -> pa.Table:
        """Columns of what an expression over the events gives for one part, and for the customers of a
        half-open range."""
        stored = self.by_part[part.event, part.month]
        events = events_sql(stored, self.columns, self.hidden, self.overrides)
        chosen = ", ".join(quoted(column) for column in columns)
        some = f" WHERE customer_id >= {ids[0]} AND customer_id < {ids[1]}" if ids else ""
        sql = f"WITH {EVENTS} AS NOT MATERIALIZED ({events}) SELECT {chosen} FROM ({self._compiled(expr)}){some}"
        return engine().frame(self.name, sql)

    def content(self, part: Part) -> Hashable:
        """Equal for parts, of this or any other state, that hold the same rows in the same order."""
        stored = self.by_part[part.event, part.month]
        moved = tuple(file.path for file in self.overrides)
        return tuple(file.path for file in stored), hidden_in(stored, self.hidden), moved

    def rows_of(self, part: Part, columns: Sequence[str]) -> pa.Table:
        """Stored columns of a part, always in the same order, texts as dictionaries. Its files are read here, not
        by the engine."""
        asked_still()
        stored = self.by_part[part.event, part.month]
        hidden = hidden_in(stored, self.hidden)
        return stored_columns(stored, columns, self.columns, hidden, self._moved)

    @cached_property
    def _moved(self) -> np.ndarray | None:
        return moved_origins(self.overrides)

    def _compiled(self, expr: ibis.Expr) -> str:
        """Compiling takes longer than reading a small part, so the latest is kept."""
        if self._latest is None or self._latest[0] is not expr:
            self._latest = (expr, str(ibis.to_sql(expr, dialect="duckdb", pretty=False)))
        return self._latest[1]

    def _scoped(self, scope: Scope | None) -> list[DataFile]:
        return self._stored if scope is None else scoped(self._stored, scope.events, scope.start, scope.end)

    def _events_sql(self, scope: Scope | None) -> str:
        return events_sql(self._scoped(scope), self.columns, self.hidden, self.overrides)

    def _sql(self, expr: ibis.Expr, scope: Scope | None) -> str:
        """With a scope the engine only hears of the files it may need: planning over all of them takes longest."""
        sql = str(ibis.to_sql(expr, dialect="duckdb", pretty=False))
        if scope is None:
            return sql
        return f"WITH {EVENTS} AS NOT MATERIALIZED ({self._events_sql(scope)}) SELECT * FROM ({sql})"

    def ids(self, expr: ibis.Expr, members: BitMap | None = None, scope: Scope | None = None) -> np.ndarray:
        """The customers an expression with the one column `customer_id` gives, as uint32."""
        if self._rules is not None and members is None:
            return self._rules.ids(self.name, expr)
        return engine().ids(self.name, self._sql(expr, scope), _extra(members))

    def frame(self, expr: ibis.Expr, members: BitMap | None = None, scope: Scope | None = None) -> pa.Table:
        """What an expression gives. With `members`, it may join `tables.members`.

        An expression with a scope is a rule's; the pages' own, which have none, stay in this process.
        """
        if self._rules is not None and scope is not None:
            return self._rules.frame(self.name, expr)
        return engine().frame(self.name, self._sql(expr, scope), _extra(members))

    def over(self, expr: ibis.Expr, tables: Mapping[str, pa.Table]) -> pa.Table:
        """What an expression gives over these tables, by their names, not the lake's; in this process."""
        return over(self.name, expr, tables)

    def seen(self) -> Seen:
        """What this state consists of, to be compared with another one later."""
        parts = {key: frozenset(file.path for file in stored) for key, stored in self.by_part.items()}
        overrides = frozenset(file.path for file in self.overrides)
        return Seen(parts, overrides, frozenset(self.hidden), columns_seen(self.columns), self.universe())

    def changed_since(self, before: Seen) -> BitMap | None:
        """Who may have other events than in an earlier state, or came or went; None where nobody can tell."""
        return customers_changed(self, before)

    def happened(self, events: Collection[str] | None, start: datetime, end: datetime) -> BitMap:
        """Whose events (None: any) there are from `start` to before `end`, in naive UTC."""
        stored = scoped(self._stored, events, start, end)
        if not stored:
            return BitMap()
        named = "" if events is None else f"event IN ({', '.join(map(literal, sorted(events)))}) AND "
        rows = events_sql(stored, self.columns, self.hidden, self.overrides)
        sql = f"SELECT DISTINCT customer_id FROM ({rows}) WHERE {named}"
        return bitmap_of_ids(
            engine().ids(self.name, f"{sql}time >= TIMESTAMP '{start}' AND time < TIMESTAMP '{end}'")
        )

    def only(self, members: BitMap, columns: Set[str]) -> SmallLake:
        """The events of some live customers, with these columns, to be asked by themselves."""
        return SmallLake(self.name, self.tables, self.columns, members, columns)

    def universe(self) -> BitMap:
        """Every live customer."""
        if self._universe is None:
            sql = self._sql(self.tables.profiles.select("customer_id"), None)
            self._universe = bitmap_of_ids(engine().ids(self.name, sql))
        return self._universe


def over(name: str, expr: ibis.Expr, tables: Mapping[str, pa.Table]) -> pa.Table:
    """What an expression gives over these tables in the place of those of a set of views."""
    given = ", ".join(f"{quoted(table)} AS (FROM {quoted(f'given {table}')})" for table in tables)
    sql = f"WITH {given} SELECT * FROM ({ibis.to_sql(expr, dialect='duckdb', pretty=False)})"
    return engine().frame(name, sql, {f"given {table}": rows for table, rows in tables.items()})


def _extra(members: BitMap | None) -> dict[str, pa.Table] | None:
    if members is None:
        return None
    return {"members": pa.table({"customer_id": pa.array(ids_of_bitmap(members).astype(np.int32))})}


_lock = threading.Lock()
_lakes: dict[tuple[int, str, str], Lake] = {}


@contextmanager
def snapshot() -> Iterator[Lake]:
    """The newest committed state of the lake, unchanged by whatever is written meanwhile."""
    key, lake = _enter()
    try:
        yield lake
    finally:
        _leave(key)


def _enter() -> tuple[tuple[int, str, str], Lake]:
    version = version_current()
    key = (os.getpid(), files.root(), version.token)
    with _lock:
        if key not in _lakes:
            _lakes[key] = Lake(version, event_schema(), profile_schema())
        lake = _lakes[key]
        lake.readers += 1
        for other in [k for k, v in _lakes.items() if k != key and v.readers == 0]:
            _lakes.pop(other).detach()
    return key, lake


def _leave(key: tuple[int, str, str]) -> None:
    with _lock:
        _lakes[key].readers -= 1
