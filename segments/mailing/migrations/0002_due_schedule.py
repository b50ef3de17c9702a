"""The beat entry that looks for mails that are due; administrators may change it afterwards."""

from django.db import migrations

NAME = "quanxi regular mails that are due"


def schedule_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    each, _made = interval.objects.get_or_create(every=1, period="minutes")
    task.objects.get_or_create(name=NAME, defaults={"task": "mailings.due", "interval": each, "expire_seconds": 60})


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0001_mailings"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
