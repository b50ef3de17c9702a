"""Files put into a source's folder are loaded by themselves, each once."""

import json
import os
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cdp.ledger.services import job_run
from cdp.sources import watching
from cdp.sources.loading import run as load_run
from cdp.sources.models import Load, Pull, UpdateMode
from cdp.sources.services import source_save
from cdp.sources.watching import inbox, pull_run, pulls_due, watch_save
from cdp.store.models import Customer

pytestmark = pytest.mark.django_db
MEMBERS = {"kind": "customers", "identifiers": {"phone": "phone"}, "attributes": {"city": "city"}}


@pytest.fixture
def members(settings, tmp_path):
    settings.CDP_DATA = tmp_path / "data"
    source = source_save(slug="members", mapping=MEMBERS)
    watch_save(source=source, pattern="*.csv", active=True)
    return source


def put(source, name, text="phone,city\n13800138000,杭州\n", age=60):
    path = inbox(source) / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def pull(source) -> Pull:
    job = Pull.objects.create(source=source)
    job_run(Pull, job.pk, pull_run)
    for load in Load.objects.filter(state="waiting"):
        job_run(Load, load.pk, load_run)
    job.refresh_from_db()
    return job


def names(source, folder):
    return sorted(path.name for path in (inbox(source) / folder).glob("*"))


def test_a_settled_file_is_loaded_and_moved(members):
    put(members, "a.csv")
    assert pull(members).taken == 1
    assert Customer.objects.get().attributes == {"city": "杭州"}
    assert names(members, "done") == ["a.csv"]


def test_the_same_content_is_never_loaded_twice_whatever_its_name(members):
    put(members, "a.csv")
    pull(members)
    put(members, "b.csv")
    assert pull(members).taken == 0
    assert Load.objects.count() == 1
    assert names(members, "done") == ["a.csv", "b.csv"]


def test_an_earlier_whole_that_comes_back_counts_again(members):
    source_save(slug="members", mapping=MEMBERS, update=UpdateMode.REPLACE)
    for name, city in [("1.csv", "杭州"), ("2.csv", "宁波"), ("3.csv", "杭州"), ("4.csv", "杭州")]:
        put(members, name, f"phone,city\n13800138000,{city}\n")
        members.refresh_from_db()
        pull(members)
        assert Customer.objects.get().attributes == {"city": city}
    assert Load.objects.count() == 3


@pytest.mark.parametrize(("name", "age"), [("a.csv", 1), ("a.txt", 60), (".a.csv", 60)])
def test_what_is_still_written_or_called_otherwise_stays(members, name, age):
    path = put(members, name, age=age)
    assert pull(members).taken == 0
    assert path.exists()
    assert pulls_due() == 0


def test_a_link_to_elsewhere_is_not_followed(members, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("phone,city\n13800138000,杭州\n")
    os.utime(secret, (time.time() - 60,) * 2)
    (inbox(members) / "a.csv").symlink_to(secret)
    assert pull(members).taken == 0
    assert secret.exists()


def test_refused_files_are_told_and_hold_up_no_others(members):
    put(members, "1.csv", "城市,姓名\n杭州,李雷\n")
    put(members, "2.csv", "")
    put(members, "3.csv")
    job = pull(members)
    assert (job.state, job.taken) == ("failed", 1)
    assert {problem["path"][0] for problem in job.problems} == {"1.csv", "2.csv"}
    assert names(members, "refused") == ["1.csv", "2.csv"]


def test_a_worker_killed_before_the_file_was_moved_does_not_load_it_again(members, monkeypatch):
    put(members, "a.csv")

    def die(path, folder):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(watching, "_move", die)
        pull(members)
    assert pull(members).taken == 0
    assert Load.objects.count() == 1
    assert names(members, "done") == ["a.csv"]


def test_the_schedule_asks_only_where_something_waits(members, django_capture_on_commit_callbacks):
    assert pulls_due() == 0
    put(members, "a.csv")
    assert pulls_due() == 1
    assert pulls_due() == 0, "the one before is still open"


def test_a_folder_is_watched_by_a_command(members):
    out = StringIO()
    put(members, "a.csv")
    call_command("watch", "members", "--now", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["pattern"], told["state"], told["taken"]) == ("*.csv", "done", 1)
    with pytest.raises(CommandError):
        call_command("watch", "nobody")
