"""What the database itself notes, whoever writes: that something that is kept in memory has changed.

A transaction that changes such a thing leaves a mark of its own (in `SheetMark`, for what a customer's tags are
told from) and takes away those it sees. So the marks there are cannot be the same before and after a change, nor
come again after one that was rolled back; and because marks are added, never changed, nobody waits for anybody to
leave one.

A migration that rebuilds a watched table (any change of a column on SQLite) has to watch it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True)
class Watch:
    """A table of marks with one column, `mark`; `tables` are watched: a table → of which changes a mark is left.
    `function` is the name of what leaves them on PostgreSQL. A table is watched once."""

    marks: str
    function: str
    tables: Mapping[str, str]


SHEET = Watch(
    marks="tags_sheetmark",
    function="tags_sheet_mark",
    tables={
        "tags_tag": "INSERT OR UPDATE OR DELETE",
        "tags_tagversion": "INSERT OR UPDATE OR DELETE",
        "tags_category": "INSERT OR UPDATE OR DELETE",
        "tags_tagrun": "UPDATE OF as_of, claim",
    },
)
SQLITE = """
CREATE TRIGGER {table}_marked_{number} AFTER {change} ON {table} FOR EACH ROW
BEGIN DELETE FROM {marks}; INSERT INTO {marks} (mark) VALUES (lower(hex(randomblob(16)))); END
"""
POSTGRES_MARK = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger AS $$
BEGIN
    DELETE FROM {marks} WHERE mark IN (SELECT mark FROM {marks} FOR UPDATE SKIP LOCKED);
    INSERT INTO {marks} (mark) VALUES (replace(gen_random_uuid()::text, '-', ''));
    RETURN NULL;
END $$ LANGUAGE plpgsql
"""
POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_marked AFTER {change} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""


def marks(watch: Watch = SHEET) -> frozenset[str]:
    """The marks there are now; empty only before anything was ever changed. One small query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT mark FROM {watch.marks}")
        return frozenset(mark for (mark,) in cursor.fetchall())


def tables_watch(
    schema_editor: BaseDatabaseSchemaEditor, tables: Mapping[str, str] | None = None, watch: Watch = SHEET
) -> None:
    """Have marks left from now on; `tables` to be watched again, all by default."""
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(POSTGRES_MARK.format(function=watch.function, marks=watch.marks), params=None)
    for table, changes in (tables or watch.tables).items():
        if schema_editor.connection.vendor == "sqlite":
            _watch_sqlite(schema_editor, table, changes, watch)
        else:
            sql = POSTGRES.format(table=table, change=changes, function=watch.function)
            schema_editor.execute(sql, params=None)


def _watch_sqlite(schema_editor: BaseDatabaseSchemaEditor, table: str, changes: str, watch: Watch) -> None:
    for number, change in enumerate(changes.split(" OR ")):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked_{number}", params=None)
        sql = SQLITE.format(table=table, number=number, change=change, marks=watch.marks)
        schema_editor.execute(sql, params=None)


def tables_unwatch(schema_editor: BaseDatabaseSchemaEditor, watch: Watch = SHEET) -> None:
    for table, changes in watch.tables.items():
        if schema_editor.connection.vendor == "sqlite":
            for number, _change in enumerate(changes.split(" OR ")):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked_{number}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked ON {table}", params=None)
