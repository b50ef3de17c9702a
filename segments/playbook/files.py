"""The entries that are shipped to begin with: files with their texts in three languages, read once a process."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tags.gallery.files import json_read

HERE = Path(__file__).parent / "starters"


@cache
def starter(industry: str = "retail") -> Mapping[str, Any]:
    """By short name: `names`, `when` (`field`, `value`, `direction`, `tgi`), `action`, `channels`, `effect` and
    `measure`; texts by language."""
    return json_read(HERE / f"{industry}.json")
