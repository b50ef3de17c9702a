"""What clients send, laid into the inbox as the event API does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cdp.live.models import Arrival, WriteKey
from cdp.sources.models import Source

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def key_of(slug: str = "web", channel: str = "web") -> WriteKey:
    source, _made = Source.objects.get_or_create(slug=slug, defaults={"channel": channel, "name_en": slug})
    return WriteKey.objects.get_or_create(source=source, defaults={"key": f"wk_{slug}"})[0]


def arrive(*messages: dict[str, Any], key: WriteKey | None = None, at: datetime = NOON, **shared: Any) -> Arrival:
    body = json.dumps({"batch": messages, **shared}).encode()
    key = key or key_of()
    return Arrival.objects.create(key=key, kind="batch", received_at=at, messages=len(messages), body=body)


def track(user: str, event: str, *, minutes: float = 0, **properties: Any) -> dict[str, Any]:
    """An event of a user, so many minutes before noon."""
    time = (NOON - timedelta(minutes=minutes)).isoformat()
    return {"type": "track", "userId": user, "event": event, "timestamp": time, "properties": properties}
