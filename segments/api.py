"""Segments over the API: reading them here; `writing_api` and `making_api` make and change them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cdp.api import told
from cdp.errors import UserError
from tags.problems import problem_text
from tags.version_api import RULE

from .combining.selectors import combined
from .comparing.selectors import compared
from .making_api import SPLIT, SplitNew, split_json
from .making_api import urlpatterns as making_urls
from .models import Segment, SegmentRun
from .selectors import segment_counts, segment_members, segment_runs, segments
from .splitting.selectors import splits
from .why import segment_explained
from .writing_api import SegmentChange, SegmentNew
from .writing_api import urlpatterns as writing_urls

AS_OF = "2026-11-21T20:00:00+08:00"
SEGMENT: dict[str, Any] = {
    "slug": "east",
    "name": "华东客户",
    "description": "",
    "kind": "rule",
    "schedule": "daily",
}
SEGMENT |= {"stale_since": None, "as_of": AS_OF, "count": 1234}
DETAIL: dict[str, Any] = {**SEGMENT, "definition": RULE, "version": 2}
RUN: dict[str, Any] = {"id": 4712, "state": "done", "as_of": AS_OF, "finished_at": AS_OF, "universe": 20000}
RUN |= {"matched": 1234, "entered": 12, "left": 2}
PAGE: dict[str, Any] = {"count": 1234, "next": None, "previous": None, "results": [4711, 4713]}
AREAS: dict[str, Any] = {
    "segments": {"east": 1234, "loyal": 500},
    "areas": [{"inside": ["east"], "outside": ["loyal"], "count": 900}],
}
DIFFERENCE: dict[str, Any] = {
    "tag": "value",
    "value": "high",
    "counts": [300, 20],
    "shares": [0.24, 0.04],
    "difference": 0.2,
}
COMPARED: dict[str, Any] = {"left": "east", "right": "loyal", "sizes": [1234, 500], "both": 334, "only_left": 900}
COMPARED |= {"only_right": 166, "jaccard": 0.239, "differences": [DIFFERENCE]}
WHY: dict[str, Any] = {
    "segment": "east",
    "name": "华东客户",
    "customer_id": 4711,
    "as_of": AS_OF,
    "member": True,
    "rule": None,
}


class SegmentSerializer(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    count = serializers.SerializerMethodField()
    as_of = serializers.DateTimeField(source="run.as_of", read_only=True, default=None)

    class Meta:
        model = Segment
        fields: tuple[str, ...] = (
            "slug",
            "name",
            "description",
            "kind",
            "schedule",
            "stale_since",
            "as_of",
            "count",
        )

    def get_count(self, segment: Segment) -> int:
        return self.context["counts"].get(segment.slug, 0)


class SegmentDetailSerializer(SegmentSerializer):
    class Meta(SegmentSerializer.Meta):
        fields = (*SegmentSerializer.Meta.fields, "definition", "version")


class SegmentRunSerializer(serializers.ModelSerializer):
    class Meta:
        model = SegmentRun
        fields = ("id", "state", "as_of", "finished_at", "universe", "matched", "entered", "left")


class MembersSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = serializers.ListField(child=serializers.IntegerField())


class MemberPages(LimitOffsetPagination):
    default_limit = 1_000
    max_limit = 100_000


class OfSegments(GenericAPIView):
    """Segments with the counts of what the caller may see."""

    def get_queryset(self) -> QuerySet[Segment]:
        return segments(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "counts": segment_counts(self.request.user)}


class SegmentList(OfSegments, ListAPIView, SegmentNew):
    permission_classes = (IsAuthenticated,)
    serializer_class = SegmentSerializer

    @told("The segments and their sizes", [SEGMENT], answer=SegmentSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class SegmentDetail(OfSegments, RetrieveAPIView, SegmentChange):
    permission_classes = (IsAuthenticated,)
    serializer_class = SegmentDetailSerializer
    lookup_field = "slug"

    @told("One segment with its definition", DETAIL, answer=SegmentDetailSerializer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class SegmentRunList(ListAPIView):
    serializer_class = SegmentRunSerializer

    @told("Runs, the latest first: the size over time", [RUN], answer=SegmentRunSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[SegmentRun]:
        return segment_runs(self.request.user, self.kwargs["slug"])


class SegmentMembers(APIView):
    @told(
        "The ids of the members the caller may see, in pages",
        PAGE,
        answer=MembersSerializer,
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
    )
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(Segment, slug=slug)
        members: Any = segment_members(request.user, slug)
        pages = MemberPages()
        found = pages.paginate_queryset(members, request, view=self)
        return pages.get_paginated_response(list(found or []))


class AreaSerializer(serializers.Serializer):
    inside = serializers.ListField(child=serializers.CharField())
    outside = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()


class OverlapsSerializer(serializers.Serializer):
    segments = serializers.DictField(child=serializers.IntegerField())
    areas = AreaSerializer(many=True)


class SegmentOverlaps(APIView):
    """Each size, and how many are in exactly which of them."""

    @told(
        "How two to five segments overlap",
        AREAS,
        answer=OverlapsSerializer,
        parameters=[OpenApiParameter("segment", str, many=True, required=True, description="short names")],
    )
    def get(self, request: Request) -> Response:
        found = combined(request.user, request.query_params.getlist("segment"))
        areas = sorted(found.areas.items(), key=lambda one: (-len(one[1]), one[0]))
        return Response(
            {
                "segments": dict(zip(found.slugs, map(len, found.sets), strict=True)),
                "areas": [{**found.names_of(area), "count": len(members)} for area, members in areas],
            }
        )


class DifferenceSerializer(serializers.Serializer):
    tag = serializers.CharField()
    value = serializers.CharField()
    counts = serializers.ListField(child=serializers.IntegerField())
    shares = serializers.ListField(child=serializers.FloatField())
    difference = serializers.FloatField()


class ComparisonSerializer(serializers.Serializer):
    left = serializers.CharField()
    right = serializers.CharField()
    sizes = serializers.ListField(child=serializers.IntegerField())
    both = serializers.IntegerField()
    only_left = serializers.IntegerField()
    only_right = serializers.IntegerField()
    jaccard = serializers.FloatField()
    differences = DifferenceSerializer(many=True)


class SegmentCompared(APIView):
    """With the values of tags whose shares differ most (the left less the right)."""

    @told("Two segments side by side", COMPARED, answer=ComparisonSerializer)
    def get(self, request: Request, slug: str, other: str) -> Response:
        try:
            found = compared(request.user, slug, other)
        except UserError as error:
            raise NotFound("; ".join(map(problem_text, error.problems))) from error
        numbers = ("only_left", "only_right", "both", "jaccard", "sizes")
        differences = [one.difference for one in found.told]
        return Response(
            {
                "left": found.left.slug,
                "right": found.right.slug,
                **{name: getattr(found, name) for name in numbers},
                "differences": [
                    {"tag": one.tag, "value": one.value, "counts": one.counts, "shares": one.shares}
                    | {"difference": one.points}
                    for one in differences
                ],
            }
        )


class SegmentSplits(SplitNew):
    permission_classes = (IsAuthenticated,)

    @told("The splits of a segment, the latest first", [SPLIT])
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(Segment, slug=slug)
        counts = segment_counts(request.user)
        found = splits(request.user).filter(parent__slug=slug).prefetch_related("groups__segment")
        return Response([split_json(split, counts) for split in found])


class CustomerSegmentWhy(APIView):
    """Condition by condition, and what would change it."""

    @told("Why a customer is in a segment or not", WHY)
    def get(self, request: Request, customer_id: int, slug: str) -> Response:
        get_object_or_404(Segment, slug=slug)
        try:
            return Response(segment_explained(request.user, slug, customer_id).as_json())
        except UserError as error:
            raise NotFound("; ".join(map(problem_text, error.problems))) from error


urlpatterns = [
    *making_urls,
    path("segments/", SegmentList.as_view(), name="api-segments"),
    path("segments/overlaps/", SegmentOverlaps.as_view(), name="api-segment-overlaps"),
    path("segments/<str:slug>/", SegmentDetail.as_view(), name="api-segment"),
    path("segments/<str:slug>/compared/<str:other>/", SegmentCompared.as_view(), name="api-segment-compared"),
    path("segments/<str:slug>/splits/", SegmentSplits.as_view(), name="api-segment-splits"),
    path("segments/<str:slug>/runs/", SegmentRunList.as_view(), name="api-segment-runs"),
    path("segments/<str:slug>/members/", SegmentMembers.as_view(), name="api-segment-members"),
    path(
        "customers/<int:customer_id>/segments/<str:slug>/why/",
        CustomerSegmentWhy.as_view(),
        name="api-customer-segment-why",
    ),
    *writing_urls,
]
