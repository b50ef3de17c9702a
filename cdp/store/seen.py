"""What a state of the lake consisted of, and which customers' events or being there differ in another one."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids
from cdp.engine import engine

from . import files
from .delta import DataFile, columns_mark
from .kinds import Column
from .views import EVENTS, OVERRIDES, events_sql, files_sql, overridden, read

PartKey = tuple[str, str]


@dataclass(frozen=True)
class Seen:
    """The files of events by event and month, those of overrides, the batches not seen, the columns and their
    types, and every live customer."""

    events: Mapping[PartKey, frozenset[str]]
    overrides: frozenset[str]
    hidden: frozenset[int]
    columns: str
    universe: BitMap

    def as_json(self) -> dict[str, Any]:
        return {
            "events": [[*key, sorted(paths)] for key, paths in sorted(self.events.items())],
            "overrides": sorted(self.overrides),
            "hidden": sorted(self.hidden),
            "columns": self.columns,
            "universe": base64.b64encode(self.universe.serialize()).decode(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Seen":
        return cls(
            {(event, month): frozenset(paths) for event, month, paths in kept["events"]},
            frozenset(kept["overrides"]),
            frozenset(kept["hidden"]),
            kept["columns"],
            BitMap.deserialize(base64.b64decode(kept["universe"])),
        )


def columns_seen(columns: Mapping[str, Column]) -> str:
    return columns_mark(f"{name} {kind.sql}" for name, kind in columns.items())


class State(Protocol):
    """The state of the lake that is looked at now."""

    name: str
    columns: dict[str, Column]
    hidden: tuple[int, ...]
    overrides: list[DataFile]
    by_part: dict[PartKey, list[DataFile]]

    def seen(self) -> Seen: ...


def customers_changed(now: State, before: Seen) -> BitMap | None:
    """Who may have other events now, or came or went since; None where that cannot be told any more."""
    today = now.seen()
    if before.columns != today.columns:
        return None
    changed = before.universe ^ today.universe
    for sql in [*_rows_sql(now, before), *_batches_sql(now, before), *_overrides_sql(now, before)]:
        if sql is None:
            return None
        changed |= bitmap_of_ids(engine().ids(now.name, sql))
    return changed


def _rows_sql(now: State, before: Seen) -> Iterable[str | None]:
    """Of each part: the customers of what was added; where files went, of what is not the same before and after."""
    for key in {*before.events, *now.by_part}:
        here = {file.path: file for file in now.by_part.get(key, ())}
        there = before.events.get(key, frozenset())
        added = [here[path] for path in sorted(here.keys() - there)]
        gone = sorted(there - here.keys())
        if gone:
            yield _differing_sql(now, before, added, [_file(key, path) for path in gone])
        elif added:
            yield f"SELECT DISTINCT customer_id FROM ({_events_sql(now, added, now.hidden)})"


def _differing_sql(
    now: State, before: Seen, added: Sequence[DataFile], gone: Sequence[DataFile | None]
) -> str | None:
    """Joined files hold the same events as before; what an undone batch held is gone."""
    old = [file for file in gone if file is not None]
    if len(old) < len(gone):
        return None
    sides = [(_events_sql(now, old, sorted(before.hidden)), -1)]
    if added:
        sides.append((_events_sql(now, added, now.hidden), 1))
    rows = " UNION ALL ".join(f"SELECT customer_id, event_id, {sign} AS sign FROM ({sql})" for sql, sign in sides)
    return (
        f"SELECT customer_id FROM ({rows}) GROUP BY customer_id"
        " HAVING sum(sign) <> 0 OR sum(sign * hash(event_id)::HUGEINT) <> 0"
    )


def _events_sql(now: State, stored: Sequence[DataFile], hidden: Sequence[int]) -> str:
    return events_sql(stored, now.columns, hidden, now.overrides)


def _file(key: PartKey, path: str) -> DataFile | None:
    """A file that went out of use; None when it has been deleted since."""
    if files.is_remote() or not Path(files.local(EVENTS, path)).exists():
        return None
    return DataFile(path, 0, 0, {"event": key[0], "month": key[1]})


def _batches_sql(now: State, before: Seen) -> Iterable[str]:
    """Batches that came into sight, or went out of it, with files that were there before."""
    batches = before.hidden ^ set(now.hidden)
    common = [file for key, stored in now.by_part.items() for file in stored if file.path in _paths(before, key)]
    if batches and common:
        rows = overridden(files_sql(EVENTS, common, now.columns, ("event", "month")), now.overrides)
        listed = ", ".join(map(str, sorted(batches)))
        yield f"SELECT DISTINCT customer_id FROM ({rows}) WHERE batch_id IN ({listed})"


def _paths(before: Seen, key: PartKey) -> frozenset[str]:
    return before.events.get(key, frozenset())


def _overrides_sql(now: State, before: Seen) -> Iterable[str | None]:
    """Origins that belong to others than before: both customers, and those their events are stored with."""
    here = {file.path for file in now.overrides}
    if here == before.overrides:
        return
    if files.is_remote() or any(not Path(files.local(OVERRIDES, path)).exists() for path in before.overrides):
        yield None
        return
    old, new = (_mapping_sql(sorted(paths)) for paths in (before.overrides, here))
    differing = f"(({old}) EXCEPT ({new})) UNION (({new}) EXCEPT ({old}))"
    yield f"SELECT unnest([origin_id, customer_id]) AS customer_id FROM ({differing})"
    stored = [file for part in now.by_part.values() for file in part]
    if stored:
        rows = files_sql(EVENTS, stored, now.columns, ("event", "month"))
        yield (
            f"SELECT DISTINCT customer_id FROM ({rows}) WHERE origin_id IN (SELECT origin_id FROM ({differing}))"
        )


def _mapping_sql(paths: Sequence[str]) -> str:
    if not paths:
        return "SELECT NULL::INTEGER AS origin_id, NULL::INTEGER AS customer_id WHERE false"
    return f"SELECT origin_id, customer_id FROM {read(OVERRIDES, [DataFile(path, 0, 0) for path in paths])}"
