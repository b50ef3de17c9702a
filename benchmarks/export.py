"""A million members of a segment as files, from asking to the finished file, as the background job makes them.

The workbook beside XlsxWriter's bare writing of the same cells (`xlsx_ratio`), the CSV beside DuckDB's COPY of the
same rows out of the same places (`csv_ratio`), by turns, each in a process of its own. Personal values are in the
operational database alone, so whoever writes them first reads them there; `csv_ratio_memory` is beside a COPY of a
table that is at hand, which reads nothing. `memory_growth_mb` is how much more of its own a process holds at the
highest with a million than with a quarter of them (`peak_mb`, `peak_mb_quarter`; files that are mapped not counted,
because the system takes those back when it wants to).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.place import place
from benchmarks.tags import ROOT

ROUNDS = max(1, int(os.environ.get("BENCH_ROUNDS") or 3))


def run() -> dict[str, Any]:
    subprocess.run([sys.executable, "-m", "benchmarks.export_world"], check=True)
    subprocess.run(["sh", "scripts/setup", "bench"], cwd=ROOT, check=True)
    from benchmarks.export_world import CUSTOMERS, PLACE

    folder = place(PLACE)
    cells = folder / "cells.parquet"
    if not cells.exists():
        _ours("cells", folder, cells)
    peers = _peers(folder, cells)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ("xlsx", "csv", *peers)}
    for _ in range(ROUNDS):
        for form in ("xlsx", "csv"):
            found[form].append(_ours(form, folder, folder / f"ours.{form}"))
        for name, command in peers.items():
            found[name].append(_told(command))
        print({name: round(rounds[-1]["seconds"], 2) for name, rounds in found.items()}, flush=True)
    quarter = _ours("xlsx", folder, folder / "quarter.xlsx", CUSTOMERS // 4)
    seconds = {name: median(one["seconds"] for one in rounds) for name, rounds in found.items()}
    peak = max(one["mib"] for form in ("xlsx", "csv") for one in found[form])
    for left in ("ours.xlsx", "ours.csv", "quarter.xlsx", "peer.xlsx", "peer.csv", "memory.csv"):
        (folder / left).unlink(missing_ok=True)
    ratio = round(seconds["xlsx"] / seconds["xlsxwriter"], 3)
    return {
        "members": CUSTOMERS,
        "ratio": ratio,
        "xlsx_ratio": ratio,
        "csv_ratio": round(seconds["csv"] / seconds["copy"], 3),
        "csv_ratio_memory": round(seconds["csv"] / seconds["copy_memory"], 3),
        "xlsx_s": round(seconds["xlsx"], 2),
        "xlsxwriter_s": round(seconds["xlsxwriter"], 2),
        "csv_s": round(seconds["csv"], 2),
        "copy_s": round(seconds["copy"], 2),
        "copy_memory_s": round(seconds["copy_memory"], 2),
        "peak_mb": peak,
        "peak_mb_quarter": quarter["mib"],
        "memory_growth_mb": peak - quarter["mib"],
        "xlsx_bytes": found["xlsx"][0]["bytes"],
        "csv_bytes": found["csv"][0]["bytes"],
        "rounds": ROUNDS,
    }


def _peers(folder: Path, cells: Path) -> dict[str, list[str]]:
    bench, here = str(ROOT / ".venv-bench" / "bin" / "python"), sys.executable
    module = ["-m", "benchmarks.export_peers"]
    return {
        "xlsxwriter": [bench, *module, "xlsx", str(folder / "peer.xlsx"), str(cells)],
        "copy": [
            here,
            *module,
            "copy",
            str(folder / "peer.csv"),
            str(folder / "quanxi.sqlite3"),
            str(folder / "lake"),
        ],
        "copy_memory": [here, *module, "memory", str(folder / "memory.csv"), str(cells)],
    }


def _ours(what: str, folder: Path, file: Path, members: int = 0) -> dict[str, Any]:
    return _told([sys.executable, "-m", "benchmarks.export_ours", what, folder.name, str(file), str(members)])


def _told(command: list[str]) -> dict[str, Any]:
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told
