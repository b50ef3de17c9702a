"""How spend lies on buyers."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from segments.personas.concentration import TOPS, Concentration, Estimate, concentration
from segments.personas.veiling import is_few

from ..figures.curve import Curves
from ..figures.numerals import percent
from ..group import Group
from ..tables import top_name
from ..wording import words
from .answer import Answer


def spend_concentration(group: Group) -> Iterator[Answer]:
    """Nothing where those of everyone who are not in the group are a few: their spend would be what is left."""
    buyers = group.buyers
    if buyers is None or is_few(buyers.base.everyone - buyers.base.group, group.least):
        return
    ours = concentration(buyers.spend[buyers.inside], group.least)
    theirs = concentration(buyers.spend, group.least)
    if ours and theirs:
        said = tuple(_said(ours, theirs, words(group.against).everyone))
        yield Answer(
            "spend", "", Curves(ours, theirs, buyers.base, said, _("Buyers, the largest first")), ours.buyers
        )


def _said(ours: Concentration, theirs: Concentration, whom: str) -> Iterator[str]:
    yield _line(_("Gini coefficient"), [f"{one:.2f}" for one in _figures(ours.gini, theirs.gini)], whom)
    for part, one, other in zip(TOPS, ours.tops, theirs.tops, strict=True):
        if one and other:
            yield _line(top_name(part), list(map(percent, _figures(one, other))), whom)


def _figures(ours: Estimate, theirs: Estimate) -> tuple[float, float, float, float]:
    return ours.value, ours.interval.low, ours.interval.high, theirs.value


def _line(name: str, figures: list[str], whom: str) -> str:
    ours, low, high, theirs = figures
    return f"{name} <b>{ours}</b> ({low}–{high})<br>{whom} {theirs}"
