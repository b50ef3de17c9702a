"""The beat entry that removes old notices; administrators may change it afterwards."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi old notices"


def schedule_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    when, _made = crontab.objects.get_or_create(minute="45", hour="3", timezone=settings.CDP_TIME_ZONE)
    task.objects.get_or_create(name=NAME, defaults={"task": "notices.clean", "crontab": when})


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
