"""`make up` as a person meets it: it answers, it works, it survives, it stops, it comes back."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.system import ROOT, System, free_port, group_is_gone, wait_until


def test_the_log_in_page_answers_with_its_style_sheets(system: System):
    page = system.get("/admin/login/").read().decode()
    assert 'name="password"' in page
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        answer = system.get(sheet)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_it_says_that_it_is_well(system: System):
    assert system.get("/healthz").read() == b'{"status": "ok"}'


def test_it_says_where_it_is_and_how_to_get_in(system: System):
    assert f"http://localhost:{system.port}/" in system.said()
    assert "createsuperuser" in system.said()


def test_a_job_runs_in_the_worker(system: System):
    job = system.wait_for_state(system.nap(0.3), "done")
    assert job == {"state": "done", "attempts": 1, "percent": 100}


def test_a_job_whose_worker_is_killed_is_done_by_the_next_one(system: System):
    pk = system.nap(3)
    wait_until(lambda: system.job(pk)["percent"] > 20, 20)
    killed = system.pids()["worker"]
    os.kill(killed, signal.SIGKILL)
    job = system.wait_for_state(pk, "done", 120)
    assert job["attempts"] == 2
    assert system.pids()["worker"] != killed
    assert group_is_gone(killed)


@pytest.mark.parametrize("name", ["web", "broker"])
def test_whoever_dies_is_started_again(system: System, name: str):
    pids = system.pids()
    if name not in pids:
        return  # With CELERY_BROKER_URL the broker is somebody else's.
    os.kill(pids[name], signal.SIGKILL)
    wait_until(lambda: system.pids().get(name, pids[name]) != pids[name], 60)
    wait_until(lambda: _answers(system), 90)
    system.wait_for_state(system.nap(0.1), "done")


def _answers(system: System) -> bool:
    try:
        return system.get("/healthz").status == 200
    except OSError:
        return False


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.deep)])
def test_loads_survive_the_killing_of_web_and_worker(system: System, kills: int):
    """Nothing accepted is lost, nothing is counted twice, and no half of a file is ever seen."""
    line = [sys.executable, "-m", "tests.running.killed_loads", str(system.data), str(system.port), str(kills), "7"]
    done = subprocess.run(
        line, cwd=ROOT, env=system.environment, capture_output=True, text=True, timeout=120 + 90 * kills
    )
    assert done.returncode == 0, done.stderr
    rounds = json.loads(done.stdout.splitlines()[-1])
    assert [one["halves"] for one in rounds] == [[]] * (kills + 1)
    assert all(one["right"] and one["state"] == "done" and not one["twice"] for one in rounds), rounds
    assert any(one["killed"] and one["attempts"] > 1 for one in rounds), rounds


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.deep)])
def test_a_refresh_survives_the_killing_of_its_worker(system: System, kills: int):
    """No tag shows a half result, and the work is done all the same."""
    line = [sys.executable, "-m", "tests.running.killing", str(system.data), str(kills), str(kills)]
    done = subprocess.run(
        line, cwd=ROOT, env=system.environment, capture_output=True, text=True, timeout=60 + 60 * kills
    )
    assert done.returncode == 0, done.stderr
    rounds = json.loads(done.stdout.splitlines()[-1])
    assert [one["halves"] for one in rounds] == [[]] * (kills + 1)
    assert all(one["right"] and one["state"] == "done" for one in rounds), rounds
    assert any(one["killed"] and one["attempts"] > 1 for one in rounds), rounds


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.deep)])
def test_what_is_accepted_survives_the_killing_of_web_and_of_what_takes_it_in(system: System, kills: int):
    """Every event that was answered for is there, once, with the customer whose it is."""
    line = [
        sys.executable,
        "-m",
        "tests.running.killed_ingest",
        str(system.data),
        str(system.port),
        str(kills),
        "5",
    ]
    done = subprocess.run(
        line, cwd=ROOT, env=system.environment, capture_output=True, text=True, timeout=240 + 60 * kills
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told["killed"]) == kills and told["sent"] > 0, told
    assert (told["missing"], told["twice"], told["wrong"], told["left"]) == ([], 0, 0, 0), told
    assert told["customers"] == min(40, told["sent"]), told


def test_a_second_one_on_the_same_data_is_refused(system: System):
    result = system.command("up", "--port", str(free_port()))
    assert result.returncode == 1
    assert "running already" in result.stderr


def test_a_taken_port_is_refused_with_the_next_one_offered(system: System):
    result = system.command("up", "--port", str(system.port))
    assert result.returncode == 1
    assert f"PORT={system.port + 1} make up" in result.stderr


def test_ctrl_c_leaves_nothing_running_and_the_next_start_has_everything(system: System):
    pk = system.nap(0.1)
    system.wait_for_state(pk, "done")
    secret = (system.data / "secret_key").read_text()
    pids = system.pids()
    assert {"web", "worker", "beat"} <= pids.keys()

    assert system.press_ctrl_c() == 0
    assert all(group_is_gone(pid) for pid in pids.values())
    assert system.pids() == {}

    assert system.start() < 60
    assert system.job(pk)["state"] == "done"
    assert (system.data / "secret_key").read_text() == secret
    assert system.wait_for_state(system.nap(0.1), "done")["attempts"] == 1


# Migrating from nothing is what the tests' own database does in every run.
@pytest.mark.deep
def test_in_an_empty_folder_it_makes_its_tables_itself(tmp_path: Path, database_url: str):
    system = System(tmp_path / "data", database_url)
    try:
        system.start()
        assert "tables made" in system.said() or database_url
        assert system.wait_for_state(system.nap(0.1), "done")["attempts"] == 1
    finally:
        system.close()
