"""A request's JSON as messages with one meaning each, whichever client wrote it. Pure: no database, no clock.

The forms are those of Segment's HTTP interface: a message alone or some in a `batch`; what the batch says of all of
them (`context`, `sentAt`, `userId`) counts for each that does not say it itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cdp.errors import N_, Problem

KINDS = ("identify", "track", "page", "screen", "group", "alias")
SHARED = ("context", "sentAt", "userId", "anonymousId", "integrations")
MOST_TRAITS = 500
# Where a page or a screen is, out of its context when its properties do not say.
PAGE = ("url", "path", "title", "referrer", "search")
CAMPAIGN = {"name": "utm_campaign", "source": "utm_source", "medium": "utm_medium"}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FRACTION = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True)
class Message:
    """What somebody did or is. `event` is the name as it was sent, "" for what is no event."""

    kind: str
    message_id: str
    user_id: str
    anonymous_id: str
    previous_id: str
    event: str
    time: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """A message that says nothing that could be kept, and why."""

    message_id: str
    event: str
    problem: Problem


Read = Message | Refused


def messages_read(kind: str, body: Any, received_at: datetime, fallback_id: str) -> Iterator[tuple[Any, Read]]:
    """Each message as it was sent with what it means. A message without `messageId` is called by its place after
    `fallback_id`, so reading it twice gives the same."""
    for place, raw in enumerate(_raw_messages(kind, body)):
        yield raw, _read(raw, received_at, f"{fallback_id}-{place}")


def _raw_messages(kind: str, body: Any) -> Iterator[Any]:
    if kind != "batch":
        yield {**body, "type": kind} if isinstance(body, Mapping) else body
        return
    shared = {name: body[name] for name in SHARED if body.get(name) is not None}
    for raw in body["batch"]:
        yield _merged(shared, raw) if isinstance(raw, Mapping) else raw


def _merged(shared: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    found = {**shared, **{name: value for name, value in raw.items() if value is not None or name not in shared}}
    whole, own = shared.get("context"), raw.get("context")
    if isinstance(whole, Mapping) and isinstance(own, Mapping):
        found["context"] = {**whole, **own}
    return found


def _read(raw: Any, received_at: datetime, fallback_id: str) -> Read:
    if not isinstance(raw, Mapping):
        return Refused("", "", Problem((), N_("A message has to be an object"), N_("Send {…}, not a text or list")))
    message_id = id_text(raw.get("messageId")) or fallback_id
    kind = id_text(raw.get("type")).lower()
    event = _event_of(kind, raw)
    problem = _kind_problem(kind, event)
    time = _time_of(raw, received_at) if problem is None else received_at
    if problem is None and isinstance(time, Problem):
        problem = time
    who = {name: id_text(raw.get(name)) for name in ("userId", "anonymousId", "previousId")}
    if problem is None and not any(who.values()):
        problem = NOBODY
    traits = _traits(kind, raw)
    if problem is None and len(traits) > MOST_TRAITS:
        problem = TOO_MANY
    if problem is not None or isinstance(time, Problem):
        return Refused(message_id, event, problem or NOBODY)
    return Message(
        kind,
        message_id,
        who["userId"],
        who["anonymousId"],
        who["previousId"],
        event,
        time,
        _properties(kind, raw),
        traits,
    )


NOBODY = Problem(
    ("userId",),
    N_("It does not say whose it is"),
    N_("Send a userId, or an anonymousId for somebody who is not known yet"),
)


TOO_MANY = Problem(
    ("traits",),
    N_("It has more than %(n)s traits"),
    N_("Send as traits what a customer is; what they do belongs into events"),
    {"n": MOST_TRAITS},
)


def _kind_problem(kind: str, event: str) -> Problem | None:
    if kind not in KINDS:
        hint = N_("There are identify, track, page, screen, group and alias")
        return Problem(("type",), N_("There are no messages of the type “%(type)s”"), hint, {"type": kind[:60]})
    if kind == "track" and not event:
        return Problem(
            ("event",), N_("The event has no name"), N_("Send it as “event”, for example “Order Completed”")
        )
    return None


def _event_of(kind: str, raw: Mapping[str, Any]) -> str:
    if kind == "track":
        return id_text(raw.get("event"))
    return kind if kind in ("page", "screen", "group") else ""


def id_text(value: Any) -> str:
    """An id as a text: numbers are written as people write them; anything else is nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _properties(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = _mapping(raw.get("traits" if kind == "group" else "properties"))
    context = _mapping(raw.get("context"))
    if kind in ("identify", "alias"):
        return {}
    found = {target: value for name, target in CAMPAIGN.items() if (value := _campaign(context).get(name))}
    if kind in ("page", "screen"):
        page = _mapping(context.get("page"))
        found |= {name: page[name] for name in PAGE if page.get(name)}
        found |= {name: value for name in ("name", "category") if (value := id_text(raw.get(name)))}
    if kind == "group" and (group := id_text(raw.get("groupId"))):
        found["group_id"] = group
    return {**found, **given}


def _campaign(context: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(context.get("campaign"))


def _traits(kind: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of an identify the traits themselves; others may carry what is known in their context."""
    known = _mapping(_mapping(raw.get("context")).get("traits"))
    return {**known, **_mapping(raw.get("traits"))} if kind == "identify" else known


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


# When it happened


def _time_of(raw: Mapping[str, Any], received_at: datetime) -> datetime | Problem:
    """The moment it was received, less the time between doing and sending, both by the sender's clock: so that need
    not be right."""
    given = raw.get("originalTimestamp") or raw.get("timestamp")
    if given is None:
        return received_at
    done, sent = _moment(given), _moment(raw.get("sentAt"))
    if done is None:
        return Problem(
            ("timestamp",),
            N_("“%(time)s” is not a time"),
            N_("Write it like 2026-11-01T08:30:00.000Z"),
            {"time": str(given)[:60]},
        )
    ago = max(sent - done, timedelta(0)) if sent is not None else received_at - done
    if ago > received_at - EARLIEST:
        hint = N_("Times before the year 2000 are not taken; a number counts milliseconds since 1970")
        return Problem(("timestamp",), N_("“%(time)s” is too long ago"), hint, {"time": str(given)[:60]})
    return received_at - max(ago, timedelta(0))


def _moment(value: Any) -> datetime | None:
    """An ISO 8601 text, or milliseconds since 1970; without a zone it is UTC."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(FRACTION.sub(r"\1", value.strip()))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value / 1000, UTC)
        else:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
