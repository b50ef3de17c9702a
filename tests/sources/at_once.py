"""Two loads of one file at the same moment, on a database in a file as in use.

Called in a process of its own: the tests' database is in memory, where SQLite refuses instead of waiting.
"""

import threading

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from cdp.ledger.models import JobState
from cdp.sources import loading
from cdp.sources.models import Load
from cdp.sources.proposal import propose
from cdp.sources.selectors import sample
from cdp.sources.services import load_now, source_save, upload_receive
from cdp.store.lake import snapshot

from .filing import ACTIONS

real_progress = loading.job_progress
written, waited = threading.Event(), threading.Event()


def main() -> None:
    call_command("migrate", verbosity=0)
    source_save(slug="actions")
    loading.job_progress = progress
    first = threading.Thread(target=load)
    first.start()
    assert written.wait(60)
    second = threading.Thread(target=load)
    second.start()
    first.join()
    second.join()
    assert waited.is_set()
    assert [row.state for row in Load.objects.all()] == [JobState.DONE] * 2
    assert sorted((row.count("events"), row.count("repeated")) for row in Load.objects.all()) == [(0, 7), (7, 0)]
    with snapshot() as lake:
        assert lake.frame(lake.tables.events).num_rows == 7


def load() -> None:
    try:
        upload = upload_receive(file=ContentFile(ACTIONS.encode()), name="f.csv", by=None)
        source = source_save(slug="actions")
        load_now(source=source, upload=upload, mapping=propose(sample(upload)).mapping, stage="write", by=None)
    finally:
        connection.close()


def progress(job, *, done, total, step):
    """The first load stops between writing its events and showing them, until the second one has come."""
    real_progress(job, done=done, total=total, step=step)
    if step == loading.WAITING:
        waited.set()
    if step == loading.STORING and job.summary.get("customers_new") is not None and done == total:
        written.set()
        waited.wait(20)
