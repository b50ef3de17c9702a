"""Working together over the API: favourites and comments of tags and segments, and approvals of both."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.access.viewer import require
from cdp.api import ColleagueView, read, told

from .dependencies import Ref
from .teamwork.approval import (
    approval_give,
    approval_return,
    approval_rules,
    approval_withdraw,
    approvers_named,
    request_seen,
    requests_returned,
    requests_to_decide,
    rules_open,
)
from .teamwork.comments import comment_change, comment_delete, comment_write, comments
from .teamwork.favourites import favourite_turn, favourites
from .teamwork.models import ApprovalRequest, ApprovalRule, Comment, Suggested
from .teamwork.rules import SET, approval_rule_add, approval_rule_delete
from .teamwork.suggestions import suggestion_drop, suggestions_open
from .version_api import OfVersioned

LATEST = 30
COMMENT = {"id": 5, "author": "林悦", "text": "口径与财务一致。", "written_at": "2026-11-21T10:00:00+08:00"}
COMMENT |= {"edited_at": None, "is_own": True}
STEP = {"what": "asked", "by": "林悦", "at": "2026-11-21T10:00:00+08:00", "text": "华东开了新店。"}
REQUEST = {"id": 12, "kind": "tag", "slug": "region", "number": 3, "state": "waiting", "asked_by": "林悦"}
REQUEST |= {
    "asked_at": "2026-11-21T10:00:00+08:00",
    "seal": "5f2b8c1d9e0a4b77",
    "waits_for": "许清",
    "steps": [STEP],
}
SUGGESTION = {"id": 7, "tag": "churn_risk", "what": "rename", "text": "容易流失", "language": "zh-hans"}
SUGGESTION |= {"state": "open", "url": "/reviews/4/#remark-31", "version": None, "taken_up_by": "林悦"}
RULE_EXAMPLE = {"id": 1, "kind": "tag", "category": "value", "sensitivity": "", "approvers": ["steward"]}


class FavouriteOwn(OfVersioned):
    @told("Make it one of my favourites", {"favourite": True})
    def put(self, request: Request, slug: str) -> Response:
        return self._set(request, slug, True)

    @told("Make it one of my favourites no more", {"favourite": False})
    def delete(self, request: Request, slug: str) -> Response:
        return self._set(request, slug, False)

    def _set(self, request: Request, slug: str, wanted: bool) -> Response:
        self.named(request, slug)
        if (slug in favourites(request.user, self.of.kind)) != wanted:
            favourite_turn(ref=Ref(self.of.kind, slug), by=request.user)
        return Response({"favourite": wanted})


class TextSent(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)


class CommentList(OfVersioned):
    @told("What colleagues wrote, the oldest first", [COMMENT])
    def get(self, request: Request, slug: str) -> Response:
        self.named(request, slug)
        return Response([_comment(one, request) for one in comments(Ref(self.of.kind, slug))])

    @told("Write a comment", COMMENT, sent={"text": COMMENT["text"]}, request=TextSent, status=201)
    def post(self, request: Request, slug: str) -> Response:
        self.named(request, slug)
        ref, given = Ref(self.of.kind, slug), read(TextSent, request)
        return Response(_comment(comment_write(ref=ref, text=given["text"], by=request.user), request), status=201)


class CommentOwn(OfVersioned):
    @told("Change my comment", COMMENT, sent={"text": COMMENT["text"]}, request=TextSent)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        comment = get_object_or_404(comments(Ref(self.of.kind, slug)), pk=pk)
        comment_change(comment=comment, text=read(TextSent, request)["text"], by=request.user)
        return Response(_comment(comment, request))

    @told("Delete my comment", {"deleted": True})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        comment_delete(comment=get_object_or_404(comments(Ref(self.of.kind, slug)), pk=pk), by=request.user)
        return Response({"deleted": True})


def _comment(comment: Comment, request: Request) -> dict[str, Any]:
    told = {"id": comment.pk, "author": person_name(comment.author), "is_own": comment.author_id == request.user.pk}
    return {**told, **{key: getattr(comment, key) for key in ("text", "written_at", "edited_at")}}


class SuggestionList(OfVersioned):
    @told("Suggestions that were taken up and wait for somebody to change it", [SUGGESTION])
    def get(self, request: Request, slug: str) -> Response:
        self.named(request, slug)
        return Response([suggestion_json(one) for one in suggestions_open(slug)])


class SuggestionOwn(OfVersioned):
    @told("It is not to be after all", {"dropped": True})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        self.named(request, slug)
        suggestion_drop(suggested=get_object_or_404(suggestions_open(slug), pk=pk), by=request.user)
        return Response({"dropped": True})


def suggestion_json(one: Suggested) -> dict[str, Any]:
    told = {key: getattr(one, key) for key in ("what", "text", "language", "state", "url")}
    return {"id": one.pk, "tag": one.slug, **told, "version": one.number, "taken_up_by": person_name(one.by)}


class ApprovalList(ColleagueView):
    @told(
        "Requests: those that wait for me, those that came back to me, and my own",
        {"deciding": [REQUEST], "returned": [], "mine": []},
        operation="approvals_all",
    )
    def get(self, request: Request) -> Response:
        mine = ApprovalRequest.objects.filter(asked_by=request.user)[:LATEST]
        groups = {
            "deciding": requests_to_decide(request.user),
            "returned": requests_returned(request.user),
            "mine": mine,
        }
        return Response({key: [_request(one) for one in found] for key, found in groups.items()})


class ApprovalDetail(ColleagueView):
    @told("One request with its history", REQUEST)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_request(request_seen(request.user, pk)))


class ApprovalGive(ColleagueView):
    @told("Approve; with the last approval the draft is published", REQUEST, sent={"text": ""}, request=TextSent)
    def post(self, request: Request, pk: int) -> Response:
        asked, text = request_seen(request.user, pk), read(TextSent, request)["text"]
        return Response(_request(approval_give(request=asked, text=text, by=request.user)))


class ApprovalReturn(ColleagueView):
    @told("Send it back with a reason", REQUEST, sent={"text": "请说明口径。"}, request=TextSent)
    def post(self, request: Request, pk: int) -> Response:
        asked, text = request_seen(request.user, pk), read(TextSent, request)["text"]
        approval_return(request=asked, text=text, by=request.user)
        return Response(_request(request_seen(request.user, pk)))


class ApprovalWithdraw(ColleagueView):
    @told("Withdraw my request", REQUEST)
    def post(self, request: Request, pk: int) -> Response:
        approval_withdraw(request=request_seen(request.user, pk), by=request.user)
        return Response(_request(request_seen(request.user, pk)))


def _request(asked: ApprovalRequest) -> dict[str, Any]:
    waits = approvers_named(rules_open(asked)) if asked.state == "waiting" else ""
    steps = [
        {"what": step.what, "by": person_name(step.by), "at": step.at, "text": step.text}
        for step in asked.steps.select_related("by")
    ]
    told = {"id": asked.pk, "asked_by": person_name(asked.asked_by), "waits_for": waits, "steps": steps}
    return {**told, **{key: getattr(asked, key) for key in ("kind", "slug", "number", "state", "seal", "asked_at")}}


class RuleSent(serializers.Serializer):
    kind = serializers.CharField(help_text="tag or segment")
    category = serializers.CharField(required=False, allow_blank=True, default="")
    sensitivity = serializers.CharField(required=False, allow_blank=True, default="")
    approvers = serializers.ListField(child=serializers.CharField())


class ApprovalRules(ColleagueView):
    needs = {"GET": SET, "POST": SET}

    @told("What needs whose approval", [RULE_EXAMPLE])
    def get(self, request: Request) -> Response:
        return Response([_rule(one) for one in approval_rules()])

    @told(
        "Say what needs whose approval",
        RULE_EXAMPLE,
        sent={key: text for key, text in RULE_EXAMPLE.items() if key != "id"},
        request=RuleSent,
        status=201,
    )
    def post(self, request: Request) -> Response:
        return Response(_rule(approval_rule_add(**read(RuleSent, request), actor=request.user)), status=201)


class ApprovalRuleDetail(ColleagueView):
    @told("Need that approval no more", {"deleted": True})
    def delete(self, request: Request, pk: int) -> Response:
        require(request.user, SET)
        approval_rule_delete(rule=get_object_or_404(ApprovalRule, pk=pk), actor=request.user)
        return Response({"deleted": True})


def _rule(rule: ApprovalRule) -> dict[str, Any]:
    names = [one.username for one in rule.approvers.all()]
    category = rule.category.slug if rule.category else ""
    return {
        "id": rule.pk,
        "kind": rule.kind,
        "category": category,
        "sensitivity": rule.sensitivity,
        "approvers": names,
    }


urlpatterns = [
    path("approvals/", ApprovalList.as_view(), name="api-approvals"),
    path("approvals/rules/", ApprovalRules.as_view(), name="api-approval-rules"),
    path("approvals/rules/<int:pk>/", ApprovalRuleDetail.as_view(), name="api-approval-rule"),
    path("approvals/<int:pk>/", ApprovalDetail.as_view(), name="api-approval"),
    path("approvals/<int:pk>/approve/", ApprovalGive.as_view(), name="api-approval-approve"),
    path("approvals/<int:pk>/return/", ApprovalReturn.as_view(), name="api-approval-return"),
    path("approvals/<int:pk>/withdraw/", ApprovalWithdraw.as_view(), name="api-approval-withdraw"),
]
