"""Reviews over the API, through the services of their pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told
from segments.editions.api import AT, edition_json, edition_of
from segments.editions.api import ROW as EDITION
from tags.team_api import TextSent

from .answering import remark_answer, remark_unanswer
from .deciding import decision_answer, decision_give
from .models import Answered, Choice, Decision, Invitation, Remark, Review, Suggestion, Verdict
from .opening import review_invite, review_open, review_postpone, review_withdraw
from .sealing import review_seal
from .selectors import invitations_of, remarks_of, reviews, reviews_of_mine, reviews_to_decide, reviews_to_end
from .talking import remark_change, remark_delete, remark_resolve, remark_write, suggestion_judge

EDIT = "access.edit_segments"
LATEST = 30
BRIEF: dict[str, Any] = {"id": 4, "persona": "night", "edition": 2, "state": "open", "owner": "林悦", "asked": ""}
BRIEF |= {"due_on": "2026-12-05", "sent_at": AT}
GIVEN: dict[str, Any] = {
    "id": 9,
    "choice": "dissent",
    "text": "样本偏少。",
    "by": "周衡",
    "at": AT,
    "in_force": True,
}
GIVEN |= {"answer": "", "answered_at": None}
SEAT: dict[str, Any] = {"department": "sales", "asked": "能卖给他们吗？", "decisions": [GIVEN]}
COMMENT: dict[str, Any] = {"id": 31, "thread": None, "about": "chart:province-province", "text": "西南为何这么低？"}
COMMENT |= {
    "by": "周衡",
    "at": AT,
    "edited_at": None,
    "suggests": "",
    "proposal": "",
    "verdict": "",
    "settled": False,
}
COMMENT |= {"files": [], "is_own": True}
REVIEW: dict[str, Any] = {**BRIEF, "departments": [SEAT], "comments": [COMMENT]}
ANSWER: dict[str, Any] = {"comment": 31, "edition": 3, "text": "见地图。", "by": "林悦", "at": AT}


def _brief(review: Review) -> dict[str, Any]:
    edition = review.edition
    told = {"persona": edition.persona.slug, "edition": edition.number, "owner": person_name(review.owner)}
    own = {key: getattr(review, key) for key in ("state", "asked", "due_on")}
    return {"id": review.pk, **told, **own, "sent_at": review.opened_at}


def _whole(review: Review, request: Request) -> dict[str, Any]:
    seats = [
        {
            "department": one.department.slug,
            "asked": one.asked,
            "decisions": [_decision(given) for given in one.decisions.all()],
        }
        for one in invitations_of(review)
    ]
    comments = [_comment(one, request) for one in remarks_of(review)]
    return {**_brief(review), "departments": seats, "comments": comments}


def _decision(given: Decision) -> dict[str, Any]:
    told = {key: getattr(given, key) for key in ("choice", "text", "at", "answer", "answered_at")}
    return {"id": given.pk, "by": given.by_name, "in_force": given.is_current, **told}


def _comment(one: Remark, request: Request) -> dict[str, Any]:
    files = [
        {
            "name": file.name,
            "bytes": file.bytes,
            "digest": file.digest,
            "url": reverse("reviews:file", args=[file.pk]),
        }
        for file in one.attachments.all()
    ]
    told = {key: getattr(one, key) for key in ("text", "edited_at", "suggests", "proposal", "verdict")}
    own = {"is_own": one.author_id == request.user.pk, "settled": one.resolved_at is not None, "files": files}
    about = {"about": one.anchor, "by": one.author_name, "at": one.written_at}
    return {"id": one.pk, "thread": one.thread_id, **about, **told, **own}


def _review(request: Request, pk: int) -> Review:
    return get_object_or_404(reviews(request.user), pk=pk)


def _remark(review: Review, pk: int) -> Remark:
    return get_object_or_404(Remark.objects.select_related("review"), pk=pk, review=review)


class ReviewSent(serializers.Serializer):
    departments = serializers.DictField(
        child=serializers.CharField(allow_blank=True), help_text="short name → what is asked of it"
    )
    due_on = serializers.DateField()
    asked = serializers.CharField(required=False, allow_blank=True, default="")


class EditionReview(ColleagueView):
    needs = {"POST": EDIT}

    @told(
        "Send an edition for review",
        REVIEW,
        sent={"departments": {"sales": "能卖给他们吗？"}, "due_on": "2026-12-05", "asked": ""},
        request=ReviewSent,
        status=201,
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        made = review_open(edition=edition_of(request, slug, number), by=request.user, **read(ReviewSent, request))
        return Response(_whole(_review(request, made.pk), request), status=201)


class EditionAnswer(ColleagueView):
    needs = {"PUT": EDIT, "DELETE": EDIT}

    @told(
        "Say that an edition answers a comment on an earlier one",
        ANSWER,
        sent={"text": "见地图。"},
        request=TextSent,
    )
    def put(self, request: Request, slug: str, number: int, pk: int) -> Response:
        edition, remark = edition_of(request, slug, number), self._remark(request, pk)
        made = remark_answer(remark=remark, edition=edition, text=read(TextSent, request)["text"], by=request.user)
        return Response(_answer(made, number))

    @told("It does not answer it after all", {"deleted": True})
    def delete(self, request: Request, slug: str, number: int, pk: int) -> Response:
        edition = edition_of(request, slug, number)
        remark_unanswer(remark=self._remark(request, pk), edition=edition, by=request.user)
        return Response({"deleted": True})

    def _remark(self, request: Request, pk: int) -> Remark:
        known = Remark.objects.filter(review__in=reviews(request.user)).select_related("review__edition")
        return get_object_or_404(known, pk=pk)


def _answer(made: Answered, number: int) -> dict[str, Any]:
    return {"comment": made.remark_id, "edition": number, "text": made.text, "by": made.by_name, "at": made.at}


class ReviewList(ColleagueView):
    @told(
        "Reviews: those my department decides, those I have to answer or seal, mine, and all, the latest",
        {"deciding": [BRIEF], "ending": [], "mine": [BRIEF], "all": [BRIEF]},
        operation="reviews_all",
    )
    def get(self, request: Request) -> Response:
        viewer = request.user
        groups = {
            "deciding": reviews_to_decide(viewer),
            "ending": reviews_to_end(viewer),
            "mine": reviews_of_mine(viewer)[:LATEST],
            "all": reviews(viewer)[:LATEST],
        }
        return Response({key: [_brief(one) for one in found] for key, found in groups.items()})


class DaySent(serializers.Serializer):
    due_on = serializers.DateField()


class ReviewDetail(ColleagueView):
    @told("One review with what is said and decided", REVIEW)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_whole(_review(request, pk), request))

    @told("Another day to decide by", REVIEW, sent={"due_on": "2026-12-09"}, request=DaySent)
    def patch(self, request: Request, pk: int) -> Response:
        review_postpone(review=_review(request, pk), by=request.user, **read(DaySent, request))
        return Response(_whole(_review(request, pk), request))


class DepartmentsSent(serializers.Serializer):
    departments = serializers.DictField(child=serializers.CharField(allow_blank=True))


class ReviewDepartments(ColleagueView):
    @told("Invite more departments", REVIEW, sent={"departments": {"finance": ""}}, request=DepartmentsSent)
    def post(self, request: Request, pk: int) -> Response:
        review_invite(review=_review(request, pk), by=request.user, **read(DepartmentsSent, request))
        return Response(_whole(_review(request, pk), request))


class ReviewSeal(ColleagueView):
    @told("Seal the outcome under the edition", EDITION)
    def post(self, request: Request, pk: int) -> Response:
        edition = review_seal(review=_review(request, pk), by=request.user)
        return Response(edition_json(edition_of(request, edition.persona.slug, edition.number)))


class ReviewWithdraw(ColleagueView):
    @told("Withdraw the review", REVIEW)
    def post(self, request: Request, pk: int) -> Response:
        review_withdraw(review=_review(request, pk), by=request.user)
        return Response(_whole(_review(request, pk), request))


class DecisionSent(serializers.Serializer):
    department = serializers.CharField()
    choice = serializers.ChoiceField(Choice.choices)
    text = serializers.CharField(required=False, allow_blank=True, default="")


class ReviewDecisions(ColleagueView):
    @told(
        "Decide for my department",
        GIVEN,
        sent={"department": "sales", "choice": "dissent", "text": "样本偏少。"},
        request=DecisionSent,
        status=201,
    )
    def post(self, request: Request, pk: int) -> Response:
        given = read(DecisionSent, request)
        known = Invitation.objects.filter(review=_review(request, pk))
        seat = get_object_or_404(known, department__slug=given.pop("department"))
        return Response(_decision(decision_give(invitation=seat, by=request.user, **given)), status=201)


class ReviewDecisionAnswer(ColleagueView):
    @told("Answer what a department decided", GIVEN, sent={"text": "下一版补上。"}, request=TextSent)
    def put(self, request: Request, pk: int, decision: int) -> Response:
        found = get_object_or_404(Decision, pk=decision, invitation__review=_review(request, pk))
        decision_answer(decision=found, text=read(TextSent, request)["text"], by=request.user)
        return Response(_decision(Decision.objects.get(pk=found.pk)))


class CommentSent(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    about = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="number:…, chart:…, tag:…, or nothing for all of it"
    )
    thread = serializers.IntegerField(required=False, allow_null=True, default=None)
    suggests = serializers.ChoiceField(Suggestion.choices, required=False, allow_blank=True, default="")
    proposal = serializers.CharField(required=False, allow_blank=True, default="")


class ReviewComments(ColleagueView):
    @told(
        "Write a comment, or a reply in a thread; files come along as `files` of a multipart form",
        COMMENT,
        sent={"text": COMMENT["text"], "about": COMMENT["about"]},
        request=CommentSent,
        status=201,
    )
    def post(self, request: Request, pk: int) -> Response:
        review, given = _review(request, pk), read(CommentSent, request)
        thread = _remark(review, given["thread"]) if given["thread"] is not None else None
        made = remark_write(
            review=review,
            text=given["text"],
            by=request.user,
            anchor=given["about"],
            thread=thread,
            suggests=given["suggests"],
            proposal=given["proposal"],
            files=request.FILES.getlist("files"),
        )
        return Response(_comment(made, request), status=201)


class ReviewComment(ColleagueView):
    @told("Change my comment", COMMENT, sent={"text": COMMENT["text"]}, request=TextSent)
    def put(self, request: Request, pk: int, remark: int) -> Response:
        found = _remark(_review(request, pk), remark)
        remark_change(remark=found, text=read(TextSent, request)["text"], by=request.user)
        return Response(_comment(Remark.objects.get(pk=remark), request))

    @told("Delete my comment", {"deleted": True})
    def delete(self, request: Request, pk: int, remark: int) -> Response:
        remark_delete(remark=_remark(_review(request, pk), remark), by=request.user)
        return Response({"deleted": True})


class ReviewCommentSettled(ColleagueView):
    @told("Settle a thread", COMMENT)
    def put(self, request: Request, pk: int, remark: int) -> Response:
        return self._set(request, pk, remark, True)

    @told("Open a thread again", COMMENT)
    def delete(self, request: Request, pk: int, remark: int) -> Response:
        return self._set(request, pk, remark, False)

    def _set(self, request: Request, pk: int, remark: int, settled: bool) -> Response:
        remark_resolve(remark=_remark(_review(request, pk), remark), resolved=settled, by=request.user)
        return Response(_comment(Remark.objects.get(pk=remark), request))


class VerdictSent(serializers.Serializer):
    verdict = serializers.ChoiceField(Verdict.choices)


class ReviewCommentVerdict(ColleagueView):
    @told("Take a suggestion up, or decline it", COMMENT, sent={"verdict": "taken"}, request=VerdictSent)
    def post(self, request: Request, pk: int, remark: int) -> Response:
        found = _remark(_review(request, pk), remark)
        suggestion_judge(remark=found, by=request.user, **read(VerdictSent, request))
        return Response(_comment(Remark.objects.get(pk=remark), request))


EDITION_AT, COMMENT_AT = "personas/<str:slug>/editions/<int:number>/", "reviews/<int:pk>/comments/<int:remark>/"
urlpatterns = [
    path(f"{EDITION_AT}review/", EditionReview.as_view(), name="api-edition-review"),
    path(f"{EDITION_AT}answers/<int:pk>/", EditionAnswer.as_view(), name="api-edition-answer"),
    path("reviews/", ReviewList.as_view(), name="api-reviews"),
    path("reviews/<int:pk>/", ReviewDetail.as_view(), name="api-review"),
    path("reviews/<int:pk>/departments/", ReviewDepartments.as_view(), name="api-review-departments"),
    path("reviews/<int:pk>/seal/", ReviewSeal.as_view(), name="api-review-seal"),
    path("reviews/<int:pk>/withdraw/", ReviewWithdraw.as_view(), name="api-review-withdraw"),
    path("reviews/<int:pk>/decisions/", ReviewDecisions.as_view(), name="api-review-decisions"),
    path(
        "reviews/<int:pk>/decisions/<int:decision>/answer/",
        ReviewDecisionAnswer.as_view(),
        name="api-review-decision-answer",
    ),
    path("reviews/<int:pk>/comments/", ReviewComments.as_view(), name="api-review-comments"),
    path(COMMENT_AT, ReviewComment.as_view(), name="api-review-comment"),
    path(f"{COMMENT_AT}settled/", ReviewCommentSettled.as_view(), name="api-review-comment-settled"),
    path(f"{COMMENT_AT}verdict/", ReviewCommentVerdict.as_view(), name="api-review-comment-verdict"),
]
