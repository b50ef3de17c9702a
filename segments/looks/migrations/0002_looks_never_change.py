"""The database itself refuses to change a look, and they are forgotten by a schedule."""

from django.conf import settings
from django.db import migrations

NAME = "quanxi old looks at customers"
TABLE = "looks_look"
SQLITE = [
    f"CREATE TRIGGER look_kept BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, 'a look never changes'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION look_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'a look never changes'; END $$",
    f"CREATE TRIGGER look_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION look_refuse()",
]


def freeze(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def thaw(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER look_kept{on}")
    if on:
        schema_editor.execute("DROP FUNCTION look_refuse()")


def schedule(apps, schema_editor):
    crontab, task = (apps.get_model("django_celery_beat", name) for name in ("CrontabSchedule", "PeriodicTask"))
    when, _made = crontab.objects.get_or_create(minute="40", hour="3", timezone=settings.CDP_TIME_ZONE)
    task.objects.get_or_create(name=NAME, defaults={"task": "looks.forget", "crontab": when})


def unschedule(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("looks", "0001_looks"), ("django_celery_beat", "0019_alter_periodictasks_options")]
    operations = [migrations.RunPython(freeze, thaw), migrations.RunPython(schedule, unschedule)]
