"""Tags over the API: reading them here, and making and changing them by `writing_api`."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cdp.api import told
from cdp.errors import UserError

from .models import Tag, TagRun
from .problems import problem_text
from .selectors import TagOf, tag_counts, tag_runs, tag_values, tags, tags_of, value_labels
from .team_api import SuggestionList, SuggestionOwn
from .why import tag_explained
from .why_json import tag_json
from .writing_api import DEFINITION, TagChange, TagNew
from .writing_api import urlpatterns as writing_urls


class TagSerializer(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    category = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    as_of = serializers.DateTimeField(source="run.as_of", read_only=True, default=None)
    count = serializers.SerializerMethodField()

    class Meta:
        model = Tag
        fields: tuple[str, ...] = (
            "slug",
            "name",
            "category",
            "description",
            "kind",
            "schedule",
            "stale_since",
            "as_of",
            "count",
        )

    def get_count(self, tag: Tag) -> int:
        return self.context["counts"].get(tag.slug, 0)


class TagValueSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class TagDetailSerializer(TagSerializer):
    definition = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()

    class Meta(TagSerializer.Meta):
        fields = (*TagSerializer.Meta.fields, "definition", "values")

    @extend_schema_field(serializers.DictField)
    def get_definition(self, tag: Tag) -> dict | None:
        published = getattr(tag, "published", [])
        return published[0].definition if published else None

    @extend_schema_field(TagValueSerializer(many=True))
    def get_values(self, tag: Tag) -> list[dict]:
        labels = value_labels(tag)
        found = tag_values(self.context["request"].user, tag.slug)
        return [
            {"value": value, "label": labels.get(value, value), "count": len(members)}
            for value, members in found.items()
        ]


class TagRunSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="version.number")

    class Meta:
        model = TagRun
        fields = (
            "id",
            "version",
            "state",
            "trigger",
            "as_of",
            "requested_at",
            "started_at",
            "finished_at",
            "universe",
            "matched",
            "entered",
            "left",
        )


class TagOfSerializer(serializers.Serializer):
    tag = serializers.CharField(source="tag.slug")
    name = serializers.CharField(source="tag.name")
    category = serializers.CharField(source="tag.category.slug", default=None)
    values = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField())
    number = serializers.FloatField(allow_null=True)
    as_of = serializers.DateTimeField()


class OfTags(GenericAPIView):
    """Tags with the counts of what the caller may see."""

    def get_queryset(self) -> QuerySet[Tag]:
        return tags(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "counts": tag_counts(self.request.user)}


TAG: dict[str, Any] = {
    "slug": "region",
    "name": "地区",
    "category": "demographics",
    "description": "",
    "kind": "labels",
}
TAG |= {"schedule": "daily", "stale_since": None, "as_of": "2026-11-21T20:00:00+08:00", "count": 1234}
DETAIL: dict[str, Any] = {
    **TAG,
    "definition": DEFINITION,
    "values": [{"value": "east", "label": "华东", "count": 1234}],
}
RUN: dict[str, Any] = {
    "id": 4711,
    "version": 2,
    "state": "done",
    "trigger": "person",
    "as_of": "2026-11-21T20:00:00+08:00",
}
RUN |= {f"{what}_at": "2026-11-21T20:00:00+08:00" for what in ("requested", "started", "finished")}
RUN |= {"universe": 20000, "matched": 1234, "entered": 12, "left": 2}
OF_CUSTOMER: dict[str, Any] = {
    "tag": "region",
    "name": "地区",
    "category": "demographics",
    "values": ["east"],
    "labels": ["华东"],
}
OF_CUSTOMER |= {"number": None, "as_of": "2026-11-21T20:00:00+08:00"}
WHY: dict[str, Any] = {
    "tag": "region",
    "name": "地区",
    "customer_id": 4711,
    "values": ["east"],
    "labels": ["华东"],
    "layers": [],
}


class TagList(OfTags, ListAPIView, TagNew):
    """With how many customers have a value of each."""

    permission_classes = (IsAuthenticated,)
    serializer_class = TagSerializer

    @told("The tags", [TAG], answer=TagSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class TagDetail(OfTags, RetrieveAPIView, TagChange):
    """With its definition in force and how many customers have each value."""

    permission_classes = (IsAuthenticated,)
    serializer_class = TagDetailSerializer
    lookup_field = "slug"

    @told("One tag", DETAIL, answer=TagDetailSerializer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class TagRunList(ListAPIView):
    serializer_class = TagRunSerializer

    @told("The runs of a tag, the latest first", [RUN], answer=TagRunSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[TagRun]:
        return tag_runs(self.request.user, self.kwargs["slug"])


class CustomerTags(APIView):
    """None for a customer the caller may not see."""

    @told("The tags a customer has a value of", [OF_CUSTOMER], answer=TagOfSerializer(many=True))
    def get(self, request: Request, customer_id: int) -> Response:
        found: list[TagOf] = tags_of(request.user, customer_id)
        return Response(TagOfSerializer(found, many=True).data)


class CustomerTagWhy(APIView):
    """Condition by condition, and what would change it."""

    @told("Why a customer has a value of a tag, or none", WHY)
    def get(self, request: Request, customer_id: int, slug: str) -> Response:
        try:
            return Response(tag_json(tag_explained(request.user, slug, customer_id)))
        except Tag.DoesNotExist as error:
            raise NotFound from error
        except UserError as error:
            raise NotFound("; ".join(map(problem_text, error.problems))) from error


urlpatterns = [
    path("tags/", TagList.as_view(), name="api-tags"),
    path("tags/<str:slug>/", TagDetail.as_view(), name="api-tag"),
    path("tags/<str:slug>/runs/", TagRunList.as_view(), name="api-tag-runs"),
    path("customers/<int:customer_id>/tags/", CustomerTags.as_view(), name="api-customer-tags"),
    path("customers/<int:customer_id>/tags/<str:slug>/why/", CustomerTagWhy.as_view(), name="api-customer-tag-why"),
    path("tags/<str:slug>/suggestions/", SuggestionList.as_view(), name="api-tag-suggestions"),
    path("tags/<str:slug>/suggestions/<int:pk>/", SuggestionOwn.as_view(), name="api-tag-suggestion"),
    *writing_urls,
]
