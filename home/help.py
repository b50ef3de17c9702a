"""The help of each page: which text it is, and where that is in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

from .markup import html_of, title_of

FOLDER = Path(settings.BASE_DIR) / "docs" / "help"
LANGUAGES = ("zh-hans", "zh-hant", "en")
FIRST = "home"
# The name of a page, or how the names of several begin → its text. The longest that fits counts.
TOPICS: Mapping[str, str] = {
    "home": FIRST,
    "customers": "customers",
    "value-rules": "customers",
    "customer": "customer",
    "personas:customer": "customer",
    "review": "merges",
    "data:": "data",
    "data:upload": "loading",
    "data:mapping": "loading",
    "data:load": "loading",
    "data:source": "loading",
    "data:feed": "loading",
    "data:quality": "quality",
    "data:quarantine": "quality",
    "live:": "live",
    "tags:": "tag",
    "tags:list": "tags",
    "tags:new": "rule",
    "tags:edit": "rule",
    "tags:templates": "rule",
    "segments:": "segment",
    "segments:list": "segments",
    "segments:packs": "segments",
    "segments:combine": "segments",
    "segments:new": "rule",
    "segments:new-": "segment",
    "segments:new-list": "segments",
    "segments:edit": "rule",
    "personas:": "personas",
    "editions:": "editions",
    "sharing:": "sharing",
    "mailings:": "mailings",
    "interviews:": "interviews",
    "beside:": "personas",
    "maps:": "personas",
    "playbook:": "playbook",
    "reviews:": "reviews",
    "boards:": "boards",
    "approvals:": "approvals",
    "keys:": "connections",
    "webhooks:": "connections",
    "exports:": "files",
    "definitions:": "workbook",
    "notices:": "notices",
    "notices:chat": "chats",
}


@dataclass(frozen=True)
class Help:
    topic: str
    title: str
    html: SafeString


def topic_of(page: str) -> str:
    """Of a page that has no text of its own, the one about home, which says how to find things."""
    fitting = [start for start in TOPICS if page.startswith(start)]
    return TOPICS[max(fitting, key=len)] if fitting else FIRST


@lru_cache(maxsize=64)
def help_of(topic: str, language: str) -> Help:
    """In English where there is no such language."""
    spoken = language if language in LANGUAGES else "en"
    text = (FOLDER / spoken / f"{topic}.md").read_text(encoding="utf-8")
    return Help(topic, title_of(text), html_of(text))
