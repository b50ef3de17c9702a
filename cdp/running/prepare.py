"""What has to be in place before the first request: tables, texts, static files. Quick when it already is."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cdp.messages import LANGUAGES, catalogue_file, compile_catalogues
from cdp.store.models import Customer


def database_prepare() -> bool:
    """Bring the tables up to date; True when there was something to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def messages_prepare() -> bool:
    """Compile the translations that are newer than what was compiled from them."""
    files = [catalogue_file(language) for language in LANGUAGES]
    if all(_is_newer(file.with_suffix(".mo"), file) for file in files):
        return False
    compile_catalogues()
    return True


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def static_prepare() -> bool:
    """Collect, hash and compress the static files, unless they are the ones collected last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    # Redoc loads fonts from outside, so no page uses it.
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=["redoc"])
    stamp.write_text(fingerprint)
    return True


def static_fingerprint() -> str:
    return hashlib.sha256("\n".join(sorted(_static_files())).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            yield f"{path} {stat.st_size} {stat.st_mtime_ns}"


def world_is_empty() -> bool:
    return not get_user_model()._default_manager.exists() and not Customer._default_manager.exists()
