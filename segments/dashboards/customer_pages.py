"""The page of one customer, ready for the template."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.access.web import number_asked
from cdp.identity.selectors import identifiers_of
from cdp.identity.story_pages import IdentityStory
from cdp.store import selectors as store
from cdp.store.lake import snapshot
from cdp.store.models import Customer, Property
from segments.looks.models import Look
from segments.looks.selectors import looks_of, sees_looks
from segments.models import Segment
from segments.personas.consents import Consent, consents_of
from segments.personas.customer import Doings, Fact, doings_of, doings_read, facts
from segments.personas.meaning import Meaning, meaning_of
from segments.personas.months import months_between
from segments.personas.visits import visits_of
from segments.selectors import segments_of
from tags.selectors import TagOf, tags_of

from .figures.house import FONT, figure_json
from .figures.numerals import decimal, short, whole
from .figures.trend import activity_columns
from .pages import segment_url, templates
from .standing import Standing, standing_of
from .wording import channel_label, value_text

PAGE = 40
MONTHS, LOOKS = 24, 8
# The newest events that can be paged through; whoever needs more asks with a rule.
DEEPEST = 5_000


@dataclass(frozen=True)
class Line:
    label: str
    value: str
    hint: str = ""
    why: str = ""


@dataclass(frozen=True)
class Happening:
    """One event: business-local time, what, where, and its details."""

    time: datetime
    event: str
    channel: str
    details: tuple[Line, ...]
    raw_url: str = ""


@dataclass(frozen=True)
class Asked:
    """What is wanted of a timeline: of which event and channel, up to which business day, as visits, which page."""

    event: str = ""
    channel: str = ""
    until: date | None = None
    visits: bool = False
    number: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Asked":
        """What cannot be read is not asked for."""
        try:
            until = date.fromisoformat(given.get("until", ""))
        except ValueError:
            until = None
        return cls(
            given.get("event", ""),
            given.get("channel", ""),
            until,
            bool(given.get("visits")),
            number_asked(given.get("page", ""), 1),
        )

    def query(self, number: int) -> str:
        until = self.until.isoformat() if self.until else ""
        asked = (("event", self.event), ("channel", self.channel), ("until", until), ("visits", "1" * self.visits))
        return urlencode([*((name, value) for name, value in asked if value), ("page", str(number))])


@dataclass(frozen=True)
class Visit:
    """Events without a longer break, newest first."""

    happenings: list[Happening]

    @property
    def begun(self) -> datetime:
        return self.happenings[-1].time

    @property
    def ended(self) -> datetime:
        return self.happenings[0].time


@dataclass(frozen=True)
class Timeline:
    """A page of a customer's events, newest first, by business day and within it by visit."""

    customer_id: int
    asked: Asked
    days: list[tuple[date, list[Visit]]]
    more: bool

    @property
    def next_url(self) -> str:
        url = reverse("personas:timeline", args=[self.customer_id])
        return f"{url}?{self.asked.query(self.asked.number + 1)}"


@dataclass(frozen=True)
class CustomerPage:
    customer: Customer
    known: list[Fact]
    identifiers: list[Line]
    tags: list[tuple[str, list[Line]]]
    segments: list[Line]
    numbers: list[Line]
    events: list[tuple[str, str, int]]
    channels: list[tuple[str, str, int]]
    timeline: Timeline
    charts_data: dict[str, Any]
    story: IdentityStory
    standing: Standing
    looks: Sequence[Look] | None

    @cached_property
    def name(self) -> str:
        named = next((str(fact.value) for fact in self.known if fact.attribute.slug == "name"), "")
        return named or _("Customer %(number)s") % {"number": self.customer.pk}

    @property
    def attributes(self) -> list[Line]:
        return [Line(fact.attribute.name, _fact_text(fact)) for fact in self.known]

    @property
    def consents(self) -> list[Consent]:
        return consents_of(self.known)

    @property
    def masked(self) -> bool:
        return any(fact.hidden for fact in self.known)


def customer_page(viewer: Viewer, customer: Customer, asked: Asked, beside: str = "") -> CustomerPage:
    """`beside`: the segment of theirs among whose members they are placed; the first of them by default."""
    names = {row.slug: row.name for row in store.event_types()}
    meaning = meaning_of(names, {row.slug: row.kind for row in store.properties()})
    done = _doings(customer, meaning)
    inside = [one.segment for one in segments_of(viewer, customer.pk)]
    standing = standing_of(inside, beside, done)
    return CustomerPage(
        customer=customer,
        known=facts(viewer, customer),
        identifiers=[Line(found.type.name, found.value) for found in identifiers_of(viewer, customer.pk)],
        tags=list(_by_category(customer.pk, tags_of(viewer, customer.pk))),
        segments=[_segment_line(customer.pk, one) for one in inside],
        numbers=list(_numbers(done, meaning)),
        events=[(slug, names.get(slug, slug), count) for slug, count in sorted(done.by_event.items())],
        channels=[(slug, channel_label(slug), count) for slug, count in sorted(done.by_channel.items())],
        timeline=timeline_of(viewer, customer.pk, asked),
        charts_data=_charts(done, standing),
        story=IdentityStory.of(viewer, customer),
        standing=standing,
        looks=list(looks_of(viewer, customer.pk)[:LOOKS]) if sees_looks(viewer) else None,
    )


def _fact_text(fact: Fact) -> str:
    return str(fact.value) if fact.hidden else value_text(fact.attribute.slug, fact.attribute.kind, fact.value)


def _doings(customer: Customer, meaning: Meaning) -> Doings:
    with snapshot() as lake:
        rows = lake.frame(doings_of(lake.tables.events, customer.pk, meaning.amount, meaning.order)).to_pylist()
    return doings_read(rows, meaning.purchase)


def _numbers(done: Doings, meaning: Meaning) -> Iterator[Line]:
    language = get_language() or settings.LANGUAGE_CODE
    if meaning.purchase:
        yield Line(_("Orders"), whole(done.orders))
    if done.spend is not None:
        yield Line(_("Spend"), "¥" + short(done.spend, language), f"¥{done.spend:,.2f}")
        yield Line(_("Average order"), "¥" + decimal(done.spend / done.orders) if done.orders else "–")
    yield Line(_("Events"), whole(done.events))
    if done.last_day:
        yield Line(_("Last seen"), _days_ago(done.last_day), f"{done.last_day:%Y-%m-%d}")


def _days_ago(day: date) -> str:
    days = (timezone.localdate() - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": whole(days)}


def _by_category(customer_id: int, found: list[TagOf]) -> Iterator[tuple[str, list[Line]]]:
    ordered = sorted(found, key=lambda one: (one.tag.category.position if one.tag.category else 999, one.tag.slug))
    for category, some in groupby(ordered, key=lambda one: one.tag.category):
        yield category.name if category else _("Other tags"), [_tag_line(customer_id, one) for one in some]


def _tag_line(customer_id: int, one: TagOf) -> Line:
    value = _(", ").join(one.labels)
    if one.note:
        value = f"{value} ({one.note})"
    elif one.number is not None:
        value = decimal(one.number) if value in ("", _plain(one)) else f"{value} ({decimal(one.number)})"
    hint = f"{_('as of')} {timezone.localtime(one.as_of):%Y-%m-%d %H:%M}"
    return Line(one.tag.name, value, hint, why_url("tags:why", one.tag.slug, customer_id))


def _segment_line(customer_id: int, segment: Segment) -> Line:
    return Line(segment.name, segment_url(segment), why=why_url("segments:why", segment.slug, customer_id))


def why_url(name: str, slug: str, customer_id: int) -> str:
    return f"{reverse(name, args=[slug])}?{urlencode([('customer', str(customer_id))])}"


def _plain(one: TagOf) -> str:
    return _(", ").join(one.values)


def _charts(done: Doings, standing: Standing) -> dict[str, Any]:
    drawn = {"activity": _activity(done)} if done.months else {}
    if standing.figure:
        drawn["standing"] = standing.figure
    return {"charts": drawn, "templates": templates(), "font": FONT} if drawn else {}


def _activity(done: Doings) -> dict[str, Any]:
    counts, last = dict(done.months), done.months[-1][0]
    first = min(done.months[0][0], f"{int(last[:4]) - 1}{last[4:]}")
    months = [(name, counts.get(name, 0)) for name in months_between(first, last)][-MONTHS:]
    return figure_json(activity_columns([name for name, _count in months], [count for _name, count in months]))


def timeline_of(viewer: Viewer, customer_id: int, asked: Asked) -> Timeline:
    """A page of a customer's events. A visit that goes on over the end of a page is shown as two."""
    number = max(1, min(asked.number, DEEPEST // PAGE))
    rows = store.timeline(
        viewer,
        customer_id,
        PAGE + 1,
        event=asked.event or None,
        channel=asked.channel or None,
        until=asked.until,
        offset=(number - 1) * PAGE,
    )
    names = {row.slug: row.name for row in store.event_types()}
    properties = {row.slug: row for row in store.properties()}
    happenings = [_happening(row, names, properties) for row in rows[:PAGE]]
    visits = [Visit(some) for some in visits_of(happenings, lambda one: one.time)]
    days = [(day, list(some)) for day, some in groupby(visits, key=lambda one: one.ended.date())]
    more = len(rows) > PAGE and number < DEEPEST // PAGE
    return Timeline(customer_id, replace(asked, number=number), days, more)


def _happening(row: Mapping[str, Any], names: Mapping[str, str], properties: Mapping[str, Property]) -> Happening:
    details = (
        Line(properties[slug].name, value_text(slug, properties[slug].kind, value))
        for slug, value in row.items()
        if slug in properties
    )
    channel = row.get("channel")
    return Happening(
        time=timezone.localtime(row["time"]),
        event=names.get(row["event"], row["event"]),
        channel=channel_label(channel) if channel else "",
        details=tuple(details),
        raw_url=reverse("data:event-row", args=[row["batch_id"], row["event_id"]]) if row.get("batch_id") else "",
    )
