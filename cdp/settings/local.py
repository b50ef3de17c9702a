"""One machine, embedded defaults: what `make up` runs. No setting needs to be made first."""

from django.core.management.utils import get_random_secret_key

from . import env
from .base import *  # noqa: F403
from .base import CDP_DATA

DEBUG = env.flag("CDP_DEBUG")
ALLOWED_HOSTS = env.text("CDP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")


def _secret_key() -> str:
    """Made at the first start and kept, so that a restart logs nobody out."""
    file = CDP_DATA / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key())
    return file.read_text()


SECRET_KEY = env.text("SECRET_KEY", "") or _secret_key()
