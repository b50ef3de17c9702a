"""Reading the lake: one consistent state of events and profiles, for as long as somebody looks at it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import ibis
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.engine import RuleEngine, engine, rule_engine

from . import files
from .delta import DataFile, table_files
from .kinds import CUSTOMER_ID, Column, ibis_table
from .scan import Scan, scan_of
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
        self._columns, self._hidden = events, version.hidden
        self._stored = table_files(EVENTS, version.events)
        self._overrides = table_files(OVERRIDES, version.overrides)
        engine().attach(self.name, {EVENTS: self._events_sql(None), PROFILES: profiles_sql(version, profiles)})
        self._rules: RuleEngine | None = rule_engine()
        if self._rules is not None:
            self._rules.attach(self.name, rule_state(version, events, profiles))

    def detach(self) -> None:
        engine().detach(self.name)
        if self._rules is not None:
            self._rules.detach(self.name)

    def scan(self, scope: Scope | None = None) -> Scan:
        """What reading the events of a scope would read (all of them by default)."""
        return scan_of(self._scoped(scope))

    def _scoped(self, scope: Scope | None) -> list[DataFile]:
        return self._stored if scope is None else scoped(self._stored, scope.events, scope.start, scope.end)

    def _events_sql(self, scope: Scope | None) -> str:
        return events_sql(self._scoped(scope), self._columns, self._hidden, self._overrides)

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

    def universe(self) -> BitMap:
        """Every live customer."""
        if self._universe is None:
            sql = self._sql(self.tables.profiles.select("customer_id"), None)
            self._universe = BitMap(engine().ids(self.name, sql))
        return self._universe


def _extra(members: BitMap | None) -> dict[str, pa.Table] | None:
    if members is None:
        return None
    return {"members": pa.table({"customer_id": pa.array(np.asarray(members.to_array(), dtype=np.int32))})}


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
