"""Tests: everything written goes to a throw-away folder, one for each test process."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_process = os.getpid()
_data = Path(tempfile.mkdtemp(prefix=f"quanxi-test-{_process}-"))


@atexit.register
def _throw_away() -> None:
    # A forked child inherits this, and must leave its parent's folder alone.
    if os.getpid() == _process:
        shutil.rmtree(_data, ignore_errors=True)


os.environ["CDP_DATA"] = str(_data)
os.environ.pop("CDP_LAKE", None)

from .base import *  # noqa: E402, F403

DEBUG = False
SECRET_KEY = "tests only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _data / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A task runs where it is asked for; the tests of the worker itself start a real broker and worker.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
