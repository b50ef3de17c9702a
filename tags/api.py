"""Reading tags over the API: what a signed-in colleague may see, and nothing more."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cdp.errors import UserError

from .models import Tag, TagRun
from .problems import problem_text
from .selectors import TagOf, tag_counts, tag_runs, tag_values, tags, tags_of, value_labels
from .why import tag_explained
from .why_json import tag_json


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


class TagList(OfTags, ListAPIView):
    """Every tag, with how many customers have a value of it."""

    serializer_class = TagSerializer


class TagDetail(OfTags, RetrieveAPIView):
    """One tag with its definition in force and how many customers have each value."""

    serializer_class = TagDetailSerializer
    lookup_field = "slug"


class TagRunList(ListAPIView):
    """The runs of a tag, the latest first."""

    serializer_class = TagRunSerializer

    def get_queryset(self) -> QuerySet[TagRun]:
        return tag_runs(self.request.user, self.kwargs["slug"])


class CustomerTags(APIView):
    """The tags one customer has a value of; none for a customer the caller may not see."""

    @extend_schema(responses=TagOfSerializer(many=True))
    def get(self, request: Request, customer_id: int) -> Response:
        found: list[TagOf] = tags_of(request.user, customer_id)
        return Response(TagOfSerializer(found, many=True).data)


class CustomerTagWhy(APIView):
    """Why a customer has a value of a tag, condition by condition, and what would change it."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 404: None})
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
]
