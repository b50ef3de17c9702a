"""Giving and lifting a person's word on pairs of customers, and what comes of it at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cdp.errors import N_, user_error
from cdp.store.customers import roots_of
from cdp.store.lock import exclusive
from cdp.store.models import Batch, Customer
from cdp.store.services import changes_publish, golden_refresh

from .anew import story_read
from .models import Identifier, Review, ReviewState, Verdict
from .parting import NONE, story_apply
from .refusals import refusals_review
from .rules import verdicts_read

PATIENCE_SECONDS = 20
Pair = tuple[int, int]


@contextmanager
def deciding() -> Iterator[None]:
    """One decision at a time, all of it or nothing; then brought into sight. Raises `UserError` while a load is
    linking customers for longer than anybody waits for a page."""
    until = monotonic() + PATIENCE_SECONDS

    def waiting() -> None:
        if monotonic() > until:
            raise user_error(
                N_("A load is linking customers just now. Nothing was changed."), N_("Try again in a minute.")
            )

    with exclusive("identity", waiting):
        with transaction.atomic():
            yield
        changes_publish()


def roots_by_row(rows: Sequence[int]) -> dict[int, int]:
    """Customer row → the customer it belongs to now."""
    found = Customer.objects.filter(pk__in=set(rows)).values_list("pk", "merged_into_id")
    return {pk: root or pk for pk, root in found}


def verdicts_give(says: str, pairs: Sequence[Pair], *, by: Any, note: str = "") -> list[Verdict]:
    """Write down, for each pair of rows, that they are one or two."""
    names = _names({row for pair in pairs for row in pair})
    newest = Batch.objects.aggregate(newest=Max("pk"))["newest"] or 0
    fixed = {"says": says, "given_by": by, "note": note, "after_batch": newest}
    return Verdict.objects.bulk_create(
        Verdict(
            one_id=one,
            other_id=other,
            one_type=names[one][0],
            one_value=names[one][1],
            other_type=names[other][0],
            other_value=names[other][1],
            **fixed,
        )
        for one, other in pairs
    )


def _names(rows: set[int]) -> dict[int, tuple[str, str]]:
    """Row → the identifier it goes with, or two empty texts for a row without any."""
    held = Identifier.objects.filter(origin__in=rows).order_by("primary", "-pk")
    names = dict.fromkeys(rows, ("", ""))
    names.update({origin: (type, value) for origin, type, value in held.values_list("origin_id", "type", "value")})
    return names


def verdicts_lift(verdicts: Sequence[int], *, by: Any, for_: Verdict | None = None) -> None:
    """`for_` is the verdict that takes their place."""
    rows = Verdict.objects.filter(pk__in=verdicts, lifted_at=None)
    rows.update(lifted_at=timezone.now(), lifted_by=by, lifted_for=for_)


def verdict_take_back(pk: int, *, by: Any) -> None:
    """Lift a verdict, bring back what it had replaced, ask again what it had answered, and work out what is so
    then. Inside `deciding`."""
    verdict = Verdict.objects.get(pk=pk)
    rows = [row for row in map(_row_of, *_ends(verdict)) if row is not None]
    verdicts_lift([pk], by=by)
    verdict.replaced.update(lifted_at=None, lifted_by=None, lifted_for=None)
    verdict.reviews.update(state=ReviewState.OPEN, verdict=None, decided_by=None, decided_at=None)
    if rows:
        anew(rows, by=by)


def _ends(verdict: Verdict) -> tuple[tuple[str, str], tuple[str, str], tuple[int | None, int | None]]:
    return (
        (verdict.one_type, verdict.other_type),
        (verdict.one_value, verdict.other_value),
        (verdict.one_id, verdict.other_id),
    )


def _row_of(type: str, value: str, row: int | None) -> int | None:
    """The row an end of a verdict names at present."""
    if not type:
        return row
    return Identifier.objects.filter(type=type, value=value).values_list("origin_id", flat=True).first()


def verdicts_between(says: str, one: int, other: int) -> list[int]:
    """Ids of the verdicts in force on something of customer `one` and something of customer `other`."""
    found = verdicts_read(says)
    ends = zip(found["one_root"].to_pylist(), found["other_root"].to_pylist(), strict=True)
    return [pk for pk, pair in zip(found["id"].to_pylist(), ends, strict=True) if set(pair) == {one, other}]


def anew(
    rows: Sequence[int], *, by: Any, reason: str = "", verdicts: Mapping[int, int] = NONE, apart: int = 0
) -> None:
    """Work out who is who among the customers of these rows. What `apart`, a verdict, makes impossible from now on
    is kept as answered; whatever else is refused is asked about."""
    story = story_read(roots_of(np.array(sorted(set(rows)), dtype=np.int64)))
    outcome = story_apply(story, story.settled(), batch=None, reason=reason, by=by, verdicts=verdicts)
    golden_refresh(outcome.touched, batch=None)
    if apart:
        refusals_review(outcome.refused, batch=None, state=ReviewState.APART, verdict=apart)
    else:
        refusals_review(outcome.refused, batch=None)


def reviews_of_pair(one: int, other: int) -> list[int]:
    """Ids of the reviews that wait for an answer about these two customers."""
    waiting = Review.objects.filter(state__in=(ReviewState.OPEN, ReviewState.ASKED))
    rows = waiting.values_list("pk", "one_id", "one__merged_into_id", "other_id", "other__merged_into_id")
    near = rows.filter(one__in=_rows_of(one, other), other__in=_rows_of(one, other))
    return [pk for pk, a, a_root, b, b_root in near if {a_root or a, b_root or b} == {one, other}]


def _rows_of(*roots: int) -> set[int]:
    merged = Customer.objects.filter(merged_into__in=roots).values_list("pk", flat=True)
    return {*roots, *merged}
