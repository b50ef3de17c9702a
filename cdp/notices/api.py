"""Chats of groups over the API, for administrators. Addresses and secrets are taken, and never given back."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told
from cdp.errors import Problem, UserError

from .channels.message import trouble_said
from .channels.registry import CHATS
from .chats import (
    address_shown,
    chat_change,
    chat_create,
    chat_delete,
    chat_switch,
    chat_test,
    chats_seen,
    require_administrator,
)
from .forms import ChatForm
from .models import GROUP_LABELS, Outlet, Sending

AT = "2026-11-28T09:00:00+08:00"
LATEST = 100
SENT: dict[str, Any] = {"name": "数据组", "channel": "wecom", "kinds": ["run", "approval"], "language": "zh-hans"}
SENT |= {"address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"}
ROW: dict[str, Any] = {"id": 2, **{key: SENT[key] for key in ("name", "channel", "kinds", "language")}}
ROW |= {"address": "https://qyapi.weixin.qq.com/…a1b2", "has_secret": False, "is_on": True, "made_by": "管理员"}
ROW |= {"waiting": 0, "lost": 0, "trouble": ""}
LINE: dict[str, Any] = {
    "id": 31,
    "made_at": AT,
    "said": "地区 没有刷新成功。",
    "state": "sent",
    "tries": 1,
    "answer": "",
}


def chat_json(chat: Outlet) -> dict[str, Any]:
    told = {key: getattr(chat, key) for key in ("name", "channel", "kinds", "language", "is_on")}
    told |= {"waiting": getattr(chat, "waiting", 0), "lost": getattr(chat, "lost", 0)}
    seen = {
        "address": address_shown(chat),
        "has_secret": bool(chat.secret),
        "made_by": person_name(chat.created_by),
    }
    return {"id": chat.pk, **told, **seen, "trouble": trouble_said(chat.trouble)}


def _line(row: Sending) -> dict[str, Any]:
    said = {"said": row.said, "tries": row.attempts, "answer": trouble_said(row.trouble) or row.answer}
    return {"id": row.pk, "made_at": row.made_at, "state": row.state, **said}


class ChatSent(serializers.Serializer):
    name = serializers.CharField(required=False)
    channel = serializers.CharField(required=False, help_text=", ".join(CHATS))
    kinds = serializers.ListField(child=serializers.CharField(), required=False, help_text=", ".join(GROUP_LABELS))
    language = serializers.CharField(required=False)
    address = serializers.CharField(required=False, allow_blank=True, help_text="of the robot; never given back")
    secret = serializers.CharField(required=False, allow_blank=True, help_text="of its signature; never given back")


class ChatChanged(ChatSent):
    is_on = serializers.BooleanField(required=False)


def _form(given: dict[str, Any], chat: Outlet | None) -> ChatForm:
    """The form of the page, filled in; `UserError` with all that is wrong."""
    begun = ChatForm(chat=chat).initial
    form = ChatForm({**begun, **given}, chat=chat)
    if not form.is_valid():
        found = [Problem((name,), str(text).replace("%", "%%")) for name, of in form.errors.items() for text in of]
        raise UserError(*found)
    return form


class ChatList(ColleagueView):
    @told("Chats of groups that are told of things", [ROW], operation="chats_all")
    def get(self, request: Request) -> Response:
        return Response([chat_json(one) for one in chats_seen(request.user)])

    @told("Tell a group in its chat", ROW, sent=SENT, request=ChatSent, status=201)
    def post(self, request: Request) -> Response:
        require_administrator(request.user)
        made = chat_create(wish=_form(read(ChatSent, request), None).wish(), actor=request.user)
        return Response(chat_json(made), status=201)


class ChatDetail(ColleagueView):
    @told("One chat with what was sent lately", {**ROW, "log": [LINE]})
    def get(self, request: Request, pk: int) -> Response:
        chat = self._chat(request, pk)
        return Response({**chat_json(chat), "log": [_line(one) for one in chat.sendings.all()[:LATEST]]})

    @told(
        "Change a chat, or switch it off and on",
        ROW,
        sent={"kinds": ["run"], "is_on": True},
        request=ChatChanged,
    )
    def patch(self, request: Request, pk: int) -> Response:
        chat, given = self._chat(request, pk), read(ChatChanged, request)
        is_on = given.pop("is_on", None)
        if given:
            chat_change(chat=chat, wish=_form(given, chat).wish(), actor=request.user)
        if is_on is not None and is_on != chat.is_on:
            chat_switch(chat=chat, is_on=is_on, actor=request.user)
        return Response(chat_json(self._chat(request, pk)))

    @told("Delete a chat with its log", {"deleted": True})
    def delete(self, request: Request, pk: int) -> Response:
        chat_delete(chat=self._chat(request, pk), actor=request.user)
        return Response({"deleted": True})

    def _chat(self, request: Request, pk: int) -> Outlet:
        return get_object_or_404(chats_seen(request.user), pk=pk)


class ChatTest(ColleagueView):
    @told("Send a test; its outcome stands in the log", LINE | {"state": "waiting", "tries": 0}, status=202)
    def post(self, request: Request, pk: int) -> Response:
        chat = get_object_or_404(chats_seen(request.user), pk=pk)
        return Response(_line(chat_test(chat=chat, actor=request.user)), status=202)


urlpatterns = [
    path("chats/", ChatList.as_view(), name="api-chats"),
    path("chats/<int:pk>/", ChatDetail.as_view(), name="api-chat"),
    path("chats/<int:pk>/test/", ChatTest.as_view(), name="api-chat-test"),
]
