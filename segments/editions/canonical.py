"""One way of writing JSON down, so that the same content has the same digest on every database. Pure."""

import hashlib
import json
from typing import Any


def digest_of(content: Any) -> str:
    """SHA-256, hexadecimal, of the canonical text in UTF-8."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Any) -> str:
    """Keys sorted, no spaces, and whole numbers without a fraction: PostgreSQL gives 1e22 back as an integer."""
    return json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content
