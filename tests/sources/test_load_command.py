import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cdp.sources.models import Source
from cdp.store.models import Customer

from .filing import ACTIONS, USERS, write

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[int, str, dict]:
    out, code = StringIO(), 0
    try:
        call_command("load", *args, stdout=out, stderr=out)
    except SystemExit as stopped:
        code = stopped.code
    text = out.getvalue()
    return code, text, json.loads(text.splitlines()[-1])


def test_files_are_shown_tried_and_loaded_and_the_last_line_is_json(tmp_path):
    first, second = (
        write(tmp_path / "a.csv", ACTIONS),
        write(tmp_path / "b.csv", ACTIONS.replace("2016-0", "2017-0")),
    )
    code, text, total = run(str(first), str(second), "--source", "actions", "--yes")
    assert code == 0
    assert "user_id  →  标识 jd_user" in text
    assert (total["rows"], total["events"], total["customers_new"]) == (14, 14, 2)
    assert [load["state"] for load in total["loads"]] == ["done", "done"]
    assert Source.objects.get(slug="actions").mapping["kind"] == "events"


def test_without_yes_it_stops_after_the_dry_run(tmp_path):
    code, text, total = run(str(write(tmp_path / "u.csv", USERS, "gb18030")), "--source", "users")
    assert code == 0
    assert "--yes" in text
    assert total["loads"][0]["stage"] == "check"
    assert not Customer.objects.exists()


def test_a_mapping_file_is_followed_and_its_problems_are_told(tmp_path):
    mapping = {"kind": "customers", "identifiers": {"jd_user": "userid"}, "attributes": {}}
    given = write(tmp_path / "m.json", json.dumps(mapping))
    code, text, _total = run(
        str(write(tmp_path / "u.csv", USERS)), "--source", "users", "--mapping", str(given), "--yes"
    )
    assert code == 1
    assert "userid" in text
    assert "user_id" in text


def test_a_bad_file_ends_with_a_sentence_and_a_failing_exit_code(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n123")
    code, text, total = run(str(path), "--source", "x", "--yes")
    assert code == 1
    assert "图片" in text
    assert "Traceback" not in text
    assert total["loads"][0]["state"] == "failed"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load", str(tmp_path / "nowhere.csv"), source="x")


def test_a_load_is_taken_back_by_its_number_and_only_once(tmp_path):
    path = str(write(tmp_path / "a.csv", ACTIONS))
    number = run(path, "--source", "actions", "--yes")[2]["loads"][0]["load"]
    again = run(path, "--source", "actions", "--yes")[2]["loads"][0]["load"]
    code, text, told = run("--undo", str(number))
    assert (code, told) == (0, {"undone": number, "load_again": [again]})
    assert f"#{again}" in text
    with pytest.raises(SystemExit):
        call_command("load", "--undo", str(number), stdout=StringIO(), stderr=StringIO())
    assert run(path, "--source", "actions", "--yes")[2]["events"] == 7


@pytest.mark.parametrize("args", [["--undo", "99"], ["--undo", "1", "a.csv"], ["--source", "x"], ["a.csv"]])
def test_what_cannot_be_meant_is_refused_with_a_sentence(args):
    with pytest.raises(CommandError):
        run(*args)


@pytest.mark.parametrize("given", ["[]", "null", "{}"])
def test_a_mapping_file_that_says_nothing_is_not_replaced_by_a_guess(tmp_path, given):
    mapping = write(tmp_path / "m.json", given)
    code, _text, _total = run(
        str(write(tmp_path / "u.csv", USERS)), "--source", "users", "--mapping", str(mapping), "--yes"
    )
    assert code == 1
    assert not Customer.objects.exists()
