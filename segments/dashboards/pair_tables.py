"""The numbers behind what is bought together."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .figures.house import Words
from .figures.marks import theirs_mark
from .figures.pairs import Sampled
from .tables import DECIMAL, SHARE, TEXT, WHOLE, Table, Value

# So many columns there are without what orders alone tell.
BEFORE_LIFT = 7


def pair_tables(data: Sampled, words: Words) -> Iterator[Table]:
    """A row a pair: customers, their share beside everyone's, orders or customers with both, the lift and its
    interval."""
    ours = {"whom": words.group}
    heads = (
        "",
        _("Number: %(whom)s") % ours,
        _("Share: %(whom)s") % ours,
        _("Share: %(whom)s") % {"whom": words.everyone},
        words.tgi,
        _("Customers with both") if data.by_customer else _("Orders with both"),
        _("Buyers") if data.by_customer else _("Orders"),
        data.lift,
        _("At least (95%)"),
        _("At most (95%)"),
        words.everyone,
    )
    units = (TEXT, WHOLE, SHARE, SHARE, WHOLE, WHOLE, WHOLE, DECIMAL, DECIMAL, DECIMAL, DECIMAL)
    told = BEFORE_LIFT if data.by_customer else len(heads)
    yield Table("", heads[:told], units[:told], tuple(row[:told] for row in _rows(data)))


def _rows(data: Sampled) -> Iterator[tuple[Value, ...]]:
    base = data.base
    for share, (ours, theirs) in zip(data.distribution.shares, data.pairs, strict=True):
        between = (ours.interval.low, ours.interval.high) if ours.interval else (None, None)
        mark = theirs_mark(share, base)
        shares = (share.group_share(base), mark or share.everyone_share(base), share.tgi(base))
        yield share.label, share.group, *shares, ours.orders, ours.of, ours.lift, *between, mark or theirs.lift
