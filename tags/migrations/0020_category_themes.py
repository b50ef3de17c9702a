"""The part of personas the tags of each category are shown in, guessed from its names for those there are."""

from django.db import migrations, models

from cdp.store.themes import theme_guessed
from tags.marks import SHEET, tables_watch


def guess(apps, schema_editor):
    category = apps.get_model("tags", "Category")
    for row in category.objects.all():
        if theme := theme_guessed(row.slug, row.name_zh_hans, row.name_zh_hant, row.name_en):
            category.objects.filter(pk=row.pk).update(theme=theme.value)


def watch_again(apps, schema_editor):
    """SQLite made the table anew, without what leaves marks of its changes."""
    tables_watch(schema_editor, {"tags_category": SHEET.tables["tags_category"]})


class Migration(migrations.Migration):
    dependencies = [("tags", "0019_set_aside"), ("store", "0014_themes")]
    operations = [
        migrations.AddField(
            model_name="category",
            name="theme",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Their tags"),
                    ("who", "Who they are"),
                    ("doing", "What they do"),
                    ("moves", "What moves them"),
                    ("connects", "How they connect"),
                    ("worth", "What they are worth"),
                    ("risk", "Risk"),
                ],
                max_length=10,
                verbose_name="shown in personas under",
            ),
        ),
        migrations.RunPython(guess, migrations.RunPython.noop),
        migrations.RunPython(watch_again, watch_again),
    ]
