from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("playbook", "0002_texts")]

    operations = [
        migrations.RemoveField("play", "action"),
        migrations.RemoveField("play", "effect"),
        migrations.RemoveField("play", "measure"),
    ]
