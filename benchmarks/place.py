"""A benchmark's own data folder, database and lake, apart from the product's."""

import os
from pathlib import Path

import django
from django.core.management import call_command


def place(name: str) -> Path:
    """The folder of a benchmark, beside those of the others."""
    home = Path(os.environ.get("CDP_DATA") or "var").resolve()
    folder = (home.parent if home.parent.name == "bench" else home / "bench") / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare(name: str) -> Path:
    """Point the product at `bench/NAME`, with a migrated database. Call it before importing any model."""
    folder = place(name)
    os.environ["CDP_DATA"] = str(folder)
    for name_of_place in ("CDP_LAKE", "DATABASE_URL"):
        os.environ.pop(name_of_place, None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdp.settings.local")
    django.setup()
    call_command("migrate", verbosity=0)
    return folder
