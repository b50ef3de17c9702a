"""What they do: events, channels, hours, months."""

from collections.abc import Iterator

from pyroaring import BitMap

from segments.personas.months import months_between
from segments.personas.statistics import Distribution, Share, fold

from ..figures.heat import Week
from ..figures.trend import Months
from ..group import Group
from ..wording import channel_label, others
from .answer import Answer

MONTHS = 24
ACTIVE_DAYS = 30


# Words in the short name of an event that is about other people.
SOCIAL = frozenset(
    {"share", "invite", "refer", "referral", "follow", "unfollow", "like", "comment", "reply", "forward", "friend"}
    | {"group", "community", "post", "review"}
)


def event_types(group: Group) -> Iterator[Answer]:
    """Customers who did each thing at least once."""
    yield _of_events(group, social=False)


def social_events(group: Group) -> Iterator[Answer]:
    """The same of what is done with others, for them or before them."""
    yield _of_events(group, social=True)


def _of_events(group: Group, *, social: bool) -> Answer:
    told = group.everyone.deeds.events.items()
    found = {slug: who for slug, who in told if SOCIAL.isdisjoint(slug.split("_")) is not social}
    return _of_customers(group, "event", group.shares(found, group.events))


def channels(group: Group) -> Iterator[Answer]:
    """Customers who were met on each channel at least once."""
    found = group.everyone.deeds.channels
    yield _of_customers(group, "channel", group.shares(found, {name: channel_label(name) for name in found}))


def _of_customers(group: Group, subject: str, shares: tuple[Share, ...]) -> Answer:
    folded = fold(Distribution(shares, group.base), most=9, other=others())
    return Answer(subject, "", folded, group.base.group)


def week(group: Group) -> Iterator[Answer]:
    """Customers who did anything in each hour of the week."""
    shares = [group.share(str(slot), who) for slot, who in enumerate(group.everyone.deeds.hours)]
    days = [shares[24 * day : 24 * day + 24] for day in range(7)]
    ours, theirs = ([[getattr(one, of) for one in day] for day in days] for of in ("group", "everyone"))
    yield Answer("week", "", Week(ours, theirs, group.base), group.base.group)


def months(group: Group) -> Iterator[Answer]:
    """Customers active in each month; months in which nobody was stay in, so that the axis is even."""
    found = {share.value: share for share in group.shares(group.everyone.deeds.months)}
    last = f"{group.day:%Y-%m}"
    known = sorted(month for month in found if month <= last)
    names = months_between(known[0], known[-1])[-MONTHS:] if known else []
    rows = [found.get(name, Share(name, 0, 0)) for name in names]
    trend = Months(names, [share.group for share in rows], [share.everyone for share in rows], group.base)
    yield Answer("months", "", trend, group.base.group)


def active(group: Group) -> Share:
    """Who did anything in the last 30 days before the segment's day, that day included."""
    return group.share("active", group.everyone.active(group.day, ACTIVE_DAYS))


def ever(group: Group) -> Share:
    """Who did anything at all of what counts."""
    return group.share("active", BitMap.union(BitMap(), *group.everyone.deeds.months.values()))
