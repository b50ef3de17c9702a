"""The numbers of a tag go into a row of their own, so that small changes need not write them anew."""

import django.db.models.deletion
from django.db import migrations, models

COPY = """
INSERT INTO tags_measurementbase (measurement_id, "table", details)
SELECT id, "table", details FROM tags_measurement
"""
BACK = """
UPDATE tags_measurement SET
    "table" = (SELECT b."table" FROM tags_measurementbase b WHERE b.measurement_id = tags_measurement.id),
    details = (SELECT b.details FROM tags_measurementbase b WHERE b.measurement_id = tags_measurement.id)
"""


class Migration(migrations.Migration):
    dependencies = [("tags", "0012_publish_preview")]

    operations = [
        migrations.CreateModel(
            name="MeasurementBase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.BinaryField()),
                ("details", models.BinaryField(null=True)),
                (
                    "measurement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="base", to="tags.measurement"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(COPY, BACK),
        migrations.AlterField("measurement", "table", models.BinaryField(null=True)),
        migrations.RemoveField("measurement", "table"),
        migrations.RemoveField("measurement", "details"),
        migrations.AddField("measurement", "patch", models.BinaryField(null=True)),
    ]
