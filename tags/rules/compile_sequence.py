"""One thing after another: a chain of steps, found by window functions over one ordered list of rows.

Every event is a row for each role it plays: a step, or something that must not happen before a step. At
one and the same time the roles of later steps stand first, so that no step sees what is not strictly
earlier. Then, step by step, each row learns the latest start of any chain that reaches it: the running
maximum over the rows of the step before, begun anew after each row that must not be between. The latest
start is the best one, since only the time since then is limited.

Where the end is something that must not happen, the end of `within` is a row too, the last step of all.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import combinations
from operator import and_
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from .compile_columns import where_holds
from .compile_events import named, rows_in, scope_in, timed
from .compile_pairs import followed
from .nodes import ANY_EVENT, Occurrence, Sequence
from .queries import Query, united
from .windows import Bounds, Moment, elapsed, resolve


@dataclass(frozen=True)
class Role:
    """What an event is to the sequence. Rows of one time are in the order of `rank`."""

    rank: int
    what: Occurrence
    bounds: Bounds


@dataclass(frozen=True)
class Link:
    """A step, the one before it, and whether something must not be between; all by their rank."""

    step: int
    before: int
    absent: int | None


# The end of `within` comes after everything of its time.
DEADLINE = 1


@dataclass(frozen=True)
class Plan:
    """The roles, the links in order, and how to run them.

    `ends`: the last link is to the end of `within`, until which something must not happen. `each_start`:
    what must not be between two steps, or after the only one, may rule out one start and not the next one,
    and as each has an end of its own, the starts are told apart.
    """

    roles: tuple[Role, ...]
    links: tuple[Link, ...]
    within: timedelta
    ends: bool = False
    each_start: bool = False


def compile_sequence(node: Sequence, events: ir.Table, moment: Moment) -> Query:
    plan = _plan(node, moment)
    scope = united(scope_in(role.what, role.bounds) for role in plan.roles)
    chains = _pairs if len(plan.roles) == 2 else _chains
    return Query(chains(plan, events, moment).select("customer_id").distinct(), scope=scope)


def roles_of(node: Sequence, moment: Moment) -> list[tuple[Occurrence, Bounds]]:
    """Which events of which time a sequence looks at; it asks nothing else of the moment."""
    return [(role.what, role.bounds) for role in _plan(node, moment).roles]


def _pairs(plan: Plan, events: ir.Table, moment: Moment) -> ir.Table:
    starts, others = (rows_in(role.what, role.bounds, events, moment) for role in plan.roles)
    return followed(starts, others, plan.within, absent=plan.ends)


def _chains(plan: Plan, events: ir.Table, moment: Moment) -> ir.Table:
    rows, keys = _promising(_rows(plan, events, moment), plan), ["customer_id"]
    if plan.each_start:
        rows, keys = _begun(rows, plan), ["customer_id", "begun"]
    if plan.ends:
        rows = _ended(rows, plan)
    rows = rows.mutate(start=ibis.ifelse(rows.role == plan.links[0].before, rows.time, None))
    for link in plan.links:
        rows = _linked(rows, link, keys, plan.within)
    return rows


def _plan(node: Sequence, moment: Moment) -> Plan:
    within = elapsed(node.within)
    first, rest = bounds_of(node, within, moment)
    roles: list[Role] = []
    links: list[Link] = []
    rank, before, absent = 0, None, None
    for step in node.steps:
        if not step.absent or absent is None:
            rank -= 1
        roles.append(Role(rank, step.what, rest if roles else first))
        if step.absent:
            absent = rank
            continue
        if before is not None:
            links.append(Link(rank, before, absent))
        before, absent = rank, None
    if before is None:
        raise ValueError("something must happen in a sequence")
    if absent is None:
        return Plan(tuple(roles), tuple(links), within)
    each_start = not links or any(link.absent is not None for link in links)
    return Plan(tuple(roles), (*links, Link(DEADLINE, before, absent)), within, ends=True, each_start=each_start)


def bounds_of(node: Sequence, within: timedelta, moment: Moment) -> tuple[Bounds, Bounds]:
    """Where the first step may lie, and where the others may."""
    window = resolve(node.window, moment.as_of, moment.zone)
    now = moment.as_of.astimezone(UTC).replace(tzinfo=None)
    elapsed_by = now - within if any(step.absent for step in node.steps) else now
    first = _until(window, min(window.end_utc, elapsed_by), moment)
    return first, _until(window, min(now, first.end_utc + within), moment)


def _until(window: Bounds, end: datetime, moment: Moment) -> Bounds:
    local = end.replace(tzinfo=UTC).astimezone(ZoneInfo(moment.zone)).replace(tzinfo=None)
    return replace(window, end=local, end_utc=end)


# Rows


def _rows(plan: Plan, events: ir.Table, moment: Moment) -> ir.Table:
    """customer_id, time and role: once for each role an event plays."""
    if _told_apart_by_name(plan.roles):
        return _rows_at_once(plan, events, moment)
    return ibis.union(*(_rows_of(role, events, moment) for role in plan.roles))


def _rows_of(role: Role, events: ir.Table, moment: Moment) -> ir.Table:
    rows = rows_in(role.what, role.bounds, events, moment)
    return rows.select("customer_id", "time", role=_rank(role.rank))


def _told_apart_by_name(roles: tuple[Role, ...]) -> bool:
    names = [set(role.what.events) for role in roles]
    return {ANY_EVENT} not in names and all(one.isdisjoint(other) for one, other in combinations(names, 2))


def _rows_at_once(plan: Plan, events: ir.Table, moment: Moment) -> ir.Table:
    """No event plays two roles, so one pass over the events tells each its own."""
    whole = replace(plan.roles[0].bounds, end=plan.roles[-1].bounds.end, end_utc=plan.roles[-1].bounds.end_utc)
    rows = events.filter(*named(tuple(slug for role in plan.roles for slug in role.what.events), events))
    rows = rows.filter(*timed(whole, rows))
    plays = [(_plays(role, rows, moment), _rank(role.rank)) for role in plan.roles]
    told = rows.select("customer_id", "time", role=ibis.cases(*plays))
    return told.filter(told.role.notnull())


def _plays(role: Role, rows: ir.Table, moment: Moment) -> ir.BooleanValue:
    conditions = [*named(role.what.events, rows), rows.time < role.bounds.end_utc]
    if role.what.where is not None:
        conditions.append(where_holds(role.what.where, rows, moment))
    return reduce(and_, conditions)


def _promising(rows: ir.Table, plan: Plan) -> ir.Table:
    """Only the starts that the last step follows in time, and what else those customers did: less to sort."""
    first, steps = plan.links[0].before, [link.step for link in plan.links if link.step != DEADLINE]
    if not steps:
        return rows
    starts = followed(
        rows.filter(rows.role == first), rows.filter(rows.role == steps[-1]), plan.within, absent=False
    ).select("customer_id", "time", role=_rank(first))
    others = rows.filter(rows.role != first)
    return starts.union(others.semi_join(starts, "customer_id").select(rows.columns))


def _begun(rows: ir.Table, plan: Plan) -> ir.Table:
    """The rows of each start by themselves: itself, and what follows inside `within`."""
    first = plan.links[0].before
    starts = rows.filter(rows.role == first).select("customer_id", "time").distinct()
    own = starts.select("customer_id", begun="time", time="time", role=_rank(first))
    others = rows.filter(rows.role != first)
    begun = own.select("customer_id", "begun")
    later = others.join(begun, [others.customer_id == begun.customer_id, others.time > begun.begun])
    later = later.filter(later.time <= later.begun + _length(plan.within))
    return own.union(later.select("customer_id", "begun", "time", "role"))


def _ended(rows: ir.Table, plan: Plan) -> ir.Table:
    """With a row where `within` of each start ends."""
    starts = rows.filter(rows.role == plan.links[0].before)
    ends = starts.mutate(time=starts.time + _length(plan.within), role=_rank(DEADLINE))
    return rows.union(ends)


# Chains


def _linked(rows: ir.Table, link: Link, keys: list[str], within: timedelta) -> ir.Table:
    """The rows of the step learn the latest start; what is not needed any more goes."""
    columns = rows.columns
    if link.absent is not None:
        broken = (rows.role == link.absent).cast("int32").sum()
        rows = rows.mutate(stretch=broken.over(_so_far(keys, rows)))
        keys = [*keys, "stretch"]
    seen = ibis.ifelse(rows.role == link.before, rows.start, None).max().over(_so_far(keys, rows))
    rows = rows.mutate(start=ibis.ifelse(rows.role == link.step, seen, rows.start))
    reached = rows.start >= rows.time - _length(within)
    done = [role for role in (link.before, link.absent) if role is not None]
    return rows.filter(rows.role.notin(done), (rows.role != link.step) | reached).select(columns)


def _so_far(keys: list[str], rows: ir.Table) -> Any:
    return ibis.window(group_by=keys, order_by=[rows.time, rows.role], rows=(None, 0))


def _length(within: timedelta) -> ir.IntervalScalar:
    return ibis.interval(seconds=int(within.total_seconds()))


def _rank(rank: int) -> ir.IntegerScalar:
    return ibis.literal(rank, type="int8")
