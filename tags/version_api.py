"""Versions over the API, of tags and segments alike: reading them, restoring one, publishing a draft, retiring."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.access.viewer import Viewer, require
from cdp.api import ColleagueView, problem_json, read, told

from .dependencies import TAG, Ref
from .effects import Effect
from .publish_previews import publish_effects
from .selectors import tags
from .services import facets_of, tag_publish, tag_refresh_request, tag_restore, tag_retire
from .teamwork.approval import approval_ask, approvers_named, request_waiting, rules_for
from .teamwork.publishers import Facets
from .version_pages import VersionRow, publish_page, version_rows
from .versions import draft_of, seal_check


@dataclass(frozen=True)
class Versioned:
    """What tags and segments do in their own ways."""

    kind: str
    edit: str
    all: Callable[[Viewer], Any]
    facets: Callable[[Any], Facets]
    publish: Callable[[Any, Viewer], Any]
    refresh: Callable[[Any, Viewer], list[Any]]
    restore: Callable[[Any, int, Viewer], Any]
    retire: Callable[[Any, Viewer], Any]

    def named(self, viewer: Viewer, slug: str) -> Any:
        return get_object_or_404(self.all(viewer), slug=slug)


OF_TAGS = Versioned(
    kind=TAG,
    edit="access.edit_tags",
    all=tags,
    facets=facets_of,
    publish=lambda tag, by: tag_publish(tag=tag, actor=by),
    refresh=lambda tag, by: tag_refresh_request(tags=[tag], by=by),
    restore=lambda tag, number, by: tag_restore(tag=tag, number=number, actor=by),
    retire=lambda tag, by: tag_retire(tag=tag, actor=by),
)


class OfVersioned(ColleagueView):
    of: Versioned = OF_TAGS

    def named(self, request: Request, slug: str, *, edit: bool = False) -> Any:
        if edit:
            require(request.user, self.of.edit)
        return self.of.named(request.user, slug)


RULE = {"v": 1, "attribute": "province", "op": "is", "value": "浙江省"}
VERSION = {
    "number": 2,
    "state": "published",
    "created_by": "林悦",
    "created_at": "2026-11-21T10:00:00+08:00",
    "published_at": "2026-11-21T10:05:00+08:00",
    "definition": {"v": 1, "layers": [{"value": "east", "when": RULE}]},
    "compared_with": 1,
    "lines": [{"mark": "same", "text": "east：省份是浙江省"}],
    "trouble": "",
}
SEAL = {"seal": "5f2b8c1d9e0a4b77"}
RUNS = {"runs": [4711]}


class VersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    state = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    definition = serializers.JSONField()
    compared_with = serializers.IntegerField(allow_null=True)
    lines = serializers.ListField(child=serializers.DictField(), help_text="In words; each same, gone or new.")
    trouble = serializers.CharField(help_text="Why it cannot be read any more; usually empty.")


class VersionList(OfVersioned):
    """Each with how it differs from the one before it."""

    @told("The versions, the newest first", [VERSION], answer=VersionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        named = self.named(request, slug)
        return Response([_version(row) for row in _rows(request, self.of, named)])


class VersionDetail(OfVersioned):
    @told("One version", VERSION, answer=VersionSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        named = self.named(request, slug)
        found = next((row for row in _rows(request, self.of, named) if row.version.number == number), None)
        if found is None:
            raise Http404
        return Response(_version(found))


def _rows(request: Request, of: Versioned, named: Any) -> list[VersionRow]:
    return version_rows(request.user, Ref(of.kind, named.slug), _kind(of, named), named, False)


def _kind(of: Versioned, named: Any) -> str:
    return named.kind if of.kind == TAG else ""


def _version(row: VersionRow) -> dict[str, Any]:
    version = row.version
    return {
        **{key: getattr(version, key) for key in ("number", "state", "created_at", "published_at", "definition")},
        "created_by": person_name(version.created_by),
        "compared_with": row.before,
        "lines": [{"mark": line.mark, "text": line.text} for line in row.lines],
        "trouble": row.trouble,
    }


class VersionRestore(OfVersioned):
    @told("Make an earlier version the draft", {"draft": 3}, status=201)
    def post(self, request: Request, slug: str, number: int) -> Response:
        named = self.named(request, slug, edit=True)
        self.of.restore(named, number, request.user)
        draft = draft_of(named)
        return Response({"draft": draft.number if draft else None}, status=201)


DRAFT = {
    "number": 3,
    **SEAL,
    "definition": VERSION["definition"],
    "lines": VERSION["lines"],
    "trouble": "",
    "approval": {"needed": True, "waiting": None, "people": "许清"},
}


class Draft(OfVersioned):
    """`seal` goes with publishing it, or with asking for approval: it says which draft was looked at."""

    @told("The draft, beside what is in force", DRAFT)
    def get(self, request: Request, slug: str) -> Response:
        named = self.named(request, slug, edit=True)
        ref = Ref(self.of.kind, slug)
        found = publish_page(request.user, ref, _kind(self.of, named), named)
        if found is None:
            raise Http404
        rules, waiting = rules_for(self.of.kind, self.of.facets(named)), request_waiting(ref)
        approval = {
            "needed": bool(rules),
            "waiting": waiting.pk if waiting else None,
            "people": approvers_named(rules),
        }
        lines = [{"mark": line.mark, "text": line.text} for line in found.lines]
        return Response(
            {
                "number": found.draft.number,
                "seal": found.seal,
                "definition": found.draft.definition,
                "lines": lines,
                "trouble": found.trouble,
                "approval": approval,
            }
        )


EFFECT = {"kind": "tag", "slug": "region", "before": 120, "after": 130, "entered": 12, "left": 2, "moved": 0}


class DraftEffects(OfVersioned):
    """While it is being worked out the answer is 202, and the same question later gives the effects."""

    @told(
        "Who would enter and leave if the draft were published",
        {"state": "done", "own": {**EFFECT, "problems": []}, "others": []},
    )
    def get(self, request: Request, slug: str) -> Response:
        draft = draft_of(self.named(request, slug, edit=True))
        if draft is None or not isinstance(request.user, User):
            raise Http404
        ref = Ref(self.of.kind, slug)
        answer = publish_effects(by=request.user, ref=ref, definition=draft.definition, again=False)
        if answer.effects is None:
            return Response({"state": answer.job.state if answer.job else "waiting"}, status=202)
        own, others = _effect(answer.effects.own), [_effect(one) for one in answer.effects.others]
        return Response({"state": "done", "own": own, "others": others})


def _effect(effect: Effect) -> dict[str, Any]:
    sizes = {key: len(getattr(effect, key)) for key in ("entered", "left", "moved")}
    told = {"kind": effect.ref.kind, "slug": effect.ref.slug, "before": effect.before, "after": effect.after}
    return {**told, **sizes, "problems": [problem_json(one) for one in effect.problems]}


class SealSent(serializers.Serializer):
    seal = serializers.CharField(help_text="Of the draft that was looked at.")


class AskSent(SealSent):
    text = serializers.CharField(required=False, allow_blank=True, default="", help_text="For those who approve.")


class Publish(OfVersioned):
    """Refused where it needs approval, which is asked for then."""

    @told("Put the draft in force and refresh it", RUNS, sent=SEAL, request=SealSent)
    def post(self, request: Request, slug: str) -> Response:
        named, given = self.named(request, slug, edit=True), read(SealSent, request)
        seal_check(draft_of(named), given["seal"])
        self.of.publish(named, request.user)
        return Response({"runs": [run.pk for run in self.of.refresh(self.named(request, slug), request.user)]})


class ApprovalAsk(OfVersioned):
    @told(
        "Ask for approval of the draft",
        {"request": 12},
        sent={**SEAL, "text": "华东开了新店。"},
        request=AskSent,
        status=201,
    )
    def post(self, request: Request, slug: str) -> Response:
        named, given = self.named(request, slug, edit=True), read(AskSent, request)
        seal_check(draft_of(named), given["seal"])
        asked = approval_ask(ref=Ref(self.of.kind, slug), seal=given["seal"], text=given["text"], by=request.user)
        return Response({"request": asked.pk}, status=201)


class RefreshNow(OfVersioned):
    @told("Work it out anew", RUNS, status=202)
    def post(self, request: Request, slug: str) -> Response:
        named = self.named(request, slug, edit=True)
        return Response({"runs": [run.pk for run in self.of.refresh(named, request.user)]}, status=202)


class Retire(OfVersioned):
    """Refused while anything is built on it."""

    @told("Take it out of use", {"retired": True})
    def post(self, request: Request, slug: str) -> Response:
        self.of.retire(self.named(request, slug, edit=True), request.user)
        return Response({"retired": True})
