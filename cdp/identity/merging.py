"""Merging customers by hand, parting them, and keeping two apart for good."""

from typing import Any

from cdp.errors import N_, user_error

from .models import Merge, Review, ReviewState, Verdict
from .verdicts import (
    anew,
    deciding,
    reviews_of_pair,
    roots_by_row,
    verdict_take_back,
    verdicts_between,
    verdicts_give,
    verdicts_lift,
)

BY_HAND = N_("Merged by hand.")


def customers_merge(*, one: int, other: int, by: Any, note: str = "") -> Merge:
    """Make one customer of those two rows belong to; whatever kept them apart is lifted.

    Raises `UserError` when they are one already, or when either is not there.
    """
    with deciding():
        ends = _two(one, other)
        asked = reviews_of_pair(*ends)
        verdict = merge_pairs([ends], by=by, note=note)[0]
        _answer(asked, ReviewState.MERGED, verdict, by, note)
        return Merge.objects.filter(verdict=verdict).latest("pk")


def merge_pairs(pairs: list[tuple[int, int]], *, by: Any, note: str = "", lift: bool = True) -> list[Verdict]:
    """Say of each pair of customers that they are one, and join them. Inside `deciding`."""
    verdicts = verdicts_give(Verdict.Says.SAME, pairs, by=by, note=note)
    for verdict, pair in zip(verdicts, pairs, strict=True):
        if lift:
            verdicts_lift(verdicts_between(Verdict.Says.APART, *pair), by=by, for_=verdict)
    whose = {row: verdict.pk for verdict, pair in zip(verdicts, pairs, strict=True) for row in pair}
    anew([row for pair in pairs for row in pair], by=by, reason=note or BY_HAND, verdicts=whose)
    return verdicts


def customers_keep_apart(*, one: int, other: int, by: Any, note: str = "") -> Verdict:
    """Two customers stay two for good, whatever they may come to share. Raises `UserError` when they are one."""
    with deciding():
        ends = _two(one, other)
        verdict = verdicts_give(Verdict.Says.APART, [ends], by=by, note=note)[0]
        _answer(reviews_of_pair(*ends), ReviewState.APART, verdict, by, note)
        return verdict


def merge_undo(*, merge: Merge, by: Any, note: str = "") -> None:
    """Restore both sides of a merge exactly. Unless nothing but a person's word joined them, they are kept apart
    from now on. Raises `UserError` when the merge is undone already."""
    with deciding():
        merge.refresh_from_db()
        if merge.undone_at is not None:
            raise user_error(
                N_("This merge is undone already. Nothing was changed."), N_("Look at the customers again.")
            )
        if merge.verdict_id is not None:
            verdict_take_back(merge.verdict_id, by=by)
        if _is_one(merge.loser_id, merge.winner_id):
            part(merge.loser_id, merge.winner_id, by=by, note=note)
        merge.refresh_from_db()


def customer_part(*, row: int, by: Any, note: str = "") -> Verdict:
    """Make a customer of its own again of a row that belongs to another, and keep the two apart for good.

    Raises `UserError` when the row belongs to nobody else.
    """
    with deciding():
        root = roots_by_row([row]).get(row)
        if root in (None, row):
            raise user_error(
                N_("Customer %(number)s belongs to nobody else. Nothing was changed."),
                N_("Choose one of those merged into it."),
                number=row,
            )
        return part(row, int(root or 0), by=by, note=note)


def part(one: int, other: int, *, by: Any, note: str = "") -> Verdict:
    """Keep two rows of one customer apart. Inside `deciding`."""
    verdict = verdicts_give(Verdict.Says.APART, [(one, other)], by=by, note=note)[0]
    verdicts_lift(_said_of(one, other), by=by, for_=verdict)
    anew([one, other], by=by, apart=verdict.pk)
    return verdict


def _said_of(one: int, other: int) -> list[int]:
    """Verdicts in force that just these two rows are one."""
    said = Verdict.objects.filter(says=Verdict.Says.SAME, lifted_at=None)
    both = said.filter(one__in=(one, other), other__in=(one, other))
    return list(both.values_list("pk", flat=True))


def _is_one(one: int, other: int) -> bool:
    roots = roots_by_row([one, other])
    return roots[one] == roots[other]


def _two(one: int, other: int) -> tuple[int, int]:
    """The two customers, the smaller number first. Raises `UserError`."""
    roots = roots_by_row([one, other])
    gone = [row for row in (one, other) if row not in roots]
    if gone:
        raise user_error(
            N_("There is no customer %(number)s any more. Nothing was changed."),
            N_("Look for the customer again; the load it came with may have been undone."),
            number=gone[0],
        )
    if roots[one] == roots[other]:
        raise user_error(
            N_("These two are one customer already. Nothing was changed."), N_("Look at the customer's page.")
        )
    return min(roots[one], roots[other]), max(roots[one], roots[other])


def _answer(reviews: list[int], state: str, verdict: Verdict, by: Any, note: str) -> None:
    """Settle what was being asked about two customers."""
    waiting = Review.objects.filter(pk__in=reviews)
    waiting.update(state=state, verdict=verdict, decided_by=by, decided_at=verdict.given_at, note=note)
