"""One customer seen from every side. The viewer comes first; personal values are masked unless permitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_attribute, sees_personal
from cdp.store import selectors as store
from cdp.store.models import Attribute, Customer

from .months import months_between


@dataclass(frozen=True)
class Fact:
    """An attribute and what is known: the registry's row and the value as stored, or masked."""

    attribute: Attribute
    value: Any
    hidden: bool


@dataclass(frozen=True)
class Doings:
    """Everything a customer did, in numbers. `months` is (`YYYY-MM`, events), without gaps, oldest first."""

    events: int
    by_event: Mapping[str, int]
    by_channel: Mapping[str, int]
    last_day: date | None
    orders: int
    spend: float | None
    months: Sequence[tuple[str, int]]


def root_of(viewer: Viewer, customer_id: int) -> Customer | None:
    """The customer, or whom they were merged into, when the viewer may see that one."""
    found = Customer.objects.filter(pk=customer_id).values_list("merged_into", flat=True)
    if not found:
        return None
    return store.customers(viewer).filter(pk=found[0] or customer_id).first()


def facts(viewer: Viewer, customer: Customer) -> list[Fact]:
    """What the golden profile says, in the registry's order; nothing for what is not known."""
    clear = sees_personal(viewer)
    known = customer.attributes
    rows = [
        row
        for row in store.attributes_read()
        if known.get(row.slug) not in (None, "", []) and sees_attribute(viewer, row.slug, personal=row.personal)
    ]
    return [_fact(row, known[row.slug], hidden=row.personal and not clear) for row in rows]


def _fact(row: Attribute, value: Any, *, hidden: bool) -> Fact:
    return Fact(row, masked(str(value)) if hidden else value, hidden)


def doings_of(events: ir.Table, customer_id: int, amount: str | None, order: str | None = None) -> ir.Table:
    """The question: a customer's events by month, kind and channel, with their number, last day and sum; and
    which orders they are lines of, with how many are of none (without `order`: all)."""
    mine = events.filter(events.customer_id == customer_id)
    spend = mine[amount].cast("float64").sum() if amount else ibis.null("float64")
    numbers = mine[order].collect(distinct=True) if order else ibis.null("array<string>")
    loose = mine.count() - mine[order].count() if order else mine.count()
    return mine.group_by("month", "event", "channel").aggregate(
        events=mine.count(), last=mine.day.max(), spend=spend, numbers=numbers, loose=loose
    )


def doings_read(rows: Sequence[Mapping[str, Any]], purchase: str | None) -> Doings:
    """The answer's rows put together."""
    by_event: dict[str, int] = {}
    by_month: dict[str, int] = {}
    by_channel: dict[str, int] = {}
    for row in rows:
        by_event[row["event"]] = by_event.get(row["event"], 0) + row["events"]
        by_month[row["month"]] = by_month.get(row["month"], 0) + row["events"]
        if channel := row.get("channel"):
            by_channel[channel] = by_channel.get(channel, 0) + row["events"]
    bought = [row for row in rows if row["event"] == purchase]
    sums = [row["spend"] for row in bought if row["spend"] is not None]
    return Doings(
        events=sum(by_event.values()),
        by_event=by_event,
        by_channel=by_channel,
        last_day=max((row["last"] for row in rows), default=None),
        # One order may be on two channels, or on both sides of a month's end.
        orders=len({one for row in bought for one in row["numbers"] or ()}) + sum(row["loose"] for row in bought),
        spend=sum(sums) if sums else None,
        months=list(_without_gaps(by_month)),
    )


def _without_gaps(by_month: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name in months_between(min(by_month), max(by_month)) if by_month else ():
        yield name, by_month.get(name, 0)
