"""The latest messages of one write key: what came, what it became, and why not. Messages are read once more, by the
registries of now; reading writes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem

from .became import Became, Shower
from .flushing import flushes_open
from .messages import Refused
from .models import Arrival, SeenMessage, Trace, WriteKey
from .program import OF_WHAT_CAME
from .reading import Parsed, Reader, Rows
from .violations import Told, violations_told

MOST_MESSAGES = 50
# A key that sends little beside one that sends much is looked for among so many of the newest requests.
LOOKED_AT = 5_000
LATEST_VIOLATIONS = 10

STATES = {
    "waiting": _("waits to be taken in"),
    "known": _("taken in, on its way to the lake"),
    "stored": _("taken in"),
    "repeated": _("had come before, counts once"),
    "refused": _("not accepted"),
    "aside": _("could not be taken in, is kept"),
}
UNREADABLE = Problem((), N_("This request could not be read"), N_("The log of the program “live” says why"))
UNREAD = Refused("", "", UNREADABLE)


@dataclass(frozen=True)
class Debugged:
    """A message. `raw` is its JSON, masked for those who may not see what is people's own; `problems` why it was
    refused or what was set aside; `became` nothing for one that was refused."""

    received_at: datetime
    kind: str
    event: str
    state: str
    raw: Any
    problems: list[Problem]
    became: Became | None

    @property
    def label(self) -> str:
        return str(STATES[self.state])

    @property
    def is_bad(self) -> bool:
        return self.state in ("refused", "aside")


@dataclass(frozen=True)
class Debugger:
    key: WriteKey
    messages: list[Debugged]
    violations: list[Told]

    @classmethod
    def of(cls, viewer: Viewer, key: WriteKey) -> "Debugger":
        require(viewer, "access.load_data")
        latest = key.violations.select_related("key__source").order_by("-pk")[:LATEST_VIOLATIONS]
        return cls(key, _messages(viewer, key), violations_told(viewer, latest))


def _messages(viewer: Viewer, key: WriteKey) -> list[Debugged]:
    reader = Reader(key.source.slug)
    told = list(islice(_told(reader, _latest(key)), MOST_MESSAGES))
    came = _came_before(told)
    still_open = set(flushes_open().values_list("pk", flat=True))
    shower = Shower(viewer, reader, [rows for _parsed, rows in told if rows is not None])
    return [
        Debugged(
            received_at=parsed.arrival.received_at,
            kind=shower.word(parsed.raw.get("type", "") if isinstance(parsed.raw, Mapping) else ""),
            event=shower.word(parsed.read.event),
            state=_state(parsed, rows, came_before=place in came, is_open=parsed.arrival.flush_id in still_open),
            raw=shower.raw(parsed.raw),
            problems=shower.problems(rows) if rows is not None else [UNREADABLE],
            became=shower.became(rows) if rows is not None and not rows.refused else None,
        )
        for place, (parsed, rows) in enumerate(told)
    ]


def _latest(key: WriteKey) -> Iterator[Arrival]:
    """The newest first, of those still in hand and those kept of what is in the lake."""
    newest = Arrival.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    in_hand = Arrival.objects.filter(key=key, pk__gt=newest - LOOKED_AT).order_by("-pk")
    # A request may be half a megabyte, and one may be enough.
    some = in_hand[:MOST_MESSAGES].iterator(chunk_size=1)
    return merge(some, _kept(key), key=lambda one: -one.pk)


def _kept(key: WriteKey) -> Iterator[Arrival]:
    for one in Trace.objects.filter(key=key).order_by("-arrival_id")[:MOST_MESSAGES]:
        yield Arrival(
            pk=one.arrival_id,
            key_id=one.key_id,
            kind=one.kind,
            received_at=one.received_at,
            body=one.body,
            flush_id=one.flush_id,
        )


def _told(reader: Reader, arrivals: Iterable[Arrival]) -> Iterator[tuple[Parsed, Rows | None]]:
    """Each message with what it comes to, when it is asked for; the last of a request first."""
    for arrival in arrivals:
        try:
            for one in reversed(reader.parse([arrival])):
                yield one, reader.rows([one], ())
        except OF_WHAT_CAME:
            # Whatever it is, taking it in met it, too, and has told the log.
            yield Parsed(arrival, None, UNREAD), None


def _came_before(told: Sequence[tuple[Parsed, Rows | None]]) -> set[int]:
    """The places of those that another request brought first, or an earlier place of the same."""
    digests = {place: rows.digests[0] for place, (_one, rows) in enumerate(told) if rows and rows.digests}
    known = SeenMessage.objects.filter(digest__in=set(digests.values()))
    first_in = dict(known.values_list("digest", "flush_id"))
    met: set[UUID] = set()
    came: set[int] = set()
    for place in sorted(digests, reverse=True):
        digest, flush = digests[place], told[place][0].arrival.flush_id
        if digest in met or (flush is not None and first_in.get(digest, flush) != flush):
            came.add(place)
        met.add(digest)
    return came


def _state(parsed: Parsed, rows: Rows | None, *, came_before: bool, is_open: bool) -> str:
    arrival = parsed.arrival
    if arrival.is_aside or rows is None:
        return "aside"
    if rows.refused:
        return "refused"
    if came_before:
        return "repeated"
    if arrival.flush_id is None:
        return "waiting"
    return "known" if is_open else "stored"
