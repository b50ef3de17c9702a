"""What the database itself notes, whoever writes: that something a customer's tags are told from has changed.

A transaction that changes such a thing leaves a mark of its own in `SheetMark` and takes away those it sees.
So the marks there are cannot be the same before and after a change, nor come again after one that was rolled
back; and because marks are added, never changed, nobody waits for anybody to leave one.

A migration that rebuilds a watched table (any change of a column on SQLite) has to watch it again.
"""

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# A table → of which changes a mark is left.
WATCHED = {
    "tags_tag": "INSERT OR UPDATE OR DELETE",
    "tags_tagversion": "INSERT OR UPDATE OR DELETE",
    "tags_category": "INSERT OR UPDATE OR DELETE",
    "tags_tagrun": "UPDATE OF as_of, claim",
}
SQLITE = """
CREATE TRIGGER {table}_marked_{number} AFTER {change} ON {table} FOR EACH ROW
BEGIN DELETE FROM tags_sheetmark; INSERT INTO tags_sheetmark (mark) VALUES (lower(hex(randomblob(16)))); END
"""
POSTGRES_MARK = """
CREATE OR REPLACE FUNCTION tags_sheet_mark() RETURNS trigger AS $$
BEGIN
    DELETE FROM tags_sheetmark WHERE mark IN (SELECT mark FROM tags_sheetmark FOR UPDATE SKIP LOCKED);
    INSERT INTO tags_sheetmark (mark) VALUES (replace(gen_random_uuid()::text, '-', ''));
    RETURN NULL;
END $$ LANGUAGE plpgsql
"""
POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_marked AFTER {change} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION tags_sheet_mark()
"""


def marks() -> frozenset[str]:
    """The marks there are now; empty only before anything was ever changed. One small query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM tags_sheetmark")
        return frozenset(mark for (mark,) in cursor.fetchall())


def tables_watch(schema_editor: BaseDatabaseSchemaEditor, tables: dict[str, str] | None = None) -> None:
    """Have marks left from now on; `tables` to be watched again, all by default."""
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(POSTGRES_MARK, params=None)
    for table, changes in (tables or WATCHED).items():
        if schema_editor.connection.vendor == "sqlite":
            _watch_sqlite(schema_editor, table, changes)
        else:
            schema_editor.execute(POSTGRES.format(table=table, change=changes), params=None)


def _watch_sqlite(schema_editor: BaseDatabaseSchemaEditor, table: str, changes: str) -> None:
    for number, change in enumerate(changes.split(" OR ")):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked_{number}", params=None)
        schema_editor.execute(SQLITE.format(table=table, number=number, change=change), params=None)


def tables_unwatch(schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, changes in WATCHED.items():
        if schema_editor.connection.vendor == "sqlite":
            for number, _change in enumerate(changes.split(" OR ")):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked_{number}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_marked ON {table}", params=None)
