"""Regular mails over the API, through the services of their pages."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told
from cdp.errors import N_, user_error
from segments.boards.models import Board
from segments.boards.selectors import boards
from segments.personas.models import Persona
from segments.personas.selectors import personas

from .models import Every, Mailing, MailingRun
from .selectors import EDIT, mailings, runs_of
from .services import Plan, mailing_change, mailing_delete, mailing_make, mailing_pause, mailing_send

AT = "2026-11-30T08:00:00+08:00"
LATEST = 30
SENT: dict[str, Any] = {"persona": "night", "every": "week", "day": 0, "at": "08:00", "people": ["lin"]}
SENT |= {"departments": ["sales"], "language": "zh-hans", "bases": []}
ROW: dict[str, Any] = {"id": 3, **SENT, "board": "", "owner": "林悦", "next_at": AT}
RUN: dict[str, Any] = {"id": 12, "state": "done", "outcome": "kept", "edition": 2, "mailed": 5, "unmailed": 1}
RUN |= {"left_out": 0, "asked_at": AT}


def mailing_json(mailing: Mailing) -> dict[str, Any]:
    return {
        "id": mailing.pk,
        "persona": mailing.persona.slug if mailing.persona else "",
        "board": mailing.board.slug if mailing.board else "",
        "every": mailing.every,
        "day": mailing.day,
        "at": f"{mailing.at:%H:%M}",
        "people": [one.username for one in mailing.people.all()],
        "departments": [one.slug for one in mailing.departments.all()],
        "language": mailing.language,
        "bases": mailing.bases,
        "owner": person_name(mailing.owner),
        "next_at": mailing.next_at,
    }


def run_json(run: MailingRun) -> dict[str, Any]:
    told = {key: getattr(run, key) for key in ("state", "outcome", "mailed", "unmailed", "left_out")}
    number = run.edition.number if run.edition else None
    return {"id": run.pk, **told, "edition": number, "asked_at": run.requested_at}


class PlanSent(serializers.Serializer):
    """In a change, what is not sent stays as it is."""

    every = serializers.ChoiceField(choices=Every.choices)
    day = serializers.IntegerField(help_text="0 (Monday) to 6 of the week, or 1 to 31 of the month")
    at = serializers.TimeField(help_text="in the product's time zone", format="%H:%M")
    people = serializers.ListField(child=serializers.CharField(), required=False, help_text="user names")
    departments = serializers.ListField(child=serializers.CharField(), required=False, help_text="short names")
    language = serializers.CharField(required=False, help_text="of the editions")
    bases = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="segments it is compared with instead of everyone, four at most, for editions the first",
    )


class MailingSent(PlanSent):
    persona = serializers.CharField(required=False, help_text="either this or a board")
    board = serializers.CharField(required=False)


class ChangeSent(PlanSent):
    every = serializers.ChoiceField(choices=Every.choices, required=False)
    day = serializers.IntegerField(required=False)
    at = serializers.TimeField(required=False, format="%H:%M")
    paused = serializers.BooleanField(required=False)


def _of(request: Request, given: dict[str, Any]) -> Persona | Board:
    if bool(given.get("persona")) == bool(given.get("board")):
        raise user_error(N_("Say either a persona or a board."), path=("persona",))
    if slug := given.get("persona"):
        return get_object_or_404(personas(request.user), slug=slug)
    return get_object_or_404(boards(request.user), slug=given["board"])


def _plan(given: dict[str, Any], begun: dict[str, Any]) -> Plan:
    return Plan(**{name: given.get(name, value) for name, value in begun.items()})


def _mailing(request: Request, pk: int) -> Mailing:
    return get_object_or_404(mailings(request.user), pk=pk)


class MailingList(ColleagueView):
    needs = {"GET": EDIT, "POST": EDIT}

    @told("Personas and boards that are sent regularly", [ROW], operation="mailings_all")
    def get(self, request: Request) -> Response:
        return Response([mailing_json(one) for one in mailings(request.user)])

    @told("Send a persona or a board regularly", ROW, sent=SENT, request=MailingSent, status=201)
    def post(self, request: Request) -> Response:
        given = read(MailingSent, request)
        begun = {"every": "", "day": 0, "at": None, "people": [], "departments": [], "bases": []}
        plan = _plan(given, {**begun, "language": get_language() or "zh-hans"})
        made = mailing_make(of=_of(request, given), plan=plan, actor=request.user)
        return Response(mailing_json(_mailing(request, made.pk)), status=201)


class MailingDetail(ColleagueView):
    needs = {"GET": EDIT, "PATCH": EDIT, "DELETE": EDIT}

    @told("One of them, with what came of it lately", {**ROW, "runs": [RUN]})
    def get(self, request: Request, pk: int) -> Response:
        found = _mailing(request, pk)
        return Response({**mailing_json(found), "runs": [run_json(run) for run in runs_of(found)[:LATEST]]})

    @told("Change, pause or resume it", ROW, sent={"day": 1, "paused": False}, request=ChangeSent)
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        found, given = _mailing(request, pk), read(ChangeSent, request)
        paused = given.pop("paused", None)
        if given:
            mailing_change(mailing=found, plan=_plan(given, _begun(found)), actor=request.user)
        if paused is not None and paused == found.is_on:
            mailing_pause(mailing=found, is_on=not paused, actor=request.user)
        return Response(mailing_json(_mailing(request, pk)))

    @told("Send it no more; editions that were kept stay", {"deleted": True})
    def delete(self, request: Request, pk: int) -> Response:
        mailing_delete(mailing=_mailing(request, pk), actor=request.user)
        return Response({"deleted": True})


def _begun(mailing: Mailing) -> dict[str, Any]:
    told = mailing_json(mailing)
    kept = ("every", "day", "people", "departments", "language", "bases")
    return {name: told[name] for name in kept} | {"at": mailing.at}


class MailingSend(ColleagueView):
    needs = {"POST": EDIT}

    @told("Send it now, out of turn; a worker does it", RUN | {"state": "waiting", "outcome": ""}, status=202)
    def post(self, request: Request, pk: int) -> Response:
        return Response(run_json(mailing_send(mailing=_mailing(request, pk), actor=request.user)), status=202)


urlpatterns = [
    path("mailings/", MailingList.as_view(), name="api-mailings"),
    path("mailings/<int:pk>/", MailingDetail.as_view(), name="api-mailing"),
    path("mailings/<int:pk>/send/", MailingSend.as_view(), name="api-mailing-send"),
]
