"""Deciding what is asked about pairs of customers: merge, keep apart, ask a colleague; and taking that back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cdp.errors import N_, user_error

from .merging import merge_pairs
from .models import Review, ReviewKind, ReviewState, Verdict
from .verdicts import deciding, roots_by_row, verdict_take_back, verdicts_give, verdicts_lift

MERGE, KEEP_APART, ASK = "merge", "apart", "ask"
WAITING = (ReviewState.OPEN, ReviewState.ASKED)


def review_decide(*, review: Review, decision: str, by: Any, note: str = "", asked: Any = None) -> Review:
    """Answer one review: `decision` is "merge", "apart" or "ask" (the colleague `asked`).

    Raises `UserError` when it was answered meanwhile, or when the two became one otherwise.
    """
    if decision == ASK:
        return _ask(review, by=by, note=note, asked=asked)
    with deciding():
        waiting = Review.objects.filter(pk=review.pk, state__in=WAITING)
        if not waiting.exists():
            raise user_error(
                N_("This pair was decided meanwhile. Nothing was changed."), N_("Go on with the next one.")
            )
        if not _decide(waiting, decision, by=by, note=note, lift=True):
            raise user_error(
                N_("These two are one customer already. Nothing was changed."), N_("Go on with the next one.")
            )
    review.refresh_from_db()
    return review


def reviews_decide(*, reviews: Iterable[int], decision: str, by: Any, note: str = "") -> int:
    """Answer many at once ("merge" or "apart"), in one pass. Returns how many were answered.

    Those answered meanwhile, and merges of customers that somebody keeps apart, are left as they are.
    """
    with deciding():
        return _decide(Review.objects.filter(pk__in=list(reviews), state__in=WAITING), decision, by=by, note=note)


def reviews_decide_above(*, score: float, decision: str, by: Any, note: str = "") -> int:
    """Answer all open matches of at least this score. Returns how many were answered."""
    alike = Review.objects.filter(kind=ReviewKind.SCORE, state=ReviewState.OPEN, score__gte=score)
    return reviews_decide(reviews=alike.values_list("pk", flat=True), decision=decision, by=by, note=note)


def review_undo(*, review: Review, by: Any) -> Review:
    """Take a decision back: the customers are as they were before it, and the pair is asked about again.

    Raises `UserError` when nothing was decided.
    """
    with deciding():
        review.refresh_from_db()
        if review.state in WAITING or review.verdict_id is None:
            raise user_error(
                N_("Nothing was decided about this pair. Nothing was changed."), N_("Look at the list of reviews.")
            )
        verdict_take_back(review.verdict_id, by=by)
    review.refresh_from_db()
    return review


def _ask(review: Review, *, by: Any, note: str, asked: Any) -> Review:
    if asked is None:
        raise user_error(N_("Nobody was asked. Nothing was changed."), N_("Choose a colleague."))
    changed = Review.objects.filter(pk=review.pk, state__in=WAITING).update(
        state=ReviewState.ASKED, asked=asked, note=note, decided_by=by, decided_at=timezone.now()
    )
    if not changed:
        raise user_error(
            N_("This pair was decided meanwhile. Nothing was changed."), N_("Go on with the next one.")
        )
    review.refresh_from_db()
    return review


def _decide(waiting: QuerySet[Review], decision: str, *, by: Any, note: str, lift: bool = False) -> int:
    """Give one verdict for each pair and write it down with the reviews. Inside `deciding`."""
    rows = list(waiting.values_list("pk", "one_id", "other_id"))
    roots = roots_by_row([row for _pk, one, other in rows for row in (one, other)])
    pairs = [(pk, *sorted((roots[one], roots[other]))) for pk, one, other in rows if roots[one] != roots[other]]
    distinct = sorted({(one, other) for _pk, one, other in pairs})
    if not distinct:
        return 0
    if decision == MERGE:
        verdicts = merge_pairs(distinct, by=by, note=note, lift=lift)
        verdicts = _joined(verdicts, distinct, by)
    elif decision == KEEP_APART:
        verdicts = verdicts_give(Verdict.Says.APART, distinct, by=by, note=note)
    else:
        raise ValueError(f"{decision!r} is no decision")
    given = {(verdict.one_id, verdict.other_id): verdict for verdict in verdicts}
    answered = [(pk, given[one, other]) for pk, one, other in pairs if (one, other) in given]
    state = ReviewState.MERGED if decision == MERGE else ReviewState.APART
    Review.objects.bulk_update(
        [
            Review(pk=pk, state=state, verdict=verdict, decided_by=by, decided_at=verdict.given_at, note=note)
            for pk, verdict in answered
        ],
        ["state", "verdict", "decided_by", "decided_at", "note"],
        batch_size=100,
    )
    return len(answered)


def _joined(verdicts: list[Verdict], pairs: list[tuple[int, int]], by: Any) -> list[Verdict]:
    """Those that came true; what somebody keeps apart was not joined, and the word on it is taken back."""
    roots = roots_by_row([row for pair in pairs for row in pair])
    true = [verdict for verdict, (one, other) in zip(verdicts, pairs, strict=True) if roots[one] == roots[other]]
    verdicts_lift([verdict.pk for verdict in verdicts if verdict not in true], by=by)
    return true
