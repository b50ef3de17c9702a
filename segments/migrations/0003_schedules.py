"""The beat entries every installation starts with; administrators may change them afterwards."""

from django.conf import settings
from django.db import migrations

# name → task, arguments, crontab (minute, hour, day of week)
CRONTABS = {
    "quanxi refresh hourly": ("segments.refresh_due", '["hourly"]', ("5", "*", "*")),
    "quanxi refresh daily": ("segments.refresh_due", '["daily"]', ("30", "2", "*")),
    "quanxi refresh weekly": ("segments.refresh_due", '["weekly"]', ("30", "3", "1")),
}
SWEEP = "quanxi ledger sweep"


def schedules_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    for name, (work, arguments, (minute, hour, weekday)) in CRONTABS.items():
        when, _made = crontab.objects.get_or_create(
            minute=minute, hour=hour, day_of_week=weekday, timezone=settings.CDP_TIME_ZONE
        )
        task.objects.get_or_create(name=name, defaults={"task": work, "args": arguments, "crontab": when})
    half_minute, _made = interval.objects.get_or_create(every=30, period="seconds")
    task.objects.get_or_create(name=SWEEP, defaults={"task": "ledger.sweep", "interval": half_minute})


def schedules_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=[*CRONTABS, SWEEP]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("segments", "0002_lists_and_refreshes"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedules_add, schedules_remove)]
