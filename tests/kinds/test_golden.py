"""Golden files: each definition with its sentences in every language.

`GOLDEN=write pytest tests/kinds/test_golden.py` writes them anew; read the difference before keeping it.
"""

import json
import os
from pathlib import Path

import pytest

from tags.kinds import KINDS
from tags.rules.definition import read_definition
from tags.rules.windows import Moment
from tests.rules.test_golden import CATALOG, LANGUAGES
from tests.world import AS_OF, ZONE

FOLDER = Path(__file__).parents[1] / "golden" / "kinds"


def told(text: str) -> str:
    """The whole file: the kind, its definition, what a run worked out, and the sentences."""
    given = json.loads(text)
    definition = read_definition(given["kind"], given["definition"], CATALOG)
    parts = [text.strip()]
    for language in LANGUAGES:
        said = KINDS[given["kind"]].read_out(definition, CATALOG, Moment(AS_OF, ZONE), language, given.get("facts"))
        parts += [f"-- {language}", *(f"{one.value}: {one.text}" if one.value else one.text for one in said)]
    return "\n".join(parts) + "\n"


def cases() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", cases(), ids=lambda file: file.stem)
def test_a_definition_reads_as_its_golden_file_says(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    after = told(before.split("-- zh-hans", 1)[0])
    if os.environ.get("GOLDEN") == "write":
        file.write_text(after, encoding="utf-8")
    assert after == file.read_text(encoding="utf-8")


def test_every_kind_has_a_golden_file() -> None:
    assert {json.loads(f.read_text("utf-8").split("-- zh-hans", 1)[0])["kind"] for f in cases()} == set(KINDS)
