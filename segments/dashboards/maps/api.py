"""The organisation's own map over the API, through the services of its page."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.api import ColleagueView, read, told

from ..models import OwnMap
from .reading import MOST_BYTES
from .services import MAY, map_decide, map_retire, map_upload

AT = "2026-11-28T10:00:00+08:00"
LATEST = 20
ROW: dict[str, Any] = {"id": 2, "source": "自然资源部 GS(2026)0001", "file_name": "own.geojson", "state": "waiting"}
ROW |= {"provinces": ["浙江省", "上海市"], "missing": ["江苏省"], "unmatched": ["某某"], "uploaded_by": "林悦"}
ROW |= {"uploaded_at": AT, "decided_by": "", "decided_at": None}


def map_json(row: OwnMap) -> dict[str, Any]:
    told = {key: getattr(row, key) for key in ("source", "file_name", "state", "missing", "unmatched")}
    people = {"uploaded_by": person_name(row.uploaded_by), "decided_by": person_name(row.decided_by)}
    moments = {"uploaded_at": row.uploaded_at, "decided_at": row.decided_at}
    return {"id": row.pk, "provinces": sorted(filter(None, row.outlines)), **told, **people, **moments}


@extend_schema_field(OpenApiTypes.BINARY)
class MapFile(serializers.FileField):
    pass


class MapSent(serializers.Serializer):
    source = serializers.CharField(help_text="whose map it is, with its approval number; stands beneath pictures")
    file = MapFile(help_text="GeoJSON, as a file of a multipart form")


def _map(pk: int) -> OwnMap:
    return get_object_or_404(OwnMap.objects.select_related("uploaded_by", "decided_by"), pk=pk)


class MapList(ColleagueView):
    needs = {"GET": MAY, "POST": MAY}

    @told("Maps of provinces, the latest first", [ROW], operation="maps_all")
    def get(self, request: Request) -> Response:
        rows = OwnMap.objects.select_related("uploaded_by", "decided_by")[:LATEST]
        return Response([map_json(row) for row in rows])

    @told(
        "Upload a map, as a multipart form; somebody else has to approve it",
        ROW,
        sent={"source": ROW["source"], "file": "own.geojson"},
        request=MapSent,
        status=201,
    )
    def post(self, request: Request) -> Response:
        given = read(MapSent, request)
        # No more is read than tells that it is too large.
        content, name = given["file"].read(MOST_BYTES + 1), given["file"].name
        row = map_upload(name=name, content=content, source=given["source"], actor=request.user)
        return Response(map_json(row), status=201)


class MapDetail(ColleagueView):
    needs = {"GET": MAY}

    @told("One of them, and what was decided about it", ROW)
    def get(self, request: Request, pk: int) -> Response:
        return Response(map_json(_map(pk)))


class MapApprove(ColleagueView):
    needs = {"POST": MAY}

    @told("Approve a map somebody else uploaded; it takes the place of the one in use", ROW | {"state": "in_use"})
    def post(self, request: Request, pk: int) -> Response:
        return Response(map_json(map_decide(of=_map(pk), approve=True, actor=request.user)))


class MapReturn(ColleagueView):
    needs = {"POST": MAY}

    @told("Return a map that waits", ROW | {"state": "returned"})
    def post(self, request: Request, pk: int) -> Response:
        return Response(map_json(map_decide(of=_map(pk), approve=False, actor=request.user)))


class MapRetire(ColleagueView):
    needs = {"POST": MAY}

    @told("Take the map in use away; personas are drawn in tiles again", ROW | {"state": "retired"})
    def post(self, request: Request, pk: int) -> Response:
        map_retire(of=_map(pk), actor=request.user)
        return Response(map_json(_map(pk)))


urlpatterns = [
    path("maps/", MapList.as_view(), name="api-maps"),
    path("maps/<int:pk>/", MapDetail.as_view(), name="api-map"),
    path("maps/<int:pk>/approve/", MapApprove.as_view(), name="api-map-approve"),
    path("maps/<int:pk>/return/", MapReturn.as_view(), name="api-map-return"),
    path("maps/<int:pk>/retire/", MapRetire.as_view(), name="api-map-retire"),
]
