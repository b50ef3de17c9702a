"""The beat entry that reminds departments each morning; administrators may change it afterwards."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi reviews that are due"


def schedule_add(apps, schema_editor):
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    when, _made = crontab.objects.get_or_create(minute="0", hour="9", timezone=settings.CDP_TIME_ZONE)
    task.objects.get_or_create(name=NAME, defaults={"task": "reviews.remind", "crontab": when})


def schedule_remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0001_reviews"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule_add, schedule_remove)]
