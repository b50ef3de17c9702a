"""Typed readers of the environment: a wrong value stops the start with a sentence, not later."""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

# The kernel's limit is 108 on Linux and 104 on macOS, the end mark included.
SOCKET_PATH_BYTES = 100


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").lower()
    if value in ("", "0", "false", "no", "1", "true", "yes"):
        return value in ("1", "true", "yes") if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value)


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: choose one of {', '.join(choices)}.")
    return value


def form(name: str, pattern: str, default: str, example: str) -> str:
    """A text of which the whole fits `pattern`."""
    value = os.environ.get(name) or default
    if not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} is {value!r}: write it like {example}.")
    return value


def path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def socket(folder: Path, name: str) -> Path:
    """Where a Unix socket for `folder` lies: in it, or under /tmp where the path would be too long for one.

    Worked out from the folder alone, so that every process of one installation finds the same.
    """
    direct = folder / name
    if len(os.fsencode(direct)) <= SOCKET_PATH_BYTES:
        return direct
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path("/tmp") / f"quanxi-{os.getuid()}-{digest}" / name


def zone(name: str, default: str) -> str:
    value = os.environ.get(name) or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a zone such as Asia/Shanghai.") from error
    return value


def database(name: str, default_file: Path) -> dict:
    """`postgres://user:password@host:port/name`, `sqlite:///file`, or the embedded SQLite file."""
    url = os.environ.get(name, "")
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)) if url else default_file)
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "quanxi",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ImproperlyConfigured(f"{name} starts with {parts.scheme!r}: use postgres:// or sqlite:///.")


def mail(name: str) -> dict[str, object]:
    """`smtp://user:password@host:587`, which asks for TLS, `smtps://…:465`, which begins with it, or
    `smtp+plain://host:25` without; Django's settings of mail, empty where nothing is said."""
    url = os.environ.get(name, "")
    if not url:
        return {}
    parts = urlsplit(url)
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(f"{name} is wrong: write it like smtp://user:password@mail.example.com:587.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _sqlite(file: Path) -> dict:
    # WAL and IMMEDIATE together: with either alone, several writers meet "database is locked". The log is put into
    # the file every 32 MiB, not every 4: a load touches the same pages of the indexes again and again.
    pragmas = (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-65536",
        "wal_autocheckpoint=8192",
        "mmap_size=1073741824",
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        # Opening it takes a millisecond or two, which is much beside most of what is asked.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "".join(f"PRAGMA {pragma}; " for pragma in pragmas),
        },
    }
