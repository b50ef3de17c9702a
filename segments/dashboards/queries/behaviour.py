"""What they do: events, channels, hours, months."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from segments.personas.months import months_between
from segments.personas.statistics import Distribution, Share, fold

from ..figures.heat import Week
from ..figures.trend import Months
from ..group import Group, counted, counted_customers
from ..wording import channel_label, others
from .answer import Answer

MONTHS = 24
ACTIVE_DAYS = 30


def event_types(group: Group) -> Iterator[Answer]:
    """Customers who did each thing at least once."""
    events = group.lake.tables.events
    rows = group.ask(counted_customers(group, events, value=events.event))
    yield _of_customers(group, "event", rows, group.events)


def channels(group: Group) -> Iterator[Answer]:
    """Customers who were met on each channel at least once."""
    events = group.lake.tables.events
    known = events.filter(events.channel.notnull() & (events.channel != ""))
    rows = group.ask(counted_customers(group, known, value=known.channel))
    yield _of_customers(group, "channel", rows, {row["value"]: channel_label(row["value"]) for row in rows})


def _of_customers(group: Group, subject: str, rows: list[dict], names: Mapping[str, str]) -> Answer:
    shares = (Share(r["value"], r["members"], r["everyone"], names.get(r["value"], r["value"])) for r in rows)
    folded = fold(Distribution(tuple(shares), group.base), most=9, other=others())
    return Answer(subject, "", folded, group.base.group)


def week(group: Group) -> Iterator[Answer]:
    events = group.lake.tables.events
    rows = group.ask(counted(group, events, weekday=events.day.day_of_week.index(), hour=events.hour))
    ours, theirs = ([[0] * 24 for _ in range(7)] for _ in range(2))
    for row in rows:
        ours[row["weekday"]][row["hour"]] = row["members"]
        theirs[row["weekday"]][row["hour"]] = row["everyone"]
    yield Answer("week", "", Week(ours, theirs), sum(map(sum, ours)))


def months(group: Group) -> Iterator[Answer]:
    """Customers active in each month; months in which nobody was stay in, so that the axis is even."""
    events = group.lake.tables.events
    found = {row["value"]: row for row in group.ask(counted_customers(group, events, value=events.month))}
    last = f"{group.day:%Y-%m}"
    known = sorted(month for month in found if month <= last)
    names = months_between(known[0], known[-1])[-MONTHS:] if known else []
    none = {"members": 0, "everyone": 0}
    rows = [found.get(name, none) for name in names]
    trend = Months(names, [r["members"] for r in rows], [r["everyone"] for r in rows], group.base)
    yield Answer("months", "", trend, group.base.group)


def active(group: Group) -> Share:
    """Who did anything in the last 30 days before the segment's day, that day included."""
    events = group.lake.tables.events
    recent = events.filter((events.day > group.day - timedelta(days=ACTIVE_DAYS)) & (events.day <= group.day))
    rows = group.ask(counted_customers(group, recent, any=recent.customer_id.notnull()))
    return Share("active", sum(r["members"] for r in rows), sum(r["everyone"] for r in rows))
