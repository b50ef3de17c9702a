"""Pairs of customers to decide, as page objects: the queue, and one pair side by side."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from cdp.access.masking import masked
from cdp.access.table_files import rows_a_page
from cdp.access.viewer import Viewer, sees_personal
from cdp.ledger.services import jobs_open
from cdp.store.models import Attribute, Customer

from .matching.roles import ROLE_NAMES, Role
from .models import Matching, Review, ReviewKind, ReviewState
from .pages import cell_text, identifiers_by_customer

PAGE_SIZE = 50
SAME, DIFFERENT, ONE_SIDED = "same", "different", "one-sided"
MERGE_PERMISSION = "access.merge_customers"


def reviews_waiting(viewer: Viewer) -> QuerySet[Review]:
    """Pairs this viewer may decide now, the surest first: the open ones, and those the viewer was asked about."""
    mine = Q(state=ReviewState.OPEN) | Q(state=ReviewState.ASKED, asked=_pk(viewer))
    one, other = (Coalesce(f"{end}__merged_into", end) for end in ("one", "other"))
    found = Review.objects.filter(mine).annotate(one_now=one, other_now=other).exclude(one_now=F("other_now"))
    return found.order_by(F("score").desc(nulls_last=True), "pk")


def _pk(viewer: Viewer) -> int:
    return int(getattr(viewer, "pk", None) or 0)


def reviews_asked_of(viewer: Viewer) -> QuerySet[Review]:
    return reviews_waiting(viewer).filter(state=ReviewState.ASKED)


def review_next(viewer: Viewer, review: Review) -> Review | None:
    """The one below it in the queue, else the first."""
    waiting = reviews_waiting(viewer).exclude(pk=review.pk)
    if review.score is None:
        below = waiting.filter(score=None, pk__gt=review.pk)
    else:
        equal = Q(score=review.score, pk__gt=review.pk)
        below = waiting.filter(equal | Q(score__lt=review.score) | Q(score=None))
    return below.first() or waiting.first()


def colleagues(viewer: Viewer) -> QuerySet[User]:
    """Who can be asked: everybody else who may merge."""
    found = User.objects.with_perm(MERGE_PERMISSION, backend="django.contrib.auth.backends.ModelBackend")
    return found.filter(is_active=True, is_staff=True).exclude(pk=_pk(viewer)).order_by("username")


@dataclass(frozen=True)
class ReviewLine:
    review: Review
    one: str
    other: str
    percent: str


@dataclass(frozen=True)
class ReviewsPage:
    """The queue; `mine` are those somebody asked this viewer about, `decided` those lately answered."""

    lines: list[ReviewLine]
    mine: list[ReviewLine]
    decided: list[ReviewLine]
    total: int
    number: int
    more: bool
    job: Matching | None
    last: Matching | None

    @classmethod
    def of(cls, viewer: Viewer, number: int = 1) -> "ReviewsPage":
        waiting = reviews_waiting(viewer)
        size = rows_a_page(PAGE_SIZE)
        start = (number - 1) * size
        page = list(waiting[start : start + size + 1])
        decided = Review.objects.filter(state__in=(ReviewState.MERGED, ReviewState.APART), decided_by__isnull=False)
        return cls(
            lines=_lines(viewer, page[:size]),
            mine=_lines(viewer, list(reviews_asked_of(viewer)[:size])),
            decided=_lines(viewer, list(decided.select_related("decided_by").order_by("-decided_at")[:10])),
            total=waiting.count(),
            number=number,
            more=len(page) > size,
            job=jobs_open(Matching).first(),
            last=Matching.objects.order_by("-pk").first(),
        )


def reviews_above(viewer: Viewer, score: float) -> int:
    """How many open matches have at least this score."""
    return reviews_waiting(viewer).filter(kind=ReviewKind.SCORE, state=ReviewState.OPEN, score__gte=score).count()


def _lines(viewer: Viewer, reviews: list[Review]) -> list[ReviewLine]:
    rows = {row for review in reviews for row in (review.one_id, review.other_id)}
    found = Customer.objects.filter(pk__in=rows).values_list(
        "pk", "merged_into", "merged_into__attributes", "attributes"
    )
    clear = sees_personal(viewer)
    names = {}
    for pk, root, golden, own in found:
        name = str((golden if root else own).get("name") or "")
        names[pk] = f"#{root or pk} {name if clear or not name else masked(name)}".strip()
    return [
        ReviewLine(review, names[review.one_id], names[review.other_id], percent(review.score))
        for review in reviews
    ]


def percent(score: float | None) -> str:
    return "" if score is None else f"{min(100 * score, 99.9):.1f} %"


@dataclass(frozen=True)
class Fact:
    """One thing about both; `state` says whether it is the same."""

    label: str
    one: str
    other: str
    state: str


@dataclass(frozen=True)
class Weight:
    """What a column speaks for (bits above zero) or against, and the length of its bar in percent."""

    label: str
    bits: float
    width: int


@dataclass(frozen=True)
class ReviewPage:
    review: Review
    one: Customer
    other: Customer
    facts: list[Fact]
    weights: list[Weight]
    is_masked: bool
    waiting: int
    score: str
    colleagues: list[User]

    @classmethod
    def of(cls, viewer: Viewer, review: Review) -> "ReviewPage":
        rows = Customer.objects.select_related("merged_into").in_bulk([review.one_id, review.other_id])
        one, other = (rows[pk].merged_into or rows[pk] for pk in (review.one_id, review.other_id))
        return cls(
            review=review,
            one=one,
            other=other,
            facts=list(_facts(viewer, one, other)),
            weights=_weights(review.evidence.get("weights") or {}),
            is_masked=not sees_personal(viewer),
            waiting=reviews_waiting(viewer).count(),
            score=percent(review.score),
            colleagues=list(colleagues(viewer)),
        )


def _facts(viewer: Viewer, one: Customer, other: Customer) -> Iterator[Fact]:
    clear = sees_personal(viewer)
    for attribute in Attribute.objects.all():
        pair = [customer.attributes.get(attribute.slug) for customer in (one, other)]
        if pair == [None, None]:
            continue
        one_text, other_text = ("" if value is None else str(cell_text(attribute, value)) for value in pair)
        state = _state(one_text, other_text)
        if attribute.personal and not clear:
            one_text, other_text = (masked(text) if text else "" for text in (one_text, other_text))
        yield Fact(attribute.name, one_text, other_text, state)
    held = identifiers_by_customer(viewer, [one.pk, other.pk])
    yield from _held(held[one.pk], held[other.pk])


def _held(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> Iterator[Fact]:
    by_type: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for place, held in enumerate((one, other)):
        for label, value in held:
            by_type[label][place].append(value)
    for label, (mine, theirs) in by_type.items():
        texts = ", ".join(mine), ", ".join(theirs)
        yield Fact(label, *texts, _state(*texts))


def _state(one: str, other: str) -> str:
    if not one or not other:
        return ONE_SIDED
    return SAME if one == other else DIFFERENT


def _weights(weights: dict[str, Any]) -> list[Weight]:
    most = max((abs(bits) for bits in weights.values()), default=1.0)
    found = [Weight(_label(name), bits, round(100 * abs(bits) / most)) for name, bits in weights.items()]
    return sorted(found, key=lambda weight: -weight.bits)


def _label(slot: str) -> str:
    name = slot.rstrip("0123456789").rstrip("_")
    return gettext(ROLE_NAMES[Role(name)]) if name in set(Role) else slot.removeprefix("other_")
