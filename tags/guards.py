"""What the database itself refuses, whoever asks: a version that was in force never changes.

A migration that rebuilds a guarded table (any change of a column on SQLite) has to guard it again.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW
WHEN OLD.state <> 'draft' AND (
    NEW.definition <> OLD.definition OR NEW.number <> OLD.number
    OR NEW.{owner} <> OLD.{owner} OR NEW.state = 'draft'
)
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END
"""
POSTGRES = """
CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger AS $$
BEGIN
    IF OLD.state <> 'draft' AND (
        NEW.definition <> OLD.definition OR NEW.number <> OLD.number
        OR NEW.{owner} <> OLD.{owner} OR NEW.state = 'draft'
    ) THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_stays();
"""


def versions_guard(schema_editor: BaseDatabaseSchemaEditor, *, table: str, owner: str) -> None:
    """Guard a table of versions; `owner` is the column of whose version it is."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays", params=None)
        schema_editor.execute(SQLITE.format(table=table, owner=owner), params=None)
    else:
        schema_editor.execute(POSTGRES.format(table=table, owner=owner), params=None)


def versions_unguard(schema_editor: BaseDatabaseSchemaEditor, *, table: str) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays{on}", params=None)
