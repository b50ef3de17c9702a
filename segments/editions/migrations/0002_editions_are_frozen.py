"""The database itself refuses to change what was kept, and to change an outcome that was sealed."""

from django.db import migrations

TABLE = "editions_edition"
KEPT = (
    "persona_id", "number", "title", "language", "base", "as_of", "fingerprint", "head", "content", "maker", "made_at",
    "digest",
)
SEALED = ("outcome", "outcome_digest", "sealed_at")

SQLITE = [
    f"CREATE TRIGGER edition_kept BEFORE UPDATE OF {', '.join(KEPT)} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'an edition never changes'); END",
    f"CREATE TRIGGER edition_sealed BEFORE UPDATE OF {', '.join(SEALED)} ON {TABLE} WHEN OLD.sealed_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'an edition is sealed once'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION edition_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'an edition never changes'; END $$",
    f"CREATE TRIGGER edition_kept BEFORE UPDATE OF {', '.join(KEPT)} ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION edition_refuse()",
    f"CREATE TRIGGER edition_sealed BEFORE UPDATE OF {', '.join(SEALED)} ON {TABLE} "
    "FOR EACH ROW WHEN (OLD.sealed_at IS NOT NULL) EXECUTE FUNCTION edition_refuse()",
]


def freeze(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def thaw(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("edition_kept", "edition_sealed"):
        schema_editor.execute(f"DROP TRIGGER {name}{on}")
    if on:
        schema_editor.execute("DROP FUNCTION edition_refuse()")


class Migration(migrations.Migration):
    dependencies = [("editions", "0001_editions")]
    operations = [migrations.RunPython(freeze, thaw)]
