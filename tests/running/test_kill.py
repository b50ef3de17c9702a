"""A worker killed in the middle of a refresh: no tag shows a half result, and the work is done all the same."""

import json
import subprocess
import sys

import pytest

from tests.running.system import ROOT, System


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.deep)])
def test_a_refresh_survives_the_killing_of_its_worker(tmp_path_factory, database_url, kills):
    data = tmp_path_factory.mktemp("killed") / "data"
    system = System(data, database_url)
    try:
        system.start()
        line = [sys.executable, "-m", "tests.running.killing", str(data), str(kills), str(kills)]
        done = subprocess.run(
            line, cwd=ROOT, env=system.environment, capture_output=True, text=True, timeout=60 + 60 * kills
        )
    finally:
        system.close()
    assert done.returncode == 0, done.stderr
    rounds = json.loads(done.stdout.splitlines()[-1])
    assert [one["halves"] for one in rounds] == [[]] * (kills + 1)
    assert all(one["right"] and one["state"] == "done" for one in rounds), rounds
    assert any(one["killed"] and one["attempts"] > 1 for one in rounds), rounds
