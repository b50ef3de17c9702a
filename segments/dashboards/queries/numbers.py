"""The key numbers at the head of a dashboard, each beside everyone's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from segments.personas.spend import Worth, worth
from segments.personas.statistics import Base, Share

from ..figures.marks import ours_mark
from ..figures.numerals import decimal, index, percent, short, whole
from ..group import Group
from .behaviour import ACTIVE_DAYS, active, ever

# Everyone's, where it is not told.
UNTOLD = Worth(0, 0, None)


@dataclass(frozen=True)
class Number:
    """`text` is the group's, `beside` everyone's, `tgi` the group's over everyone's × 100; `exact` in full.
    `value` and `base` are the group's and everyone's as numbers, None where they are not shown; `unit` tells how
    they are written: whole, share, decimal or money."""

    slug: str
    label: str
    text: str
    beside: str
    tgi: str = ""
    exact: str = ""
    unit: str = "whole"
    value: float | None = None
    base: float | None = None


def key_numbers(group: Group) -> list[Number]:
    return [_size(group), *_activity(group), *_worth(group)]


def _size(group: Group) -> Number:
    base = group.base
    share = percent(base.group / base.everyone if base.everyone else None)
    customers = short(base.everyone, group.language)
    return Number(
        slug="size",
        label=_("Members"),
        text=short(base.group, group.language),
        beside=_("%(share)s of %(customers)s customers") % {"share": share, "customers": customers},
        exact=whole(base.group),
        value=base.group,
        base=base.everyone,
    )


def _activity(group: Group) -> Iterator[Number]:
    """Within a time it is the time that counts; else the last days."""
    timed, base = group.filters.is_timed, group.base
    share = ever(group) if timed else active(group)
    label = _("Active in this time") if timed else _("Active in %(days)s days") % {"days": ACTIVE_DAYS}
    if share.everyone:
        yield _of_share("active", label, share, base)


def _worth(group: Group) -> Iterator[Number]:
    if group.buyers is None:
        return
    base = group.buyers.base
    yield _of_share("buyers", _("Have bought"), Share("buyers", base.group, base.everyone), group.base)
    if base.too_small:
        return
    # From averages, and how many they are of, sums follow, and from two sums what is left between them.
    ours, theirs = worth(group.buyers, group=True), UNTOLD if base.too_alike else worth(group.buyers, group=False)
    yield _of_value("orders", _("Orders per buyer"), ours.orders_each, theirs.orders_each, decimal, "decimal")

    def money(value: float) -> str:
        return "¥" + short(value, group.language)

    if ours.spend is None:
        return
    yield _of_value("spend_each", _("Spend per buyer"), ours.spend_each, theirs.spend_each, money, "money")
    yield _of_value("average_order", _("Average order"), ours.average_order, theirs.average_order, money, "money")
    yield Number(
        slug="spend",
        label=_("Spend in all"),
        text=money(ours.spend),
        beside=_part_of(group, percent(ours.spend / theirs.spend if theirs.spend else None)),
        exact=f"¥{ours.spend:,.2f}",
        unit="money",
        value=ours.spend,
        base=theirs.spend,
    )


def _part_of(group: Group, share: str) -> str:
    if group.against:
        return _("%(share)s of “%(name)s”") % {"share": share, "name": group.against}
    return _("%(share)s of everyone's") % {"share": share}


def _of_share(slug: str, label: str, share: Share, base: Base) -> Number:
    ours, theirs = share.group_share(base), share.everyone_share(base)
    return Number(
        slug=slug,
        label=label,
        text=percent(ours),
        beside=percent(theirs),
        tgi=index(share.tgi(base)),
        exact=whole_or_few(share, base),
        unit="share",
        value=ours,
        base=theirs,
    )


def whole_or_few(share: Share, base: Base) -> str:
    return ours_mark(share, base) or whole(share.group)


def _of_value(
    slug: str, label: str, ours: float | None, theirs: float | None, text: Callable[[float], str], unit: str
) -> Number:
    if ours is None:
        return Number(slug, label, "–", "–")
    if theirs is None:
        return Number(slug, label, text(ours), "–", unit=unit, value=ours)
    tgi = index(100 * ours / theirs if theirs else None)
    return Number(slug, label, text(ours), text(theirs), tgi, unit=unit, value=ours, base=theirs)
