"""What of the cleaned rows goes to identity, to records and to the lake: queries over the workspace of a load."""

from dataclasses import dataclass

import pyarrow as pa

from cdp.engine import Connection
from cdp.store.models import EventType
from cdp.store.services import Query

from .plan import Plan


@dataclass(frozen=True)
class Rows:
    """The accepted rows in tables `clean` and `events` (see staging.py), and `links` once they are linked."""

    connection: Connection
    plan: Plan

    def identifiers(self) -> pa.Table:
        columns = ", ".join(f'{target.out} AS "{target.slug}"' for target in self.plan.of("identifier"))
        return self._table(f"SELECT CAST(row AS BIGINT) AS row, {columns} FROM clean WHERE NOT refused")

    def link(self, links: pa.Table) -> None:
        """Make table `links` of what linking says: row, origin_id, known."""
        self.connection.register("linked", links)
        self.connection.execute("CREATE OR REPLACE TABLE links AS FROM linked").fetchall()
        self.connection.unregister("linked")

    def records(self) -> pa.Table:
        """What the file says last of each customer, attribute by attribute; who was heard last comes last."""
        events = self.plan.mapping.kind == "events"
        # Later seconds count more, and within one the later row: one whole number orders both.
        order = "CAST(epoch(happened) AS BIGINT) * 2147483648 + row" if events else "row"
        attributes = self.plan.of("attribute")
        columns = ", ".join(f'arg_max({target.out}, {order}) AS "{target.slug}"' for target in attributes)
        said = " OR ".join(f"{target.out} IS NOT NULL" for target in attributes)
        return self._table(
            f"SELECT CAST(origin_id AS INTEGER) AS origin_id, {columns} FROM {'events' if events else 'clean'}"
            f" JOIN links USING (row) WHERE {said} GROUP BY origin_id ORDER BY max({order})"
        )

    def events(self) -> Query:
        properties = "".join(f', {target.out} AS "{slug}"' for slug, target in self.plan.properties().items())
        return self._query(
            f"SELECT event_id, CAST(origin_id AS INTEGER) AS origin_id, event, happened AS time{properties}"
            " FROM events JOIN links USING (row)"
        )

    def events_maybe_stored(self) -> Query:
        """Nothing is stored of an event that was never registered."""
        known = ", ".join(f"'{slug}'" for slug in EventType.objects.values_list("slug", flat=True)) or "NULL"
        return self._query(
            f"SELECT event_id, 0 AS origin_id, event, happened AS time FROM events WHERE event IN ({known})"
        )

    def _table(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    def _query(self, sql: str) -> Query:
        return Query(self.connection, sql)
