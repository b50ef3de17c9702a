"""The database notes every change of what customers' segments are told from."""

from django.db import migrations, models

from segments.sheet import SHEET
from tags.marks import tables_unwatch, tables_watch


def watch(apps, schema_editor):
    tables_watch(schema_editor, watch=SHEET)


def unwatch(apps, schema_editor):
    tables_unwatch(schema_editor, watch=SHEET)


class Migration(migrations.Migration):
    dependencies = [("segments", "0008_past")]

    operations = [
        migrations.CreateModel(
            name="SheetMark",
            fields=[("mark", models.CharField(max_length=32, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(watch, unwatch),
    ]
