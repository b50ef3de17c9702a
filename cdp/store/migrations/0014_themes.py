"""The part of personas each attribute is shown in, guessed from its names for those there are."""

from django.db import migrations, models

from cdp.store.themes import theme_guessed


def guess(apps, schema_editor):
    attribute = apps.get_model("store", "Attribute")
    for row in attribute.objects.all():
        if theme := theme_guessed(row.slug, row.name_zh_hans, row.name_zh_hant, row.name_en):
            attribute.objects.filter(pk=row.pk).update(theme=theme.value)


class Migration(migrations.Migration):
    dependencies = [("store", "0013_live_batches")]
    operations = [
        migrations.AddField(
            model_name="attribute",
            name="theme",
            field=models.CharField(
                choices=[
                    ("who", "Who they are"),
                    ("doing", "What they do"),
                    ("moves", "What moves them"),
                    ("connects", "How they connect"),
                    ("worth", "What they are worth"),
                    ("risk", "Risk"),
                ],
                default="who",
                max_length=10,
                verbose_name="shown in personas under",
            ),
        ),
        migrations.RunPython(guess, migrations.RunPython.noop),
    ]
