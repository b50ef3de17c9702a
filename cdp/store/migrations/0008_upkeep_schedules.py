"""The beat entries for the lake's upkeep; administrators may change them afterwards."""

from django.conf import settings
from django.db import migrations

# name → arguments, crontab (minute, hour). Compaction is done before the nightly refresh.
CRONTABS = {
    "quanxi lake compact": ('["compact"]', ("15", "1")),
    "quanxi lake vacuum": ('["vacuum"]', ("50", "*")),
}


def schedules_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    for name, (arguments, (minute, hour)) in CRONTABS.items():
        when, _made = crontab.objects.get_or_create(minute=minute, hour=hour, timezone=settings.CDP_TIME_ZONE)
        task.objects.get_or_create(
            name=name, defaults={"task": "store.upkeep_due", "args": arguments, "crontab": when}
        )


def schedules_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=[*CRONTABS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_upkeep"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedules_add, schedules_remove)]
