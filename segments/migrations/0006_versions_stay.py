"""A version that was in force never changes: the database refuses it."""

from django.db import migrations

from tags.guards import versions_guard, versions_unguard

TABLE = "segments_segmentversion"


def guard(apps, schema_editor):
    versions_guard(schema_editor, table=TABLE, owner="segment_id")


def unguard(apps, schema_editor):
    versions_unguard(schema_editor, table=TABLE)


class Migration(migrations.Migration):
    dependencies = [("segments", "0005_versions")]

    operations = [migrations.RunPython(guard, unguard)]
