"""Where the lake's files are. On this machine they are used in place; in object storage they are copied.

Data files never change once written, so a local copy of a remote one is right for ever. That is the
whole seam: `CDP_LAKE=s3://bucket/path` (with the usual AWS_* variables) reads and writes the same
tables through `deltalake`, and keeps copies under `CDP_DATA/lake-copies`.
"""

import shutil
from pathlib import Path

from django.conf import settings
from pyarrow import fs


def is_remote() -> bool:
    return "://" in str(settings.CDP_LAKE)


def root() -> str:
    return str(settings.CDP_LAKE).rstrip("/")


def table_uri(table: str) -> str:
    return f"{root()}/{table}"


def shared_root(table: str) -> str:
    """Where the machines of a cluster find a table: the same folder, or object storage by Hadoop's name for it."""
    uri = table_uri(table)
    return uri.replace("s3://", "s3a://", 1) if is_remote() else f"file://{Path(uri).resolve()}"


def writing_folder(table: str) -> Path:
    """Where new files of a table are written before they are committed."""
    folder = _copies() if is_remote() else Path(root())
    return folder / table


def put(table: str, path: str) -> None:
    """Bring a file written in the writing folder to where the table is."""
    if is_remote():
        remote, base = fs.FileSystem.from_uri(table_uri(table))
        remote.create_dir(f"{base}/{path}".rpartition("/")[0], recursive=True)
        fs.copy_files(
            str(writing_folder(table) / path),
            f"{base}/{path}",
            source_filesystem=fs.LocalFileSystem(),
            destination_filesystem=remote,
        )


def local(table: str, path: str) -> str:
    """A readable local name of a committed file."""
    file = writing_folder(table) / path
    if is_remote() and not file.exists():
        remote, base = fs.FileSystem.from_uri(table_uri(table))
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        fs.copy_files(
            f"{base}/{path}", str(part), source_filesystem=remote, destination_filesystem=fs.LocalFileSystem()
        )
        shutil.move(part, file)
    return str(file)


def stored(table: str) -> dict[str, int]:
    """Path below the table → bytes, of all data files that are there, committed or not."""
    filesystem, base = fs.FileSystem.from_uri(table_uri(table) if is_remote() else Path(table_uri(table)).as_uri())
    found = filesystem.get_file_info(fs.FileSelector(base, allow_not_found=True, recursive=True))
    below = {info.path.removeprefix(base).lstrip("/"): info.size for info in found if info.type == fs.FileType.File}
    return {path: size for path, size in below.items() if not path.startswith("_delta_log/")}


def remove(table: str, path: str) -> None:
    """Delete a file for good, and its copy here."""
    if is_remote():
        remote, base = fs.FileSystem.from_uri(table_uri(table))
        remote.delete_file(f"{base}/{path}")
    (writing_folder(table) / path).unlink(missing_ok=True)


def _copies() -> Path:
    name = root().replace("://", "-").replace("/", "-")
    return Path(settings.CDP_DATA) / "lake-copies" / name
