"""Live events come into the lake as a small file a minute, so files are joined more often than nightly."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi lake compact hourly"


def schedule_add(apps, schema_editor):
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    when, _made = crontab.objects.get_or_create(minute="35", hour="*", timezone=settings.CDP_TIME_ZONE)
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": "store.upkeep_due", "args": '["compact"]', "crontab": when}
    )


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0005_tracking_plan"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
