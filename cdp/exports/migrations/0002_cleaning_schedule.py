"""The beat entry that removes old files; administrators may change it afterwards."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi old export files"


def schedule_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    when, _made = crontab.objects.get_or_create(minute="35", hour="*", timezone=settings.CDP_TIME_ZONE)
    task.objects.get_or_create(name=NAME, defaults={"task": "exports.clean", "crontab": when})


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("exports", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
