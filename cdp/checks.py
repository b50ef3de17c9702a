"""`manage.py check` says what is missing and how to get it; `check --deploy` also asks the services."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from cdp.running.answers import address_answers, broker_answers
from cdp.running.prepare import static_fingerprint

Apps = Sequence[AppConfig] | None


@register()
def folders_are_writable(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    folders = {"CDP_DATA": Path(settings.CDP_DATA)}
    if "://" not in str(settings.CDP_LAKE):
        folders["CDP_LAKE"] = Path(settings.CDP_LAKE)
    return [
        Error(
            f"{name} ({folder}) cannot be written to.",
            hint=f"Make it writable for this user, or set {name} to a folder that is.",
            id=f"quanxi.E001.{name}",
        )
        for name, folder in folders.items()
        if not os.access(_nearest(folder), os.W_OK | os.X_OK)
    ]


@register()
def spark_can_be_started(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if settings.CDP_ENGINE != "spark":
        return []
    needs = {
        "pyspark": (find_spec("pyspark"), "Install requirements-spark.lock instead of requirements.lock."),
        "Java": (
            os.environ.get("JAVA_HOME") or which("java"),
            "Install Java 17 (Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME.",
        ),
    }
    return [
        Error(f"CDP_ENGINE is spark, and {what} is not there.", hint=hint, id=f"quanxi.E002.{what}")
        for what, (there, hint) in needs.items()
        if not there
    ]


def _nearest(folder: Path) -> Path:
    """The folder itself, or the one it would be made in."""
    return next(place for place in (folder, *folder.parents) if place.exists())


@register(deploy=True)
def static_files_are_collected(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == static_fingerprint():
        return []
    return [
        Warning(
            "The static files are not collected, or have changed since.",
            hint="Run `make up`, or `python manage.py collectstatic` where that is not used.",
            id="quanxi.W001",
        )
    ]


@register(deploy=True)
def broker_is_there(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if settings.CDP_BROKER_EMBEDDED:
        there, hint = broker_answers(Path(settings.CDP_BROKER_SOCKET)), "`make up` starts the embedded one."
    else:
        address = urlsplit(settings.CELERY_BROKER_URL)
        there = address_answers(address.hostname or "127.0.0.1", address.port or 6379)
        hint = "Start the server that CELERY_BROKER_URL names, or correct the address."
    return [] if there else [Warning("The broker does not answer.", hint=hint, id="quanxi.W002")]
