"""A copy of the world of `bench tags` for a benchmark that changes it: files of the lake never change, so they
are linked, and only the database is written anew."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.place import place, prepare
from benchmarks.tags_world import PLACE, SCALE


def world_build() -> None:
    """In a process of its own, so that it leaves nothing behind in the memory of what is measured."""
    subprocess.run([sys.executable, "-m", "benchmarks.tags_world"], check=True)


def prepare_copy(name: str) -> Path:
    """Point the product at a fresh copy, in place of the one of the run before."""
    world_build()
    world, folder = place(PLACE), place(f"{name}-{SCALE:g}")
    shutil.rmtree(folder)
    shutil.copytree(world / "lake", folder / "lake", copy_function=os.link)
    for file in world.glob("quanxi.sqlite3*"):
        shutil.copy2(file, folder / file.name)
    return prepare(folder.name)
