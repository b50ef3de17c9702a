"""The playbook over the API, through the services of the form."""

from collections.abc import Mapping
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.viewer import Viewer
from cdp.api import ColleagueView, read, told
from cdp.errors import N_, Problem, UserError
from segments.models import Segment
from segments.selectors import segments
from tags.describing_api import owner_read

from .models import TEXTS, Direction, Play
from .selectors import plays
from .services import EDIT, Wish, play_change, play_create, play_delete, starter_install

PLAIN = ("field", "value", "direction", "tgi", "channels", "is_on")
PLAY = {
    "id": 7,
    "names": {"zh-hans": "促成第二单"},
    "field": "orders",
    "value": "1",
    "direction": "over",
    "tgi": 120,
    "segment": None,
    "action": "首单签收后 3 天发送使用建议",
    "texts": {
        "action": {"zh-hans": "首单签收后 3 天发送使用建议", "en": "Tips on use 3 days after the first parcel"}
    },
    "channels": ["wechat", "sms"],
    "effect": "60 天内二次购买率提高 5 个百分点",
    "measure": "随机留 20% 不发，比较 60 天二次购买率",
    "owner": "anna",
    "is_on": True,
}
SENT = {key: PLAY[key] for key in ("names", "field", "value", "tgi", "action", "channels")}


class PlaySent(serializers.Serializer):
    names = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    field = serializers.CharField(required=False, help_text="`tag:…`, `attribute:…`, `property:…`, `channel` …")
    value = serializers.CharField(required=False, allow_blank=True, help_text="Empty: any.")
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    tgi = serializers.IntegerField(required=False)
    segment = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    action = serializers.CharField(required=False, allow_blank=True, help_text="In the caller's language.")
    texts = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        required=False,
        help_text="`action`, `effect` and `measure` by language; what is left out stays.",
    )
    channels = serializers.ListField(child=serializers.CharField(), required=False)
    effect = serializers.CharField(required=False, allow_blank=True)
    measure = serializers.CharField(required=False, allow_blank=True)
    owner = serializers.CharField(required=False, allow_blank=True)
    is_on = serializers.BooleanField(required=False)


class PlayList(ColleagueView):
    needs = {"POST": EDIT}

    @told("The entries of the playbook", [PLAY])
    def get(self, request: Request) -> Response:
        return Response([play_json(play) for play in plays(request.user)])

    @told("Write an entry of the playbook", PLAY, sent=SENT, request=PlaySent, status=201)
    def post(self, request: Request) -> Response:
        wish = _wish(request.user, read(PlaySent, request), None)
        return Response(play_json(play_create(wish=wish, actor=request.user)), status=201)


class PlayDetail(ColleagueView):
    needs = {"PATCH": EDIT, "DELETE": EDIT}

    @told("Change an entry of the playbook", PLAY, sent={"tgi": 150}, request=PlaySent)
    def patch(self, request: Request, number: int) -> Response:
        play = get_object_or_404(plays(request.user), pk=number)
        wish = _wish(request.user, read(PlaySent, request), play)
        return Response(play_json(play_change(play=play, wish=wish, actor=request.user)))

    @told("Delete an entry of the playbook", {"deleted": 7})
    def delete(self, request: Request, number: int) -> Response:
        play_delete(play=get_object_or_404(plays(request.user), pk=number), actor=request.user)
        return Response({"deleted": number})


class PlayStarter(ColleagueView):
    needs = {"POST": EDIT}

    @told("Add the shipped entries that are not there", {"added": ["retail_cart_left"]}, status=201)
    def post(self, request: Request) -> Response:
        made = starter_install(actor=request.user)
        return Response({"added": [play.slug for play in made]}, status=201)


def play_json(play: Play) -> dict[str, Any]:
    return {
        "id": play.pk,
        "names": play.names,
        "segment": play.segment.slug if play.segment else None,
        "owner": play.owner.username if play.owner else None,
        "texts": play.texts,
    } | {name: getattr(play, name) for name in (*PLAIN, *TEXTS)}


def _wish(viewer: Viewer, given: Mapping[str, Any], play: Play | None) -> Wish:
    """What is left out stays as it is."""
    kept = {name: getattr(play, name) for name in PLAIN} if play else {"field": ""}
    return Wish(
        names={**(play.names if play else {}), **given.get("names", {})},
        texts={name: _texts(name, given, play) for name in TEXTS},
        segment=_segment(viewer, given["segment"]) if "segment" in given else play.segment if play else None,
        owner=owner_read(given) if "owner" in given else play.owner if play else None,
        **kept | {name: given[name] for name in PLAIN if name in given},
    )


def _texts(name: str, given: Mapping[str, Any], play: Play | None) -> dict[str, str]:
    kept = play.texts.get(name, {}) if play else {}
    own = {get_language() or "zh-hans": given[name]} if name in given else {}
    return {**kept, **own, **given.get("texts", {}).get(name, {})}


def _segment(viewer: Viewer, slug: str | None) -> Segment | None:
    found = segments(viewer).filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise UserError(Problem(("segment",), N_("There is no such segment.")))
    return found


urlpatterns = [
    path("playbook/", PlayList.as_view(), name="api-playbook"),
    path("playbook/starter/", PlayStarter.as_view(), name="api-playbook-starter"),
    path("playbook/<int:number>/", PlayDetail.as_view(), name="api-play"),
]
