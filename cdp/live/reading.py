"""Arrivals of one source read into rows: who, what they are, what they did, and what was wrong. Writes nothing."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings

from cdp.errors import N_, Problem
from cdp.identity.models import IdentifierType
from cdp.sources.event_names import EventNames
from cdp.store.kinds import RESERVED
from cdp.store.models import Attribute, Property
from cdp.store.registry import EVENT_SLUG

from .books import Book
from .messages import Message, Read, Refused, messages_read
from .models import Arrival, Violation
from .people import USER, identifiers_of, name_cleaned, traits_of
from .plans import Plans
from .values import value_json

# PostgreSQL keeps none in a text.
_UNKEPT = re.compile("\x00")
# Names of things that the words for people's names contain.
PLAIN = frozenset(("name", "client", "customer", "guest", "contact", "person", "member"))
RAW_BYTES = 8_000
# Of the violations of a step that are all alike so many are kept, and so many of a key; all are counted.
MOST_ALIKE = 3
MOST_OF_KEY = 100
# Beyond so many, events of new names are refused: a sender that makes names up would fill every list of events.
MOST_EVENT_TYPES = 1_000


@dataclass(frozen=True)
class Happened:
    """An event that waits for its customer. `row` is the place in `Rows.identifiers`."""

    row: int
    digest: UUID
    event: str
    message: Message
    properties: dict[str, Any]
    extra: dict[str, Any]
    arrival: Arrival


@dataclass(frozen=True)
class Parsed:
    arrival: Arrival
    raw: Any
    read: Read


@dataclass
class Tally:
    """How much of something there was."""

    messages: int = 0
    events: int = 0
    repeated: int = 0
    refused: int = 0
    set_aside: int = 0


@dataclass
class Seen:
    """How often an event came with a property, and how often its value was none of its kind."""

    first_at: datetime
    last_at: datetime
    times: int = 0
    wrong: int = 0


@dataclass
class Rows:
    """What some arrivals of one source come to.

    `identifiers`, `traits` and `told` are by row, one a message; an alias adds rows to the first two. `tallies` are
    by key and event type ("" for what is no event), `seen` by event type and property ("" for the event itself). Of
    violations that are all alike only some are made.
    """

    identifiers: list[dict[str, str]] = field(default_factory=list)
    traits: list[dict[str, Any]] = field(default_factory=list)
    told: list[Parsed] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    aliases: list[tuple[int, str]] = field(default_factory=list)
    digests: list[UUID] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    tallies: defaultdict[tuple[int, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    alike: Counter[tuple[int, str, str, str]] = field(default_factory=Counter)
    of_key: Counter[int] = field(default_factory=Counter)
    messages: int = 0
    repeated: int = 0
    refused: int = 0


class Reader:
    """Reads with the registries as they are; what is new is in `properties`, `attributes` and `events`."""

    def __init__(self, source: str) -> None:
        self.source = source
        kinds = dict(Property.objects.values_list("slug", "kind"))
        self.properties = Book(kinds, reserved=RESERVED, keeps_personal=False, plain=PLAIN)
        profile = dict(Attribute.objects.values_list("slug", "kind"))
        self.attributes = Book(profile, reserved=("customer_id",), keeps_personal=True)
        self.events = EventNames()
        self.event_types = set(self.events.registered)
        self.plans = Plans()
        self.types = set(IdentifierType.objects.values_list("slug", flat=True))
        self._zone = ZoneInfo(settings.CDP_TIME_ZONE)

    def digest(self, message_id: str) -> UUID:
        return UUID(bytes=blake2b(f"{self.source}\0{message_id}".encode(), digest_size=16).digest())

    def parse(self, arrivals: Sequence[Arrival]) -> list[Parsed]:
        return [Parsed(one, raw, read) for one in arrivals for raw, read in arrival_messages(one)]

    def digests(self, parsed: Sequence[Parsed]) -> set[UUID]:
        return {self.digest(one.read.message_id) for one in parsed if isinstance(one.read, Message)}

    def rows(self, parsed: Sequence[Parsed], seen: Collection[UUID]) -> Rows:
        """`seen` are messages taken in before; of those twice among these the first counts."""
        rows, known = Rows(messages=len(parsed)), set(seen)
        for one in parsed:
            self._one(rows, known, one)
        return rows

    def blocked_refuse(self, rows: Rows, places: Sequence[int]) -> None:
        """Messages that show nothing but blocked identifiers say of nobody what they say."""
        left_out = {place for place in places if place < len(rows.told)}
        for place in sorted(left_out):
            one = rows.told[place]
            event = self.events.slug(one.read.event) if one.read.event else ""
            tally = rows.tallies[one.arrival.key_id, event]
            tally.messages -= 1
            tally.events -= bool(event)
            self._refuse(rows, one.arrival, one.raw, one.read, BLOCKED)
        rows.events = [one for one in rows.events if one.row not in left_out]

    def _one(self, rows: Rows, known: set[UUID], one: Parsed) -> None:
        arrival, raw, read = one.arrival, one.raw, one.read
        if isinstance(read, Refused):
            self._refuse(rows, arrival, raw, read, read.problem)
            return
        digest = self.digest(read.message_id)
        if digest in known:
            rows.repeated += 1
            tally = rows.tallies[arrival.key_id, ""]
            tally.messages += 1
            tally.repeated += 1
            return
        problems: list[Problem] = []
        identifiers = identifiers_of(read, problems)
        event = self.events.slug(read.event) if read.event else ""
        problem = self._problem(read, identifiers, event)
        if problem is not None:
            self._refuse(rows, arrival, raw, read, problem)
            return
        known.add(digest)
        if event:
            self.event_types.add(event)
        rows.digests.append(digest)
        row = len(rows.identifiers)
        traits = traits_of(read, self.attributes, self._zone)
        done = self.properties.clean(read.properties, self._zone)
        rows.identifiers.append(identifiers)
        rows.traits.append(traits.values)
        rows.told.append(one)
        if read.kind == "alias":
            rows.aliases.append((row, read.previous_id))
        if event:
            values = {slug: value_json(value) for slug, value in done.values.items()}
            rows.events.append(Happened(row, digest, event, read, values, done.extra, arrival))
        problems += (*traits.problems, *done.problems)
        for problem in problems:
            _violate(rows, arrival, raw, read, event, problem)
        if event:
            came = {self.properties.slug(name) for name in done.extra} - {""}
            unplanned = self.plans.problems(event, {*done.values, *came})
            for problem in unplanned:
                _violate(rows, arrival, raw, read, event, problem, is_of_plan=True)
            problems += unplanned
            self._see(rows, arrival.received_at, event, done.values, came)
        tally = rows.tallies[arrival.key_id, event]
        tally.messages += 1
        tally.events += bool(event)
        tally.set_aside += len(problems)

    def _problem(self, read: Message, identifiers: dict[str, str], event: str) -> Problem | None:
        if not identifiers:
            return NOT_TOLD
        if read.kind == "alias" and not (USER in identifiers and name_cleaned(read.previous_id)):
            return NO_PREVIOUS
        if event and not EVENT_SLUG.fullmatch(event):
            return NO_NAME
        is_made_up = read.kind == "track" and event not in self.event_types
        return TOO_MANY if is_made_up and len(self.event_types) >= MOST_EVENT_TYPES else None

    def _see(self, rows: Rows, at: datetime, event: str, values: Collection[str], wrong: Collection[str]) -> None:
        for name in ("", *values, *(one for one in wrong if one in self.properties.kinds)):
            seen = rows.seen.get((event, name))
            if seen is None:
                seen = rows.seen[event, name] = Seen(at, at)
            seen.times += 1
            seen.wrong += name in wrong
            seen.last_at = max(seen.last_at, at)

    def _refuse(self, rows: Rows, arrival: Arrival, raw: Any, read: Read, problem: Problem) -> None:
        rows.refused += 1
        known = self.events.known(read.event)
        tally = rows.tallies[arrival.key_id, known]
        tally.messages += 1
        tally.refused += 1
        _violate(rows, arrival, raw, read, known, problem, is_refused=True)


NOT_TOLD = Problem(
    ("userId",),
    N_("Nothing in it says whose it is"),
    N_("Send a userId or an anonymousId of at most 255 characters"),
)
BLOCKED = Problem(
    ("userId",),
    N_("All it says of whose it is is blocked: placeholders, test numbers and the like"),
    N_("Send a userId or an anonymousId of one person's own, or unblock the value if it is one"),
)
NO_PREVIOUS = Problem(
    ("previousId",), N_("An alias needs both names of one person"), N_("Send previousId beside userId")
)
TOO_MANY = Problem(
    ("event",),
    N_("There are %(n)s events already, so this new one is not taken"),
    N_("Put what differs from time to time into a property, not into the name"),
    {"n": MOST_EVENT_TYPES},
)
NO_NAME = Problem(("event",), N_("The event's name has no letter in it"), N_("Give it a name with letters"))


def arrival_messages(arrival: Arrival) -> Any:
    """Each message of an arrival with what it means."""
    body = scrubbed(orjson.loads(bytes(arrival.body)))
    return messages_read(arrival.kind, body, arrival.received_at, f"arrival-{arrival.pk}")


def scrubbed(value: Any) -> Any:
    """Without the character that PostgreSQL keeps in no text."""
    if isinstance(value, str):
        return _UNKEPT.sub("", value) if _UNKEPT.search(value) else value
    if isinstance(value, dict):
        return {scrubbed(name): scrubbed(one) for name, one in value.items()}
    return [scrubbed(one) for one in value] if isinstance(value, list) else value


def _violate(
    rows: Rows, arrival: Arrival, raw: Any, read: Read, event_type: str, problem: Problem, **flags: bool
) -> None:
    if rows.of_key[arrival.key_id] >= MOST_OF_KEY:
        return
    told = problem.as_json()
    path = ".".join(str(part) for part in problem.path)[:300]
    alike = (arrival.key_id, event_type, path, problem.message)
    rows.alike[alike] += 1
    if rows.alike[alike] > MOST_ALIKE:
        return
    rows.of_key[arrival.key_id] += 1
    text = orjson.dumps(raw).decode()
    rows.violations.append(
        Violation(
            key_id=arrival.key_id,
            received_at=arrival.received_at,
            message_id=read.message_id[:200],
            event=read.event[:200],
            event_type=event_type,
            path=path,
            message=told["message"],
            hint=told["hint"],
            params=told["params"],
            raw=raw if len(text) <= RAW_BYTES else {"cut": text[:RAW_BYTES]},
            **({"is_refused": False} | flags),
        )
    )
