"""Joining small files and deleting unused ones: nothing anybody sees changes, whoever is looking meanwhile."""

import os
import re
import threading
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.store import compaction
from cdp.store.delta import table_files
from cdp.store.lake import snapshot
from cdp.store.models import Customer, LakeVersion, Upkeep
from cdp.store.services import batch_commit, batch_open, events_add, lake_compact, lake_vacuum, profiles_refresh
from cdp.store.upkeep import upkeep_create, upkeep_due, upkeep_run
from cdp.store.versions import KEEP_VERSIONS
from tests.store.world import orders, people

pytestmark = pytest.mark.django_db
SOONER = timedelta(hours=9)


def buy(key, customer, day="2025-01-01"):
    batch = batch_open(source="shop")
    events_add(batch=batch, events=orders((key, customer, "purchase", f"{day} 10:00:00")))
    batch_commit(batch=batch)


@pytest.fixture
def anna_and_ben():
    """Two customers with five purchases each in one month, and one of Anna's in the next."""
    batch = batch_open(source="crm")
    anna, ben = people(batch, 2)
    batch_commit(batch=batch)
    for n in range(5):
        buy(f"a{n}", anna)
        buy(f"b{n}", ben)
    buy("later", anna, "2025-02-01")
    return anna, ben


def buyers():
    """Who bought how often, in both months."""
    with snapshot() as lake:
        events = lake.tables.events
        counted = events.group_by("customer_id", "month").aggregate(n=events.count())
        return sorted(tuple(row.values()) for row in lake.frame(counted).to_pylist())


def on_disk(settings):
    return {file for file in Path(settings.CDP_LAKE).rglob("*.parquet") if "_delta_log" not in file.parts}


def grow_old(settings):
    """As if all that was written so far had been written nine hours ago: files, log and versions."""
    for path in Path(settings.CDP_LAKE).rglob("*"):
        then = path.stat().st_mtime - SOONER.total_seconds()
        os.utime(path, (then, then))
    for log in Path(settings.CDP_LAKE).glob("*/_delta_log/*"):
        # The summaries of the log are made of it, and know the true times.
        if log.suffix == ".json":
            log.write_text(_earlier(log.read_text()))
        else:
            log.unlink()
    for row in LakeVersion.objects.all():
        LakeVersion.objects.filter(pk=row.pk).update(made_at=row.made_at - SOONER)


def _earlier(text):
    times = re.compile(r'"(deletionTimestamp|modificationTime|timestamp)":(\d+)')
    return times.sub(lambda found: f'"{found[1]}":{int(found[2]) - int(1000 * SOONER.total_seconds())}', text)


def test_small_files_are_joined_and_what_was_merged_is_folded_in_only_where_it_is(anna_and_ben):
    anna, ben = anna_and_ben
    before = buyers()
    assert lake_compact() == 10
    assert buyers() == before
    february = [file.path for file in table_files("events") if file.partition["month"] == "2025-02"]
    Customer.objects.filter(pk=ben).update(merged_into=anna, moved=True)
    profiles_refresh()
    merged = buyers()
    assert merged == [(anna, "2025-01", 10), (anna, "2025-02", 1)]
    assert lake_compact(fold=True) == 1
    assert buyers() == merged
    assert not Customer.objects.filter(moved=True).exists()
    with snapshot() as lake:
        assert not lake.overrides
    assert [file.path for file in table_files("events") if file.partition["month"] == "2025-02"] == february


def test_a_joined_file_is_sorted_by_customer_and_time(anna_and_ben, settings):
    lake_compact()
    joined = max(table_files("events"), key=lambda file: file.rows)
    rows = pq.read_table(f"{settings.CDP_LAKE}/events/{joined.path}", columns=["customer_id", "time"]).to_pylist()
    assert len(rows) == 10
    assert rows == sorted(rows, key=lambda row: (row["customer_id"], row["time"]))


def test_what_somebody_wrote_meanwhile_is_not_lost(anna_and_ben, monkeypatch):
    anna, _ben = anna_and_ben
    rewrite = compaction._rewrite

    def and_somebody_buys(*given):
        made = rewrite(*given)
        buy("meanwhile", anna)
        return made

    monkeypatch.setattr(compaction, "_rewrite", and_somebody_buys)
    assert lake_compact() == 0
    assert buyers()[0] == (anna, "2025-01", 6)


def test_a_merge_of_a_batch_still_open_is_not_folded_in(anna_and_ben):
    anna, ben = anna_and_ben
    batch_open(source="unfinished")
    Customer.objects.filter(pk=ben).update(merged_into=anna, moved=True)
    lake_compact(fold=True)
    assert Customer.objects.filter(moved=True).exists()


def test_unused_files_go_after_the_time_of_grace_and_not_before(anna_and_ben, settings):
    lake_compact()
    seen = buyers()
    assert lake_vacuum().files == 0
    grow_old(settings)
    for _ in range(KEEP_VERSIONS):
        profiles_refresh()
    grow_old(settings)
    before = on_disk(settings)
    removed = lake_vacuum()
    assert removed.files == len(before - on_disk(settings)) >= 10
    assert removed.bytes > 0
    assert buyers() == seen
    assert lake_vacuum().files == 0


def test_what_an_open_reader_sees_stays_while_others_compact_and_delete(anna_and_ben, settings):
    seen = buyers()
    with snapshot() as lake:
        count = lake.tables.events.count().as_table()
        lake_compact()
        profiles_refresh()
        lake_vacuum()
        assert lake.frame(count).to_pylist()[0].popitem()[1] == 11
    assert buyers() == seen


def test_the_state_that_is_shown_is_kept_though_a_killed_compaction_replaced_its_files(
    anna_and_ben, settings, monkeypatch
):
    seen = buyers()
    with monkeypatch.context() as patch:
        patch.setattr(compaction, "version_publish", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lake_compact()
    grow_old(settings)
    lake_vacuum()
    assert buyers() == seen
    with snapshot() as lake:
        assert lake.scan().files == 11


def test_what_a_killed_writer_left_goes_and_what_is_being_written_stays(anna_and_ben, settings):
    some = next(iter(on_disk(settings)))
    left, fresh = some.with_name("0123456789-left.parquet"), some.with_name("0123456789-fresh.parquet")
    left.write_bytes(some.read_bytes())
    grow_old(settings)
    fresh.write_bytes(some.read_bytes())
    lake_vacuum()
    assert not left.exists()
    assert fresh.exists()


def test_readers_beside_compaction_and_vacuum_see_the_same_all_the_time(anna_and_ben):
    seen, found, done = buyers(), [], threading.Event()
    with snapshot() as lake:
        events = lake.tables.events
        counted = events.group_by("customer_id", "month").aggregate(n=events.count())

        def look():
            while not done.is_set():
                found.append(sorted(tuple(row.values()) for row in lake.frame(counted).to_pylist()))

        reader = threading.Thread(target=look)
        reader.start()
        for _ in range(3):
            lake_compact(everything=True)
            lake_vacuum()
        done.set()
        reader.join()
    assert found and all(one == seen for one in found)


def test_upkeep_is_a_job_with_its_outcome(anna_and_ben, capsys):
    call_command("lake", "compact")
    job = Upkeep.objects.get()
    assert (job.state, job.work, job.files) == (JobState.DONE, "compact", 10)
    call_command("lake", "stats")
    assert "purchase" in capsys.readouterr().out


def test_the_schedule_asks_once_and_not_again_while_it_is_still_at_it(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        first = upkeep_due(work="vacuum")
        assert upkeep_due(work="vacuum") is None
        assert upkeep_due(work="compact") is not None
    job_run(Upkeep, first.pk, upkeep_run)
    first.refresh_from_db()
    assert (first.state, first.trigger) == (JobState.DONE, "schedule")
    assert upkeep_create(work="vacuum").requested_at <= timezone.now()


def test_beat_knows_when():
    planned = PeriodicTask.objects.filter(task="store.upkeep_due", enabled=True)
    when = {(row.args, row.crontab.hour) for row in planned}
    assert when == {('["compact"]', "1"), ('["compact"]', "*"), ('["vacuum"]', "*")}


def test_a_lake_elsewhere_is_kept_up_too(settings, tmp_path):
    settings.CDP_LAKE, settings.CDP_DATA = (tmp_path / "elsewhere").as_uri(), tmp_path / "data"
    settings.CDP_LAKE_KEEP_HOURS = 0
    (anna,) = people(batch := batch_open(source="crm"), 1)
    batch_commit(batch=batch)
    for n in range(4):
        buy(n, anna)
    assert lake_compact(fold=True) == 4
    for _ in range(KEEP_VERSIONS):
        profiles_refresh()
    there = list((tmp_path / "elsewhere").rglob("*-*.parquet"))
    removed = lake_vacuum()
    assert removed.files == len(there) - len(list((tmp_path / "elsewhere").rglob("*-*.parquet"))) >= 4
    assert buyers() == [(anna, "2025-01", 4)]
