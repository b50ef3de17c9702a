"""Share links over the API, through the services of their pages. A link's address is told once, when it is made."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told
from segments.editions.api import edition_of

from .models import Look, ShareLink
from .services import DAYS, SHARE, link_make, link_revoke, links_of

AT = "2026-11-28T10:00:00+08:00"
LATEST = 100
SENT: dict[str, Any] = {"name": "春季活动代理商", "days": 7, "password": "", "shows_names": False}
ROW: dict[str, Any] = {"id": 5, "name": SENT["name"], "state": "open", "has_password": False, "shows_names": False}
ROW |= {"made_by": "林悦", "made_at": AT, "expires_at": "2026-12-05T10:00:00+08:00", "looks": 3, "last_look_at": AT}
LOOK: dict[str, Any] = {"at": AT, "network": "203.0.113.0/24", "browser": "WeChat", "outcome": "seen"}


def link_json(link: ShareLink) -> dict[str, Any]:
    told = {key: getattr(link, key) for key in ("name", "state", "shows_names", "made_at", "expires_at", "looks")}
    own = {"id": link.pk, "has_password": bool(link.password), "made_by": person_name(link.made_by)}
    return {**own, **told, "last_look_at": link.last_look_at}


def _look(look: Look) -> dict[str, Any]:
    return {"at": look.at, "network": look.address, "browser": look.agent, "outcome": look.outcome}


class LinkSent(serializers.Serializer):
    name = serializers.CharField(help_text="for whom it is; stands in the watermark")
    days = serializers.IntegerField(required=False, help_text="until it ends")
    password = serializers.CharField(required=False, allow_blank=True, default="")
    shows_names = serializers.BooleanField(required=False, default=False, help_text="whether colleagues are named")


class LinkList(ColleagueView):
    needs = {"GET": SHARE, "POST": SHARE}

    @told("Links to an edition for people without an account", [ROW], operation="edition_links_all")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response([link_json(one) for one in links_of(request.user, edition_of(request, slug, number))])

    @told(
        "Make a link; its address is told now and never again",
        {**ROW, "address": "https://quanxi.example.com/shared/…/"},
        sent=SENT,
        request=LinkSent,
        status=201,
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        given = {"days": min(DAYS, settings.CDP_SHARE_DAYS), **read(LinkSent, request)}
        link, token = link_make(edition=edition_of(request, slug, number), actor=request.user, **given)
        address = request.build_absolute_uri(reverse("sharing:shared", args=[token]))
        answer = Response({**link_json(link), "address": address}, status=201)
        answer["Cache-Control"] = "no-store"
        return answer


class LinkDetail(ColleagueView):
    needs = {"GET": SHARE, "DELETE": SHARE}

    @told("A link with who looked at it lately", {**ROW, "log": [LOOK]})
    def get(self, request: Request, slug: str, number: int, pk: int) -> Response:
        link = self._link(request, slug, number, pk)
        return Response({**link_json(link), "log": [_look(one) for one in link.log.all()[:LATEST]]})

    @told("Take a link back; it shows nothing from then on, and stays in the list", ROW | {"state": "revoked"})
    def delete(self, request: Request, slug: str, number: int, pk: int) -> Response:
        link_revoke(link=self._link(request, slug, number, pk), actor=request.user)
        return Response(link_json(self._link(request, slug, number, pk)))

    def _link(self, request: Request, slug: str, number: int, pk: int) -> ShareLink:
        return get_object_or_404(links_of(request.user, edition_of(request, slug, number)), pk=pk)


AT_EDITION = "personas/<str:slug>/editions/<int:number>/links/"
urlpatterns = [
    path(AT_EDITION, LinkList.as_view(), name="api-edition-links"),
    path(f"{AT_EDITION}<int:pk>/", LinkDetail.as_view(), name="api-edition-link"),
]
