"""Reading segments over the API."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cdp.errors import UserError
from tags.problems import problem_text

from .combining.selectors import combined
from .comparing.selectors import compared
from .models import Segment, SegmentRun, SplitGroup
from .selectors import segment_counts, segment_members, segment_runs, segments
from .splitting.selectors import splits
from .why import segment_explained


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


class SegmentList(OfSegments, ListAPIView):
    """Every segment and its size."""

    serializer_class = SegmentSerializer


class SegmentDetail(OfSegments, RetrieveAPIView):
    """One segment with its definition."""

    serializer_class = SegmentDetailSerializer
    lookup_field = "slug"


class SegmentRunList(ListAPIView):
    """The runs of a segment, the latest first: its size over time."""

    serializer_class = SegmentRunSerializer

    def get_queryset(self) -> QuerySet[SegmentRun]:
        return segment_runs(self.request.user, self.kwargs["slug"])


class SegmentMembers(APIView):
    """The ids of the members the caller may see, in pages by `limit` and `offset`."""

    @extend_schema(responses=MembersSerializer)
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
    """How two to five segments overlap: each size, and who is in exactly which of them."""

    @extend_schema(
        responses=OverlapsSerializer,
        parameters=[OpenApiParameter("segment", str, many=True, required=True, description="short names")],
    )
    def get(self, request: Request) -> Response:
        try:
            found = combined(request.user, request.query_params.getlist("segment"))
        except UserError as error:
            raise ValidationError([problem_text(problem) for problem in error.problems]) from error
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
    """Two segments side by side, and the values of tags whose shares differ most (the left less the right)."""

    @extend_schema(responses=ComparisonSerializer)
    def get(self, request: Request, slug: str, other: str) -> Response:
        try:
            found = compared(request.user, slug, other)
        except UserError as error:
            raise NotFound("; ".join(map(problem_text, error.problems))) from error
        numbers = ("only_left", "only_right", "both", "jaccard", "sizes")
        told = [one.difference for one in found.told]
        return Response(
            {
                "left": found.left.slug,
                "right": found.right.slug,
                **{name: getattr(found, name) for name in numbers},
                "differences": [
                    {"tag": one.tag, "value": one.value, "counts": one.counts, "shares": one.shares}
                    | {"difference": one.points}
                    for one in told
                ],
            }
        )


class SplitGroupSerializer(serializers.Serializer):
    segment = serializers.CharField()
    label = serializers.CharField()
    share = serializers.FloatField()
    count = serializers.IntegerField()


class SplitSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    salt = serializers.CharField()
    strata = serializers.DictField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    groups = SplitGroupSerializer(many=True)


class SegmentSplits(APIView):
    """The splits of a segment, the latest first: each group with its share in percent and its size now."""

    @extend_schema(responses=SplitSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(Segment, slug=slug)
        counts = segment_counts(request.user)
        found = splits(request.user).filter(parent__slug=slug).prefetch_related("groups__segment")
        told = ("id", "name", "salt", "strata", "created_at")
        return Response(
            [
                {name: getattr(split, name) for name in told}
                | {"groups": [_group(group, counts) for group in split.groups.all()]}
                for split in found
            ]
        )


def _group(group: SplitGroup, counts: dict[str, int]) -> dict[str, Any]:
    slug = group.segment.slug
    return {"segment": slug, "label": group.label, "share": float(group.share), "count": counts.get(slug, 0)}


class CustomerSegmentWhy(APIView):
    """Why a customer is in a segment or not, condition by condition, and what would change it."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 404: None})
    def get(self, request: Request, customer_id: int, slug: str) -> Response:
        get_object_or_404(Segment, slug=slug)
        try:
            return Response(segment_explained(request.user, slug, customer_id).as_json())
        except UserError as error:
            raise NotFound("; ".join(map(problem_text, error.problems))) from error


urlpatterns = [
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
]
