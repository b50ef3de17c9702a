"""Who comes back."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from segments.personas.cohorts import cohorts_of
from segments.personas.months import last_whole_month
from segments.personas.statistics import Base

from ..figures.cohort import Cohorts
from ..group import Group
from .answer import Answer

# So many months of first purchases, and at most so many months later.
MONTHS = 12


def cohorts(group: Group) -> Iterator[Answer]:
    """Of those who bought first in a month, how many bought in each month later; whole months only."""
    purchase = group.meaning.purchase
    if purchase is None:
        return
    bought, new = group.everyone.bought(purchase), group.everyone.first_bought(purchase)
    found = cohorts_of(bought, new, group.members, group.universe, last_whole_month(group.day), MONTHS)
    base = Base(sum(one.size.group for one in found), sum(one.size.everyone for one in found), group.least)
    yield Answer("purchase", "", Cohorts(found, base, _("all: %s")), base.group)
