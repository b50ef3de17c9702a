"""Editions over the API: reading them, keeping one, and what changed between two."""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.web import number_asked
from cdp.api import ColleagueView, read, told
from segments.dashboards.selectors import render_ready
from segments.dashboards.services import render_request
from segments.personas.selectors import personas
from segments.selectors import segments

from .differences import differences
from .models import Edition
from .selectors import edition_before, editions, editions_listed
from .services import edition_make

EDIT = "access.edit_segments"
AT = "2026-11-21T20:00:00+08:00"
ROW: dict[str, Any] = {
    "persona": "night",
    "number": 2,
    "title": "春季活动之前",
    "members": 953,
    "language": "zh-hans",
}
ROW |= {"compared_with": "", "as_of": AT, "kept_by": "林悦", "kept_at": AT, "digest": "5f2b8c1d9e0a4b77"}
ROW |= {"sealed_at": None, "outcome_digest": ""}
SHOWN: dict[str, Any] = {**ROW, "is_intact": True, "head": {"name": "夜猫子"}, "outcome": None}
SHOWN |= {"content": {"members": 953, "numbers": [], "over": [], "under": [], "sections": []}}
CHANGE: dict[str, Any] = {
    "value": "east",
    "label": "华东",
    "before": 0.3,
    "after": 0.42,
    "points": 0.12,
    "q": 0.0001,
}
CHANGED: dict[str, Any] = {
    "from": 1,
    "to": 2,
    "members": [1000, 953],
    "numbers": [],
    "appeared": [],
    "vanished": [],
}
CHANGED |= {"turned": [], "charts": [{"slug": "province-province", "title": "所在省份", "rows": [CHANGE]}]}


def edition_json(edition: Edition) -> dict[str, Any]:
    return {
        "persona": edition.persona.slug,
        "number": edition.number,
        "title": edition.title,
        "members": edition.members,
        "language": edition.language,
        "compared_with": edition.base,
        "as_of": edition.as_of,
        "kept_by": edition.maker,
        "kept_at": edition.made_at,
        "digest": edition.digest,
        "sealed_at": edition.sealed_at,
        "outcome_digest": edition.outcome_digest,
    }


def edition_of(request: Request, slug: str, number: int) -> Edition:
    return get_object_or_404(editions(request.user), persona__slug=slug, number=number)


class EditionSent(serializers.Serializer):
    title = serializers.CharField(required=False, allow_blank=True, default="")
    compared_with = serializers.CharField(required=False, allow_blank=True, default="", help_text="a segment")


class EditionList(ColleagueView):
    needs = {"POST": EDIT}

    @told("A persona's editions, the latest first", [ROW], operation="editions_all")
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(personas(request.user), slug=slug)
        return Response([edition_json(one) for one in editions_listed(request.user).filter(persona__slug=slug)])

    @told(
        "Keep what the persona shows as an edition; 202 while it is still being drawn",
        ROW,
        sent={"title": ROW["title"]},
        request=EditionSent,
        status=201,
    )
    def post(self, request: Request, slug: str) -> Response:
        given = read(EditionSent, request)
        persona = get_object_or_404(personas(request.user), slug=slug)
        known, base = segments(request.user).filter(run__isnull=False), given["compared_with"]
        beside = get_object_or_404(known, slug=base) if base else None
        language = get_language() or "zh-hans"
        asked = render_request(segment=persona.segment, base=beside, language=language, by=request.user)
        if asked.is_open:
            return Response({"drawing": asked.pk}, status=202)
        shown = render_ready(request.user, persona.segment, beside, language)
        if shown is None:
            raise Http404
        made = edition_make(persona=persona, render=shown, title=given["title"], actor=request.user)
        return Response(edition_json(made), status=201)


class EditionDetail(ColleagueView):
    @told("One edition with all its figures, without their pictures", SHOWN)
    def get(self, request: Request, slug: str, number: int) -> Response:
        found = edition_of(request, slug, number)
        content = {**found.content, "sections": [_section(one) for one in found.content.get("sections", [])]}
        told = {"is_intact": found.is_intact, "head": found.head, "outcome": found.outcome, "content": content}
        return Response({**edition_json(found), **told})


def _section(section: dict[str, Any]) -> dict[str, Any]:
    charts = [{key: one[key] for key in one if key != "figure"} for one in section["charts"]]
    return {**section, "charts": charts}


class EditionChanges(ColleagueView):
    @told(
        "What changed since the edition before, or since `from`; only charts with changes beyond chance",
        CHANGED,
        parameters=[OpenApiParameter("from", int, description="the number of another edition")],
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        after, asked = edition_of(request, slug, number), number_asked(request.query_params.get("from", ""))
        before = edition_of(request, slug, asked) if asked else edition_before(request.user, after)
        if before is None or before.pk == after.pk:
            raise Http404
        found = differences(before.content, after.content)
        charts = [
            {"slug": chart.slug, "title": chart.title, "rows": [_row(row) for row in chart.sure]}
            for chart in found.changed
        ]
        told = {
            key: [asdict(one) for one in getattr(found, key)]
            for key in ("numbers", "appeared", "vanished", "turned")
        }
        return Response(
            {"from": before.number, "to": after.number, "members": found.members, "charts": charts, **told}
        )


def _row(row: Any) -> dict[str, Any]:
    shares = {"before": row.before.share, "after": row.after.share}
    return {"value": row.value, "label": row.label, "day": row.day, **shares, "points": row.points, "q": row.q}


urlpatterns = [
    path("personas/<str:slug>/editions/", EditionList.as_view(), name="api-editions"),
    path("personas/<str:slug>/editions/<int:number>/", EditionDetail.as_view(), name="api-edition"),
    path(
        "personas/<str:slug>/editions/<int:number>/changes/", EditionChanges.as_view(), name="api-edition-changes"
    ),
]
