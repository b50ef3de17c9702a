"""What the database itself sees to is there after all migrations: SQLite drops it with a table it makes anew."""

import pytest
from django.db import connection

from segments.sheet import SHEET as SEGMENTS
from tags.marks import SHEET as TAGS

pytestmark = pytest.mark.django_db
GUARDED = ("tags_tagversion", "segments_segmentversion")
FROZEN = ("editions_edition", "looks_look")


def triggers():
    """Table → the names of its triggers."""
    sql = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        sql = "SELECT relname, tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal"
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for table, name in cursor.fetchall():
            found.setdefault(table, set()).add(name)
    return found


@pytest.mark.parametrize("watch", [TAGS, SEGMENTS], ids=["tags", "segments"])
def test_every_watched_table_leaves_its_marks(watch):
    found = triggers()
    for table, changes in watch.tables.items():
        count = len(changes.split(" OR ")) if connection.vendor == "sqlite" else 1
        assert sum(f"{table}_marked" in name for name in found.get(table, ())) == count, table


@pytest.mark.parametrize("table", GUARDED)
def test_every_table_of_versions_is_guarded(table):
    assert f"{table}_stays" in triggers().get(table, ())


@pytest.mark.parametrize("table", FROZEN)
def test_what_never_changes_is_refused_by_the_database(table):
    assert triggers().get(table)
