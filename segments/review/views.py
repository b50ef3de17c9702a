"""The pages of reviews. Each asks for a page object and shows it; what is done goes through the services."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.table_files import rows_a_page
from cdp.access.web import is_htmx, number_asked, page, person
from cdp.errors import UserError
from segments.editions.models import Edition
from segments.editions.selectors import editions

from .answering import remark_answer, remark_unanswer
from .attaching import TYPES, ending_of
from .deciding import decision_answer, decision_give
from .live import live_of
from .models import Decision, Invitation, Remark, Review
from .opening import review_invite, review_open, review_postpone, review_withdraw
from .pages import new_review, review_page, talk_of, to_answer
from .sealing import review_seal
from .selectors import attachments, review_of, reviews, reviews_of_mine, reviews_to_decide, reviews_to_end
from .talking import anchors_in, remark_change, remark_delete, remark_resolve, remark_write, suggestion_judge
from .telling import url_of

EDIT = "access.edit_segments"
ROWS_A_PAGE, MINE = 30, 20
NOTHING_NEW = 204


@require_GET
@page()
def review_list(request: HttpRequest) -> HttpResponse:
    viewer = person(request)
    context = {
        "deciding": reviews_to_decide(viewer),
        "ending": reviews_to_end(viewer),
        "mine": reviews_of_mine(viewer)[:MINE],
        "rows": Paginator(reviews(viewer), rows_a_page(ROWS_A_PAGE)).get_page(request.GET.get("page")),
    }
    return render(request, "reviews/list.html", context)


@page(EDIT)
def review_new(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send an edition for review: which departments, by when, and what is asked of each."""
    edition = _edition(request, slug, number)
    if request.method != "POST":
        if (known := review_of(request.user, edition)) is not None:
            return redirect("reviews:review", known.pk)
        return render(request, "reviews/new.html", {"page": new_review(person(request), edition, {})})
    chosen = request.POST.getlist("departments")
    asked_of = {one: request.POST.get(f"asked-{one}", "") for one in chosen}
    day, asked = request.POST.get("due_on", ""), request.POST.get("asked", "")
    try:
        made = review_open(
            edition=edition,
            departments=asked_of,
            due_on=_day(day),
            asked=asked,
            by=person(request),
        )
    except UserError as error:
        typed = {"due_on": day, "asked": asked, "asked_of": asked_of}
        context = {"page": new_review(person(request), edition, typed), "problems": error.problems}
        return render(request, "reviews/new.html", context, status=422)
    messages.success(request, _("Sent for review. The departments have been told."))
    return redirect("reviews:review", made.pk)


@require_GET
@page()
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _review(request, pk))


def _page(request: HttpRequest, found: Review, typed: Mapping[str, Any] | None = None, **more: Any) -> HttpResponse:
    """The whole page; of what was just written, for htmx, the form and what is said."""
    shown = review_page(person(request), found, request.GET, typed or {})
    if shown is None:
        raise Http404
    context, status = {"page": shown, "talk": shown.talk, **more}, 422 if more.get("problems") else 200
    if not is_htmx(request):
        return render(request, "reviews/review.html", context, status=status)
    if not shown.talk.may_talk:
        return _anew()
    answer = render(request, "reviews/said.html", context, status=status)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#r-compose", "outerHTML"
    return answer


def _anew() -> HttpResponse:
    """The review is over: what stands on the page is no longer so, its forms included."""
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_GET
@page()
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """What is said, if it is not what the page shows (`seen`) already."""
    found = live_of(person(request), pk)
    if found is None:
        raise Http404
    if request.GET.get("seen") == found.token:
        return HttpResponse(status=NOTHING_NEW)
    return _talk(request, _review(request, pk))


def _talk(request: HttpRequest, found: Review) -> HttpResponse:
    """The part of the page that moves, for htmx; the whole page anew without."""
    if not is_htmx(request):
        return redirect(f"{url_of(found)}#r-talk")
    viewer = person(request)
    now = live_of(viewer, found.pk)
    if now is None:
        raise Http404
    if not found.is_open:
        return _anew()
    talk = talk_of(viewer, found, now, anchors_in(viewer, found.edition))
    return render(request, "reviews/talk.html", {"talk": talk})


@require_POST
@page()
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment, a reply, the answer to a decision, or another text of one's own comment: `to` says which."""
    found, by = _review(request, pk), person(request)
    typed = {key: request.POST.get(key, "") for key in ("to", "anchor", "text", "suggests", "proposal")}
    kind, _colon, number = typed["to"].partition(":")
    try:
        match kind:
            case "decision":
                decision = get_object_or_404(Decision, pk=number_asked(number), invitation__review=found)
                decision_answer(decision=decision, text=typed["text"], by=by)
            case "edit":
                remark_change(remark=_remark(found, number_asked(number)), text=typed["text"], by=by)
            case _:
                remark_write(
                    review=found,
                    text=typed["text"],
                    by=by,
                    anchor=typed["anchor"],
                    thread=_remark(found, number_asked(number)) if kind == "remark" else None,
                    suggests=typed["suggests"],
                    proposal=typed["proposal"],
                    files=request.FILES.getlist("files"),
                )
    except UserError as error:
        return _page(request, found, typed, problems=error.problems)
    return _page(request, found) if is_htmx(request) else redirect(f"{url_of(found)}#r-talk")


@require_POST
@page()
def remark(request: HttpRequest, pk: int, remark_pk: int) -> HttpResponse:
    """Settle a thread or open it again, judge a suggestion, or delete one's own comment."""
    found, by = _review(request, pk), person(request)
    one = _remark(found, remark_pk)
    try:
        match request.POST.get("do", ""):
            case "resolve" | "reopen" as do:
                remark_resolve(remark=one, resolved=do == "resolve", by=by)
            case "taken" | "declined" as verdict:
                suggestion_judge(remark=one, verdict=verdict, by=by)
            case "delete":
                remark_delete(remark=one, by=by)
    except UserError as error:
        return _page(request, found, problems=error.problems)
    return _talk(request, found)


@require_POST
@page()
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = _review(request, pk)
    invitation = get_object_or_404(Invitation, pk=number_asked(request.POST.get("invitation", "")), review=found)
    choice, text = request.POST.get("choice", ""), request.POST.get("text", "")
    try:
        decision_give(invitation=invitation, choice=choice, text=text, by=person(request))
    except UserError as error:
        typed = {"choice": choice, "reason": text, "invitation": invitation.pk}
        return _page(request, found, typed, problems=error.problems)
    messages.success(request, _("Your department's decision stands in the review."))
    return redirect(url_of(found))


@require_POST
@page()
def owner(request: HttpRequest, pk: int) -> HttpResponse:
    """What the owner does with the review: seal it, withdraw it, move its day, invite more departments."""
    found, by = _review(request, pk), person(request)
    try:
        match request.POST.get("do", ""):
            case "seal":
                edition = review_seal(review=found, by=by)
                messages.success(request, _("Sealed. The outcome stands under the edition and never changes."))
                return redirect("editions:edition", edition.persona.slug, edition.number)
            case "withdraw":
                review_withdraw(review=found, by=by)
                messages.success(request, _("Withdrawn. The edition may be sent for review again."))
            case "postpone":
                review_postpone(review=found, due_on=_day(request.POST.get("due_on", "")), by=by)
                messages.success(request, _("The day was changed."))
            case "invite":
                chosen = {one: request.POST.get("asked", "") for one in request.POST.getlist("departments")}
                review_invite(review=found, departments=chosen, by=by)
                messages.success(request, _("Invited, and told."))
    except UserError as error:
        return _page(request, found, problems=error.problems)
    return redirect(url_of(found))


@require_GET
@page()
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Always as a download, and never as something a browser would run."""
    found = get_object_or_404(attachments(request.user), pk=pk)
    answer = FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type=TYPES[ending_of(found.name)]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@page()
def answers(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Which comments of the review before an edition answers."""
    edition = _edition(request, slug, number)
    if request.method == "POST":
        known = Remark.objects.filter(review__in=reviews(request.user)).select_related("review__edition")
        one = get_object_or_404(known, pk=number_asked(request.POST.get("remark", "")))
        if request.POST.get("do") == "unanswer":
            remark_unanswer(remark=one, edition=edition, by=person(request))
        else:
            remark_answer(remark=one, edition=edition, text=request.POST.get("text", ""), by=person(request))
        return redirect("reviews:answers", slug, number)
    context = {"edition": edition, "page": to_answer(person(request), edition)}
    return render(request, "reviews/answers.html", context)


def _review(request: HttpRequest, pk: int) -> Review:
    return get_object_or_404(reviews(request.user), pk=pk)


def _edition(request: HttpRequest, slug: str, number: int) -> Edition:
    found = editions(request.user).select_related("persona__segment").defer("persona__segment__bitmap")
    return get_object_or_404(found, persona__slug=slug, number=number)


def _remark(found: Review, pk: int) -> Remark:
    return get_object_or_404(Remark.objects.select_related("review"), pk=pk, review=found)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
