"""FEBRL 1 to 4 as files given to `manage.py match`: pairwise precision, recall and F1 at the default threshold.

Nothing is configured, the columns' names say what they are; `rec_id` names the rows and is not compared. What
is true is read when the matching is over.
"""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.place import place, prepare
from benchmarks.tags import ROOT

SETS = {"1": ("1.csv",), "2": ("2.csv",), "3": ("3.csv",), "4": ("4-left.csv", "4-right.csv")}


def run() -> dict[str, Any]:
    folder = _records(place("febrl"))
    prepare("febrl")
    started = time.perf_counter()
    found = {name: _matched([folder / file for file in files]) for name, files in SETS.items()}
    seconds = time.perf_counter() - started
    result: dict[str, Any] = {"f1_min": 1.0}
    for name, pairs in found.items():
        precision, recall, f1 = measured(pairs, _truth(folder, name))
        result |= {f"f1_{name}": f1, f"precision_{name}": precision, f"recall_{name}": recall}
        result["f1_min"] = min(result["f1_min"], f1)
    return result | {"seconds": round(seconds, 1)}


def measured(found: set[Any], true: set[Any]) -> tuple[float, float, float]:
    """Precision, recall and F1; of nothing found where there is nothing, 1."""
    right = len(found & true)
    precision = right / len(found) if found else 1.0
    recall = right / len(true) if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else float(not found and not true)
    return round(precision, 4), round(recall, 4), round(f1, 4)


def _records(folder: Path) -> Path:
    if not (folder / "4.pairs.json").exists():
        subprocess.run(["sh", "scripts/setup", "bench"], cwd=ROOT, check=True)
        python = str(ROOT / ".venv-bench" / "bin" / "python")
        subprocess.run([python, "-m", "benchmarks.febrl_records", str(folder)], cwd=ROOT, check=True)
    return folder


def _matched(paths: list[Path]) -> set[tuple[str, str]]:
    from cdp.identity.matching.matcher import match
    from cdp.sources.matching import people_read

    sources = [people_read(path) for path in paths]
    ids = [called for source in sources for called in source.ids]
    merged = match([source.records for source in sources]).merged
    return {_pair(ids[a], ids[b]) for a, b in zip(merged["l"].to_pylist(), merged["r"].to_pylist(), strict=True)}


def _truth(folder: Path, name: str) -> set[tuple[str, str]]:
    return {_pair(one, other) for one, other in json.loads((folder / f"{name}.pairs.json").read_text())}


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
