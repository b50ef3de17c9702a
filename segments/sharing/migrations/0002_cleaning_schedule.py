"""The beat entry that removes what is old of the log of looks; administrators may change it afterwards."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi old looks at share links"


def schedule_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    when, _made = crontab.objects.get_or_create(minute="50", hour="3", timezone=settings.CDP_TIME_ZONE)
    task.objects.get_or_create(name=NAME, defaults={"task": "sharing.clean", "crontab": when})


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0001_share_links"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
