"""A table kept open is the table that is there: whatever others wrote, and even if it was made anew."""

import shutil
from pathlib import Path
from threading import Thread

import pytest

from cdp.engine import workspace
from cdp.store import files
from cdp.store.delta import file_write, table_commit, table_files
from cdp.store.kinds import CUSTOMER_ID

COLUMNS = {"customer_id": CUSTOMER_ID}


@pytest.fixture(autouse=True)
def _lake(settings, tmp_path):
    settings.CDP_LAKE = str(tmp_path / "lake")


def add(count):
    with workspace() as workbench:
        file = file_write(workbench, "people", f"SELECT range::INTEGER AS customer_id FROM range({count})", "mark")
    return table_commit("people", COLUMNS, add=[file])


def rows(version=None):
    return [file.rows for file in table_files("people", version)]


def elsewhere(work, *values):
    """In another thread, which has tables of its own open, as another process has."""
    thread = Thread(target=work, args=values)
    thread.start()
    thread.join()


def test_what_another_writer_added_is_seen_at_once():
    add(3)
    assert rows() == [3]
    elsewhere(add, 4)
    assert sorted(rows()) == [3, 4]
    assert add(5) == 3
    assert sorted(rows()) == [3, 4, 5]


def test_an_older_version_stays_what_it_was():
    first = add(3)
    add(4)
    assert rows(first) == [3]
    assert sorted(rows()) == [3, 4]


def test_a_table_that_was_made_anew_in_the_same_place_is_another_table():
    add(3)
    shutil.rmtree(Path(files.table_uri("people")))
    elsewhere(add, 4)
    assert rows() == [4]
