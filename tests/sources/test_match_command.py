import csv
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from benchmarks.people import tiny_list

ROWS = tiny_list(60, 21).files[0]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def people_file(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, ["id", *ROWS[0]])
        out.writeheader()
        out.writerows({"id": f"r{place}"} | row for place, row in enumerate(ROWS))
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_file_is_matched_and_what_was_found_is_written_down(people_file, tmp_path, capsys):
    pairs, people, doubtful = tmp_path / "pairs.csv", tmp_path / "people-found.csv", tmp_path / "review.csv"
    call_command("match", people_file, out=pairs, clusters=people, review=doubtful, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["records"] == len(ROWS) and told["pairs_compared"] == len(ROWS) * (len(ROWS) - 1) // 2
    found = rows(pairs)
    assert len(found) == told["pairs_merged"] > 0
    assert {"id_l", "id_r", "probability", "weight", "weight_name", "weight_phone"} <= set(found[0])
    person = {row["id"]: row["cluster"] for row in rows(people)}
    assert len(person) == len(ROWS) and len(set(person.values())) == told["people"]
    assert all(person[row["id_l"]] == person[row["id_r"]] for row in found)
    assert len(rows(doubtful)) == told["pairs_to_review"]
    assert {path.name for path in tmp_path.iterdir()} >= {
        "pairs.csv",
        "people-found.csv",
        "review.csv",
        "people.csv",
    }


def test_without_an_id_column_the_rows_are_named_as_a_spreadsheet_counts(people_file, tmp_path, capsys):
    pairs = tmp_path / "pairs.csv"
    call_command("match", people_file, id="Name", out=pairs)
    named = {row["Name"] for row in ROWS}
    assert all(row["id_l"] in named for row in rows(pairs))
    text = people_file.read_text("utf-8").splitlines()
    people_file.write_text("\n".join(line.split(",", 1)[1] for line in text), "utf-8")
    call_command("match", people_file, out=pairs)
    assert {int(row["id_l"]) for row in rows(pairs)} <= set(range(2, len(ROWS) + 2))
    assert "names the row" not in capsys.readouterr().out.split("match")[-1].splitlines()[-1]


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "cannot be read"),
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"name,phone\n", "fewer than two"),
        (b"name,phone\nLi,1\n", "fewer than two"),
        (b"colour,size\nred,1\nblue,2\n", "nothing to compare"),
    ],
)
def test_what_cannot_be_matched_is_told_in_a_sentence(tmp_path, capsys, content, said):
    path = tmp_path / "people.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit):
        call_command("match", path)
    assert said in capsys.readouterr().err


def test_a_column_that_is_not_there_and_a_threshold_that_is_none(people_file, capsys):
    with pytest.raises(SystemExit):
        call_command("match", people_file, id="nr")
    assert "no column “nr”" in capsys.readouterr().err
    with pytest.raises(CommandError, match="between 0 and 1"):
        call_command("match", str(people_file), "--threshold", "95")
