"""Some customers as they are at this very moment: their events in the lake and those on their way, and their
profiles as the operational database has them.

Asked as a lake is, with customers numbered 0, 1, 2, … (`SmallLake`). Whose an event is follows from its origin, as
the operational database has it, so merges that the lake does not know yet are in force here.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from django.conf import settings
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids
from cdp.engine import engine

from .bulk import among, rows_read
from .customers import members_read
from .kinds import Column, literal, quoted
from .lake import Lake, over
from .mirror import profile_columns_sql
from .scan import Part
from .small import SmallLake
from .views import PROFILES, events_sql, profile_schema

PEOPLE = pa.schema([("id", pa.int64()), ("said", pa.string())])


@dataclass(frozen=True)
class Chosen:
    """Live customers and the rows they are made of: id (origin) and root."""

    members: pa.Table

    @property
    def customers(self) -> BitMap:
        return bitmap_of_ids(self.members["root"].to_numpy().astype(np.uint32))

    @property
    def origins(self) -> list[int]:
        found: list[int] = self.members["id"].to_pylist()
        return found


def chosen_of(roots: np.ndarray) -> Chosen:
    return Chosen(members_read(roots))


class ChosenLake(SmallLake):
    """Call `detach` at the end. `hot` are events on their way (every column of theirs, by origin_id); of the stored
    ones only those of `events` (None: any) are read."""

    def __init__(
        self, lake: Lake, chosen: Chosen, hot: pa.Table, columns: Set[str], events: Collection[str] | None = None
    ) -> None:
        self._chosen, self._hot = chosen, hot
        stored = [
            file
            for (event, _month), files in lake.by_part.items()
            if events is None or event in events
            for file in files
        ]
        # Overrides say whose an origin was when the lake was last written; here the database says it.
        self._stored = events_sql(stored, lake.columns, lake.hidden, [])
        super().__init__(lake.name, lake.tables, lake.columns, chosen.customers, columns)
        self._profiles(profile_schema())

    def _rows(self, chosen: Sequence[str]) -> tuple[str, dict[str, pa.Table]]:
        roots = self._chosen.members["root"].to_numpy().astype(np.uint32)
        places = np.searchsorted(self.customers, roots).astype(np.int32)
        origins = self._chosen.members["id"].to_numpy().astype(np.int32)
        stored = ", ".join(f"e.{quoted(column)}" for column in chosen)
        fresh = ", ".join(f"{_HOT.get(column, 'h.' + quoted(column))} AS {quoted(column)}" for column in chosen)
        local = f"timezone({literal(settings.CDP_TIME_ZONE)}, timezone('UTC', h.time))"
        rows = (
            f"SELECT m.place AS customer_id, {stored} FROM ({self._stored}) AS e JOIN members AS m ON"
            f" e.origin_id = m.origin UNION ALL BY NAME SELECT m.place AS customer_id, {fresh} FROM"
            f" (SELECT h.*, {local} AS local FROM hot AS h) AS h JOIN members AS m ON h.origin_id = m.origin"
        )
        members = pa.table({"origin": pa.array(origins), "place": pa.array(places)})
        return f"FROM ({rows})", {"members": members, "hot": self._hot}

    def content(self, part: Part) -> Hashable:
        """Equal for the same part of this very lake."""
        return self.name, part.event

    def rows_of(self, part: Part, columns: Sequence[str]) -> pa.Table:
        """Columns of a part, always in the same order, texts as dictionaries."""
        chosen = ", ".join(quoted(column) for column in columns)
        sql = f"SELECT {chosen} FROM kept WHERE event = {literal(part.event)} ORDER BY rowid"
        found = engine().frame(self.name, sql)
        for place, field in enumerate(found.schema):
            if pa.types.is_string(field.type):
                found = found.set_column(place, field.name, found[place].dictionary_encode())
        return found

    def over(self, expr: ibis.Expr, tables: Mapping[str, pa.Table]) -> pa.Table:
        """What an expression gives over these tables, by their names."""
        return over(self.name, expr, tables)

    def _profiles(self, columns: dict[str, Column]) -> None:
        where, value = among("id", [int(one) for one in self.customers])
        sql = f"SELECT id, nullif(CAST(attributes AS text), '{{}}') AS said FROM store_customer WHERE {where}"
        people = rows_read(f"{sql} ORDER BY id", PEOPLE, [value])
        numbers = people.set_column(0, "id", pa.array(np.arange(people.num_rows), pa.int32()))
        engine().fill(self.name, "people", "FROM given", {"given": numbers})
        engine().view(self.name, PROFILES, profile_columns_sql("people", columns))


_HOT = {
    "month": "strftime(h.local, '%Y-%m')",
    "day": "h.local::DATE",
    "hour": "hour(h.local)::TINYINT",
}
