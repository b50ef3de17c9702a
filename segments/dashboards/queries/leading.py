"""What leads to a purchase: the shop's steps, each after the one before."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from segments.personas.meaning import steps_to
from segments.personas.statistics import Distribution, Share
from segments.personas.veiling import is_few

from ..group import Group
from .answer import Answer


def funnel(group: Group) -> Iterator[Answer]:
    """Customers who came so far. Nothing is said of a step that a few only came to or were lost at, be it of the
    group, of everyone, or of those who are in the one and not in the other."""
    steps = steps_of(group)
    if not steps:
        return
    found = group.everyone.reached(steps)
    shares = [group.share(step, who, group.events.get(step, step)) for step, who in zip(steps, found, strict=True)]
    yield Answer("steps", "", Distribution(tuple(_veiled(shares, group.least)), group.base), group.base.group)


def steps_of(group: Group) -> tuple[str, ...]:
    return steps_to(group.meaning.purchase, group.everyone.events)


def _veiled(shares: list[Share], least: int) -> Iterator[Share]:
    yield shares[0]
    for before, share in pairwise(shares):
        ours, theirs = before.group - share.group, before.everyone - share.everyone
        beside = is_few(theirs, least) or is_few(theirs - ours, least)
        yield replace(share, veiled=is_few(ours, least), veiled_beside=beside)
