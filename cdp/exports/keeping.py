"""Where the files of exports are: a folder for each in the files folder, and one for what is being written."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage


def folder_of(pk: int) -> str:
    return f"exports/{pk}"


def writing_folder(pk: int) -> Path:
    return Path(settings.CDP_DATA) / "tmp" / f"export-{pk}"


def export_files_remove(pk: int) -> None:
    """All that was ever written of an export, whole or not."""
    shutil.rmtree(writing_folder(pk), ignore_errors=True)
    folder = folder_of(pk)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
