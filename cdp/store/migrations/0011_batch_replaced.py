import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0010_survivorship")]
    operations = [
        migrations.AddField("batch", "replaces", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "batch",
            "replaced_by",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaced",
                to="store.batch",
            ),
        ),
    ]
