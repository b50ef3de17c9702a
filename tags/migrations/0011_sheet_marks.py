"""The database notes every change of what customers' tags are told from."""

from django.db import migrations, models

from tags.marks import tables_unwatch, tables_watch


def watch(apps, schema_editor):
    tables_watch(schema_editor)


def unwatch(apps, schema_editor):
    tables_unwatch(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("tags", "0010_entries")]

    operations = [
        migrations.CreateModel(
            name="SheetMark",
            fields=[("mark", models.CharField(max_length=32, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(watch, unwatch),
    ]
