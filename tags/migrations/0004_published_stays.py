"""A version that was published never changes: the database refuses it."""

from django.db import migrations

from tags.guards import versions_guard, versions_unguard

TABLE = "tags_tagversion"


def guard(apps, schema_editor):
    versions_guard(schema_editor, table=TABLE, owner="tag_id")


def unguard(apps, schema_editor):
    versions_unguard(schema_editor, table=TABLE)


class Migration(migrations.Migration):
    dependencies = [("tags", "0003_dependencies")]

    operations = [migrations.RunPython(guard, unguard)]
