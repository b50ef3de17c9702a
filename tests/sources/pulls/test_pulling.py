"""New rows of a shop's database come in once each, whatever happens in between."""

import json
from datetime import UTC, datetime, time, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.services import job_run
from cdp.sources.loading import run as load_run
from cdp.sources.models import Load, Pull
from cdp.sources.pulls import marks, running
from cdp.sources.pulls.services import (
    feed_pause,
    feed_pull_now,
    feed_pull_request,
    feed_restart,
    feed_test,
    feeds_due,
    next_time,
)
from cdp.sources.services import load_undo, source_save
from cdp.store.models import Customer
from cdp.store.selectors import event_counts

pytestmark = pytest.mark.django_db
LI, HAN, WEI = "13800138000", "13900139000", "13700137000"
INSERT = "INSERT INTO orders (id, phone, amount, at) VALUES (%s, %s, %s, %s)"


def order(number, phone=LI, at="2026-11-01 10:00:00", amount="9.90"):
    return (number, phone, amount, at)


def purchases():
    return event_counts(SYSTEM).get("purchase", 0)


def pulled(feed):
    """(state, new rows) of a pull with its load, here and now."""
    job = feed_pull_now(feed=feed)
    return (job.load.state if job.load else job.state), job.rows


def problems_of(feed):
    job = feed_pull_now(feed=feed)
    assert job.state == "failed"
    assert job.load is None, "nothing half-done"
    return " ".join(problem["message"] % problem["params"] for problem in job.problems)


def test_only_new_rows_come(shop_server, feed_of):
    feed = feed_of(shop_server)
    shop_server.run(INSERT, order(1), order(2, HAN))
    assert pulled(feed) == ("done", 2)
    assert pulled(feed) == ("done", 0)
    assert Load.objects.count() == 1, "where nothing is new nothing is loaded"
    shop_server.run(INSERT, order(3), order(4, WEI))
    assert pulled(feed) == ("done", 2)
    assert purchases() == 4
    assert Customer.objects.count() == 3
    assert Load.objects.first().summary["repeated"] == 0


@pytest.mark.parametrize("column", ["id", "at", "phone"])
def test_a_row_that_comes_late_with_the_last_value_is_not_lost(shop_server, feed_of, column):
    feed = feed_of(shop_server, column=column)
    shop_server.run(INSERT, order(1), order(1))
    assert pulled(feed) == ("done", 2)
    shop_server.run(INSERT, order(1))
    assert pulled(feed)[0] == "done"
    assert purchases() == 3, "rows that say the same are as many as there are"
    assert pulled(feed) == ("done", 0)
    shop_server.run(INSERT, order(1, amount="1.00"))
    assert pulled(feed) == ("done", 1)
    assert purchases() == 4


def test_a_row_that_comes_late_with_a_value_a_little_before_is_read_once_more(shop_server, feed_of):
    feed = feed_of(shop_server, column="at", again=10)
    shop_server.run(INSERT, order(1, at="2026-11-01 10:00:00"), order(2, at="2026-11-01 10:30:00"))
    assert pulled(feed) == ("done", 2)
    shop_server.run(INSERT, order(3, at="2026-11-01 10:25:00"))
    assert pulled(feed) == ("done", 1)
    assert purchases() == 3
    shop_server.run(INSERT, order(5, at="2026-11-01 10:31:00"))
    assert pulled(feed) == ("done", 1), "those that came are known"
    shop_server.run(INSERT, order(4, at="2026-11-01 10:05:00"))
    assert pulled(feed) == ("done", 0), "that is longer ago than is read again"


def test_rows_without_a_value_are_told(shop_server, feed_of):
    feed = feed_of(shop_server)
    shop_server.run(INSERT, order(1), order(None), order(None))
    job = feed_pull_now(feed=feed)
    assert job.rows == 1
    assert job.notes[0]["params"] == {"column": "id", "count": 2}


def test_a_select_joins_and_renames(shop_server, feed_of):
    select = "SELECT id, phone, amount * 2 AS amount, at FROM orders WHERE phone LIKE '138%' -- 只要李雷\n;"
    feed = feed_of(shop_server, query=select)
    shop_server.run(INSERT, order(1), order(2, HAN))
    assert pulled(feed) == ("done", 1)
    shop_server.run(INSERT, order(3))
    assert pulled(feed) == ("done", 1)
    assert Customer.objects.count() == 1


def test_many_rows_come_in_batches(shop_server, feed_of):
    feed = feed_of(shop_server)
    shop_server.run(INSERT, *(order(number, at="2026-11-01 10:00:00") for number in range(5_000)))
    assert pulled(feed) == ("done", 5_000)
    shop_server.run(INSERT, order(5_000))
    assert pulled(feed) == ("done", 1)
    assert purchases() == 5_001


def test_without_a_column_everything_is_read_and_counts_once(shop_server, feed_of):
    feed = feed_of(shop_server, column="")
    shop_server.run(INSERT, order(1), order(None))
    assert pulled(feed) == ("done", 2)
    assert pulled(feed) == ("done", 0)
    shop_server.run(INSERT, order(3))
    assert pulled(feed) == ("done", 3)
    assert purchases() == 3
    assert Load.objects.first().summary["repeated"] == 2


def test_a_source_of_wholes_is_read_as_a_whole(lite, feed_of):
    feed = feed_of(lite, update="replace")
    lite.run(INSERT, order(1), order(2, HAN))
    assert pulled(feed) == ("done", 2)
    assert pulled(feed) == ("done", 0)
    lite.run("DELETE FROM orders WHERE id = 1")
    lite.run(INSERT, order(3, WEI))
    assert pulled(feed) == ("done", 2)
    assert purchases() == 2, "what is gone from the table is gone here"


def test_a_load_taken_back_gives_its_rows_to_the_next_pull_once_somebody_lets_it_go_on(lite, feed_of):
    feed = feed_of(lite)
    for number in (1, 2, 3):
        lite.run(INSERT, order(number))
        pulled(feed)
    load_undo(load=Load.objects.order_by("pk")[1], by=None)
    assert purchases() == 2
    feed.refresh_from_db()
    assert not feed.active, "what was taken back does not come again by itself"
    assert pulled(feed) == ("done", 2), "those behind it are read again and known"
    assert purchases() == 3
    assert pulled(feed) == ("done", 0)


def test_a_load_that_was_cancelled_moves_nothing_on(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    job = feed_pull_request_only(feed)
    Load.objects.filter(pk=job.load_id).update(state="cancelled")
    assert pulled(feed) == ("done", 1)
    assert purchases() == 1


def feed_pull_request_only(feed):
    """A pull whose load waits for a worker."""
    job = Pull.objects.create(source=feed.source, feed=feed)
    job_run(Pull, job.pk, partial(running.feed_run, send=False))
    job.refresh_from_db()
    return job


def test_rows_of_which_none_can_be_loaded_are_refused_once(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1, "1.38E+10"))
    assert pulled(feed) == ("failed", 1)
    assert "refused by load #" in problems_of(feed)
    lite.run(INSERT, order(2))
    assert pulled(feed) == ("done", 2)


def test_a_worker_killed_while_reading_leaves_nothing_behind(lite, feed_of, monkeypatch, settings):
    feed = feed_of(lite)
    lite.run(INSERT, order(1), order(2))
    job = Pull.objects.create(source=feed.source, feed=feed)
    left = Path(settings.CDP_DATA) / "tmp" / f"pull-{job.pk}-0"
    left.mkdir(parents=True)

    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(running, "_ask", die)
        job_run(Pull, job.pk, running.feed_run)
    assert Load.objects.count() == 0
    Pull.objects.filter(pk=job.pk).update(state="waiting", claim="")
    job_run(Pull, job.pk, partial(running.feed_run, send=False))
    assert not left.exists(), "what was half read is thrown away"
    load = Load.objects.get()
    job_run(Load, load.pk, load_run)
    assert purchases() == 2
    assert pulled(feed) == ("done", 0)


def test_a_worker_killed_after_it_asked_for_the_load_does_not_ask_again(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    job = feed_pull_request_only(feed)
    Pull.objects.filter(pk=job.pk).update(state="waiting", claim="")
    job_run(Pull, job.pk, partial(running.feed_run, send=False))
    assert Load.objects.count() == 1


def test_one_pull_of_a_source_at_a_time(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    waiting = Pull.objects.create(source=feed.source, feed=feed)
    with pytest.raises(UserError, match="still going on"):
        feed_pull_request(feed=feed)
    waiting.delete()
    feed_pull_request_only(feed)
    with pytest.raises(UserError, match="still being loaded"):
        feed_pull_request(feed=feed)


def test_the_schedule_asks_when_the_time_has_come(lite, feed_of, django_capture_on_commit_callbacks):
    feed = feed_of(lite, every=5)
    lite.run(INSERT, order(1))
    assert feeds_due() == 0
    feed.next_at = timezone.now() - timedelta(minutes=1)
    feed.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert feeds_due() == 1
    feed.refresh_from_db()
    assert timedelta(minutes=4) < feed.next_at - timezone.now() < timedelta(minutes=6)
    assert Pull.objects.get().trigger == "schedule"
    feed_pause(feed=feed, active=False)
    assert feeds_due() == 0


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 11, 1, 17, 59, tzinfo=UTC), datetime(2026, 11, 1, 18, 30, tzinfo=UTC)),
        (datetime(2026, 11, 1, 18, 30, tzinfo=UTC), datetime(2026, 11, 2, 18, 30, tzinfo=UTC)),
    ],
)
def test_daily_means_the_clock_of_the_business(lite, feed_of, now, then):
    assert next_time(feed_of(lite, every=None, daily=time(2, 30)), now) == then


def test_begun_anew_everything_is_read_and_known(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1), order(2))
    pulled(feed)
    feed_restart(feed=feed)
    assert pulled(feed) == ("done", 2)
    assert purchases() == 2


def test_a_new_column_is_told_and_changes_nothing(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    pulled(feed)
    lite.run("ALTER TABLE orders ADD COLUMN remark TEXT DEFAULT 'x'")
    lite.run(INSERT, order(1), order(2))
    job = feed_pull_now(feed=feed)
    assert job.notes[0]["params"] == {"columns": "remark"}
    assert purchases() == 3


def test_rows_that_came_are_known_when_the_table_is_mapped_again_with_a_new_column(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    pulled(feed)
    lite.run("ALTER TABLE orders ADD COLUMN remark TEXT DEFAULT 'x'")
    lite.run(INSERT, order(1))
    feed_test(feed=feed, by=None)
    assert pulled(feed) == ("done", 1)
    assert purchases() == 2


def test_where_too_many_rows_share_the_last_value_the_load_knows_them(lite, feed_of, monkeypatch):
    monkeypatch.setattr(marks, "MOST_KEPT", 2)
    feed = feed_of(lite)
    lite.run(INSERT, *[order(1)] * 5)
    assert pulled(feed) == ("done", 5)
    lite.run("ALTER TABLE orders ADD COLUMN remark TEXT DEFAULT 'x'")
    lite.run(INSERT, order(1))
    assert pulled(feed) == ("done", 6)
    assert purchases() == 6
    assert pulled(feed) == ("done", 0), "the very same rows are not loaded again"


def test_a_column_that_is_gone_stops_the_pull(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    pulled(feed)
    lite.run("ALTER TABLE orders RENAME COLUMN phone TO mobile")
    assert "no longer has these columns: phone" in problems_of(feed)


def test_a_table_that_does_not_fit_the_mapping_is_told(lite, feed_of):
    feed = feed_of(lite, query="SELECT id, at, amount FROM orders")
    lite.run(INSERT, order(1))
    assert "are not those this source is known by" in problems_of(feed)


def test_pulls_run_by_a_command(lite, feed_of):
    with pytest.raises(CommandError):
        call_command("pull", "nobody")
    feed_of(lite)
    lite.run(INSERT, order(1))
    out = StringIO()
    call_command("pull", "orders", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["state"], told["rows"], told["events"], told["customers_new"]) == ("done", 1, 1, 1)


def test_a_command_says_what_went_wrong(lite, feed_of):
    feed_of(lite, query="nowhere")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("pull", "orders", stdout=out, stderr=err)
    assert json.loads(out.getvalue())["state"] == "failed"
    assert "no such table" in err.getvalue()


def test_a_mapping_changed_meanwhile_is_the_one_that_counts(lite, feed_of):
    feed = feed_of(lite)
    lite.run(INSERT, order(1))
    source_save(slug="orders", mapping=feed.source.mapping | {"name": "tasting"})
    pulled(feed)
    assert event_counts(SYSTEM) == {"tasting": 1}
