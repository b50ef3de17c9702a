from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cdp.access.web import page, person
from cdp.errors import UserError

from .alike import matching_request
from .models import Merge, Review, ReviewState
from .review_pages import MERGE_PERMISSION, ReviewPage, ReviewsPage, review_next, reviews_above
from .services import merge_undo, review_decide, review_undo, reviews_decide_above

DECISIONS = ("merge", "apart", "ask")


@page(MERGE_PERMISSION)
def reviews(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "1")
    found = ReviewsPage.of(request.user, int(number) if number.isdecimal() and 0 < int(number) < 10_000 else 1)
    score = _score(request.GET.get("score", ""))
    context: dict[str, Any] = {"page": found, "undoable": _undoable(request)}
    if score is not None:
        context |= {"score": f"{100 * score:g}", "above": reviews_above(request.user, score)}
    return render(request, "customers/reviews.html", context)


@page(MERGE_PERMISSION)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Review, pk=pk)
    context = {"page": ReviewPage.of(request.user, found), "undoable": _undoable(request)}
    return render(request, "customers/review.html", context)


@page(MERGE_PERMISSION)
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    return _to_next(request, get_object_or_404(Review, pk=pk))


@require_POST
@page(MERGE_PERMISSION)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Review, pk=pk)
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        return redirect("review", pk)
    chosen = request.POST.get("asked", "") if decision == "ask" else ""
    asked = User.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    note = request.POST.get("note", "").strip()[:500]
    following = review_next(request.user, found)
    try:
        review_decide(review=found, decision=decision, by=person(request), note=note, asked=asked)
    except UserError as error:
        _show(request, error)
        if decision == "ask":
            return redirect("review", pk)
    else:
        if decision == "ask":
            messages.success(request, _("Asked."))
    return _onward(following, decided=found)


@require_POST
@page(MERGE_PERMISSION)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Review, pk=pk)
    try:
        review_undo(review=found, by=person(request))
    except UserError as error:
        _show(request, error)
    else:
        messages.success(request, _("The decision is taken back; both customers are as they were."))
    return redirect("review", pk)


@require_POST
@page(MERGE_PERMISSION)
def above(request: HttpRequest) -> HttpResponse:
    """Merge every open match of at least a score; how many that is was shown before."""
    score = _score(request.POST.get("score", ""))
    if score is not None:
        try:
            count = reviews_decide_above(score=score, decision="merge", by=person(request))
        except UserError as error:
            _show(request, error)
        else:
            text = ngettext("%(count)s pair was merged.", "%(count)s pairs were merged.", count) % {"count": count}
            messages.success(request, text)
    return redirect("reviews")


@require_POST
@page(MERGE_PERMISSION)
def match(request: HttpRequest) -> HttpResponse:
    matching_request(by=person(request))
    return redirect("reviews")


@require_POST
@page(MERGE_PERMISSION)
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(Merge, pk=pk)
    try:
        merge_undo(merge=merge, by=person(request))
    except UserError as error:
        _show(request, error)
    else:
        messages.success(request, _("The merge is undone; both customers are as they were."))
    return redirect("personas:customer", merge.winner_id)


def _to_next(request: HttpRequest, review: Review) -> HttpResponse:
    return _onward(review_next(request.user, review))


def _onward(following: Review | None, decided: Review | None = None) -> HttpResponse:
    """To the next pair, or to the queue; what was just decided can be undone there."""
    where = reverse("review", args=[following.pk]) if following else reverse("reviews")
    return redirect(f"{where}?undo={decided.pk}" if decided else where)


def _undoable(request: HttpRequest) -> Review | None:
    """The decision made one page ago, while it stands."""
    pk = request.GET.get("undo", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    return Review.objects.filter(pk=int(pk), state__in=(ReviewState.MERGED, ReviewState.APART)).first()


def _score(text: str) -> float | None:
    """Percent as typed → 0…1."""
    try:
        value = float(text.strip().rstrip("%")) / 100
    except ValueError:
        return None
    return value if 0 < value <= 1 else None


def _show(request: HttpRequest, error: UserError) -> None:
    for problem in error.problems:
        told = _(problem.message) % problem.params
        hint = _(problem.hint) % problem.params if problem.hint else ""
        messages.error(request, f"{told} {hint}".strip())
