"""Cutting what a dashboard counts from events, by time and by channel. Pure.

What is known of customers themselves, their attributes and tags, has no time and no channel: it stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

LASTS = (30, 90, 365)
LONGEST_CHANNEL = 40


@dataclass(frozen=True)
class Filters:
    """The `last` so many days up to the segment's day, that day included, or the days from `since` to `until`, both
    included and each maybe open; and one channel. All of it may be nothing."""

    last: int | None = None
    since: date | None = None
    until: date | None = None
    channel: str = ""

    def __bool__(self) -> bool:
        return self.is_timed or bool(self.channel)

    @property
    def is_timed(self) -> bool:
        return bool(self.last or self.since or self.until)

    @property
    def query(self) -> dict[str, str]:
        """As an address has them."""
        said = {
            "last": str(self.last) if self.last else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "channel": self.channel,
        }
        return {name: text for name, text in said.items() if text}

    @property
    def text(self) -> str:
        """One text for one meaning; empty for none."""
        return urlencode(self.query)

    def days(self, day: date) -> tuple[date | None, date | None]:
        """The first and the last day that count, for a segment of that day."""
        if self.last:
            return day - timedelta(days=self.last - 1), day
        return self.since, self.until


def filters_read(asked: Mapping[str, str]) -> Filters:
    """What can be read; the rest is left out. Days the wrong way round are exchanged."""
    if last := next((days for days in LASTS if asked.get("last") == str(days)), None):
        return Filters(last=last, channel=_channel(asked))
    since, until = (_day(asked.get(name, "")) for name in ("since", "until"))
    if since and until and since > until:
        since, until = until, since
    return Filters(since=since, until=until, channel=_channel(asked))


def filters_of(text: str) -> Filters:
    """From `Filters.text`."""
    return filters_read(dict(parse_qsl(text)))


def _channel(asked: Mapping[str, str]) -> str:
    return asked.get("channel", "").strip()[:LONGEST_CHANNEL]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def cut(rule: Any, filters: Filters, day: date) -> Any:
    """A rule of what was found in events that were cut, cut the same way."""
    if not filters or not isinstance(rule, dict):
        return rule
    if "event" in rule:
        return _event_cut(rule, filters, day)
    groups = {key: [cut(one, filters, day) for one in rule[key]] for key in ("all", "any") if key in rule}
    return {**rule, **groups}


def _event_cut(rule: dict[str, Any], filters: Filters, day: date) -> dict[str, Any]:
    made = dict(rule)
    since, until = filters.days(day)
    if filters.channel:
        met = {"property": "channel", "op": "is", "value": filters.channel}
        made["where"] = [*rule.get("where", []), met]
    if since or until:
        ends = {"from": since, "to": until + timedelta(days=1) if until else None}
        made["window"] = {side: end.isoformat() for side, end in ends.items() if end}
    return made
