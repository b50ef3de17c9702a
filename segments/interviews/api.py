"""What people said of a persona, over the API, through the services of its pages and as masked as there."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.accounts import colleagues
from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told
from cdp.errors import N_, user_error
from segments.personas.models import Persona
from segments.personas.selectors import personas

from .forms import LONG
from .keeping import summary_of
from .models import Decision, Note, NoteKind, Theme
from .selectors import TEMPLATE, decisions_of, note_read, notes, themes_of
from .services import (
    EDIT,
    Wish,
    decision_add,
    decision_mark,
    note_delete,
    note_write,
    theme_add,
    theme_delete,
)

AT = "2026-11-20T16:00:00+08:00"
LATEST = 200
THEME: dict[str, Any] = {"id": 4, "name": "价格", "is_shared": False}
DECISION: dict[str, Any] = {"id": 2, "note": 8, "text": "试行夜间客服", "owner": "lin", "due_on": "2026-12-15"}
DECISION |= {"done_at": None}
SENT: dict[str, Any] = {"kind": "interview", "held_on": "2026-11-20", "respondent": "P07", "goals": "省时间"}
SENT |= {"quotes": ["晚上十点才有空。"], "themes": [4]}
NOTE: dict[str, Any] = {"id": 8, **SENT, "pains": "", "motives": "", "remarks": "", "themes": [THEME]}
NOTE |= {"author": "林悦", "written_at": AT, "decisions": []}
COUNTED: dict[str, Any] = {"name": "价格", "count": 6, "size": 9, "share": 0.667, "low": 0.354, "high": 0.879}
SUMMARY: dict[str, Any] = {"interviews": 9, "meetings": 1, "themes": [COUNTED], "beside": [], "quotes": []}


def _persona(request: Request, slug: str) -> Persona:
    return get_object_or_404(personas(request.user), slug=slug)


def _theme(theme: Theme) -> dict[str, Any]:
    return {"id": theme.pk, "name": theme.name, "is_shared": theme.persona_id is None}


def _decision(one: Decision) -> dict[str, Any]:
    owner = one.owner.username if one.owner else ""
    told = {key: getattr(one, key) for key in ("text", "due_on", "done_at")}
    return {"id": one.pk, "note": one.note_id, "owner": owner, **told}


def _note(request: Request, note: Note) -> dict[str, Any]:
    """As the caller may read it: `customer` is there for who sees customers in clear."""
    text, customer = note_read(request.user, note)
    told = {key: getattr(note, key) for key in ("kind", "held_on", "respondent", "written_at")}
    told |= {name: text(getattr(note, name)) for name in TEMPLATE}
    told |= {"quotes": [text(one) for one in note.quotes], "author": note.author_name or person_name(note.author)}
    themes = {"themes": [_theme(one) for one in note.themes.all()]}
    shown = {"id": note.pk, **told, **themes, "decisions": [_decision(one) for one in note.decisions.all()]}
    return shown | ({"customer": customer} if customer is not None else {})


class NoteSent(serializers.Serializer):
    kind = serializers.ChoiceField(choices=NoteKind.choices)
    held_on = serializers.DateField()
    respondent = serializers.CharField(required=False, allow_blank=True, max_length=60, help_text="a pseudonym")
    goals = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    pains = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    motives = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    remarks = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    quotes = serializers.ListField(child=serializers.CharField(), required=False, help_text="as they were said")
    themes = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="their ids")
    customer = serializers.IntegerField(
        required=False, min_value=0, help_text="only for who sees customers in clear; 0 takes it away"
    )


class NoteChanged(NoteSent):
    kind = serializers.ChoiceField(choices=NoteKind.choices, required=False)
    held_on = serializers.DateField(required=False)


def _wish(given: dict[str, Any], note: Note | None = None) -> Wish:
    """What is left out stays as it is."""
    same = ("kind", "held_on", "respondent", *TEMPLATE, "quotes")
    kept: dict[str, Any] = {name: getattr(note, name) for name in same} if note else {}
    kept |= {"themes": [one.pk for one in note.themes.all()]} if note else {}
    return Wish(**kept | given)


class NoteList(ColleagueView):
    needs = {"POST": EDIT}

    @told("Notes of interviews and meetings about a persona, the latest", [NOTE], operation="notes_all")
    def get(self, request: Request, slug: str) -> Response:
        found = notes(request.user, _persona(request, slug))[:LATEST]
        return Response([_note(request, one) for one in found])

    @told("Write a note", NOTE, sent=SENT, request=NoteSent, status=201)
    def post(self, request: Request, slug: str) -> Response:
        persona, given = _persona(request, slug), read(NoteSent, request)
        made = note_write(persona=persona, wish=_wish(given), actor=request.user)
        return Response(_note(request, notes(request.user, persona).get(pk=made.pk)), status=201)


class NoteDetail(ColleagueView):
    needs = {"PATCH": EDIT, "DELETE": EDIT}

    @told("One note", NOTE)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return Response(_note(request, self._found(request, slug, pk)))

    @told("Change a note", NOTE, sent={"goals": "省时间，也省钱"}, request=NoteChanged)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        note, given = self._found(request, slug, pk), read(NoteChanged, request)
        note_write(persona=note.persona, wish=_wish(given, note), actor=request.user, note=note)
        return Response(_note(request, self._found(request, slug, pk)))

    @told("Delete a note", {"deleted": True})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        note_delete(note=self._found(request, slug, pk), actor=request.user)
        return Response({"deleted": True})

    def _found(self, request: Request, slug: str, pk: int) -> Note:
        found = notes(request.user, _persona(request, slug)).select_related("persona")
        return get_object_or_404(found, pk=pk)


class NoteSummary(ColleagueView):
    @told("Themes counted over interviews with their 95% intervals, and quotes, masked for everybody", SUMMARY)
    def get(self, request: Request, slug: str) -> Response:
        return Response(summary_of(_persona(request, slug)))


class ThemeSent(serializers.Serializer):
    name = serializers.CharField(allow_blank=True)
    is_shared = serializers.BooleanField(required=False, default=False, help_text="for every persona")


class ThemeList(ColleagueView):
    needs = {"POST": EDIT}

    @told("The themes notes are coded with", [THEME], operation="themes_all")
    def get(self, request: Request, slug: str) -> Response:
        return Response([_theme(one) for one in themes_of(request.user, _persona(request, slug))])

    @told("Add a theme", THEME, sent={"name": "价格"}, request=ThemeSent, status=201)
    def post(self, request: Request, slug: str) -> Response:
        persona, given = _persona(request, slug), read(ThemeSent, request)
        return Response(_theme(theme_add(persona=persona, actor=request.user, **given)), status=201)


class ThemeDetail(ColleagueView):
    needs = {"DELETE": EDIT}

    @told("Delete a theme; notes keep everything else", {"deleted": True})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        theme = get_object_or_404(themes_of(request.user, _persona(request, slug)), pk=pk)
        theme_delete(theme=theme, actor=request.user)
        return Response({"deleted": True})


class MeetingDecisionSent(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(required=False, allow_blank=True, default="", help_text="a user name")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class DoneSent(serializers.Serializer):
    done = serializers.BooleanField()


class DecisionList(ColleagueView):
    @told("What meetings decided, those that are open first", [DECISION], operation="decisions_all")
    def get(self, request: Request, slug: str) -> Response:
        return Response([_decision(one) for one in decisions_of(request.user, _persona(request, slug))])


class NoteDecisions(ColleagueView):
    needs = {"POST": EDIT}

    @told(
        "Write down what a meeting decided",
        DECISION,
        sent={"text": "试行夜间客服"},
        request=MeetingDecisionSent,
        status=201,
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        note = get_object_or_404(notes(request.user, _persona(request, slug)), pk=pk)
        given = read(MeetingDecisionSent, request)
        owner = colleagues().filter(username=given["owner"]).first()
        if given["owner"] and owner is None:
            raise user_error(N_("There is no such colleague."), path=("owner",))
        made = decision_add(note=note, actor=request.user, **{**given, "owner": owner})
        return Response(_decision(made), status=201)


class DecisionDetail(ColleagueView):
    needs = {"PUT": EDIT}

    @told("Mark a decision as done, or as open again", DECISION, sent={"done": True}, request=DoneSent)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        decision = decisions_of(request.user, _persona(request, slug)).filter(pk=pk).first()
        if decision is None:
            raise Http404
        decision_mark(decision=decision, done=read(DoneSent, request)["done"], actor=request.user)
        decision.refresh_from_db()
        return Response(_decision(decision))


PERSONA = "personas/<str:slug>/"
urlpatterns = [
    path(f"{PERSONA}notes/", NoteList.as_view(), name="api-notes"),
    path(f"{PERSONA}notes/summary/", NoteSummary.as_view(), name="api-notes-summary"),
    path(f"{PERSONA}notes/<int:pk>/", NoteDetail.as_view(), name="api-note"),
    path(f"{PERSONA}notes/<int:pk>/decisions/", NoteDecisions.as_view(), name="api-note-decisions"),
    path(f"{PERSONA}themes/", ThemeList.as_view(), name="api-themes"),
    path(f"{PERSONA}themes/<int:pk>/", ThemeDetail.as_view(), name="api-theme"),
    path(f"{PERSONA}decisions/", DecisionList.as_view(), name="api-decisions"),
    path(f"{PERSONA}decisions/<int:pk>/", DecisionDetail.as_view(), name="api-decision"),
]
