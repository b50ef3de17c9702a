"""Readers and writers at the same time."""

import os
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection

from cdp.store.lock import _across_processes, exclusive
from tests.migrated import migrated_copy


def test_a_reader_sees_whole_batches_only_while_they_are_written(tmp_path, migrated):
    migrated_copy(migrated, tmp_path / "quanxi.sqlite3")
    place = {"CDP_DATA": str(tmp_path), "DATABASE_URL": f"sqlite://{tmp_path}/quanxi.sqlite3"}
    code = "import django; django.setup(); from tests.store.together import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | place | {"DJANGO_SETTINGS_MODULE": "cdp.settings.local"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.returncode == 0, told.stderr


@pytest.mark.django_db
def test_only_one_thread_holds_a_lock_and_may_take_it_again():
    order = []

    def wait():
        with exclusive("test"):
            order.append("second")
        connection.close()

    with exclusive("test"), exclusive("test"):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


class Enough(Exception):
    pass


@pytest.mark.django_db
def test_who_waits_for_another_process_is_asked_meanwhile_and_may_give_up(monkeypatch):
    monkeypatch.setattr("cdp.store.lock.LOOK_AGAIN_SECONDS", 0.01)
    held, release, asked = threading.Event(), threading.Event(), []

    def hold():
        with _across_processes("test", None):
            held.set()
            release.wait(60)
        connection.close()

    def give_up():
        asked.append("?")
        if len(asked) == 3:
            raise Enough

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    with pytest.raises(Enough), exclusive("test", give_up):
        asked.append("mine")
    with exclusive("test", release.set):
        asked.append("mine")
    other.join()
    assert asked == ["?", "?", "?", "mine"]
