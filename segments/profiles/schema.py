"""What the profile API answers, for its documentation; the answers themselves are made in `reading.py`."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers


class ProfileIdentifier(serializers.Serializer):
    type = serializers.CharField()
    value = serializers.CharField(help_text="Masked, when it is personal and the caller may not see those.")


class ProfileTag(serializers.Serializer):
    tag = serializers.CharField()
    name = serializers.CharField(help_text="In the caller's language.")
    values = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField(), help_text="The values in the caller's language.")
    number = serializers.FloatField(allow_null=True)
    as_of = serializers.DateTimeField()


class ProfileSegment(serializers.Serializer):
    segment = serializers.CharField()
    name = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)


class Profile(serializers.Serializer):
    customer = serializers.IntegerField()
    identifiers = ProfileIdentifier(many=True, required=False, help_text="Left out for keys that do not show them.")
    attributes = serializers.DictField(child=serializers.JSONField())
    tags = ProfileTag(many=True)
    segments = ProfileSegment(many=True)
    as_of = serializers.DateTimeField(allow_null=True, help_text="When the data that is told came into sight.")


class ProfileProblem(serializers.Serializer):
    detail = serializers.CharField()
    hint = serializers.CharField(required=False)


PARAMETERS = [
    OpenApiParameter("type", OpenApiTypes.STR, OpenApiParameter.PATH, description="A type of identifier: phone, …"),
    OpenApiParameter("value", OpenApiTypes.STR, OpenApiParameter.PATH, description="In any writing: 138 0013 8000"),
    OpenApiParameter(
        "Accept-Language", OpenApiTypes.STR, OpenApiParameter.HEADER, description="zh-hans, zh-hant, en"
    ),
]
RESPONSES = {200: Profile, **dict.fromkeys((400, 401, 403, 404), ProfileProblem)}
_AS_OF = "2026-11-21T20:00:00+08:00"
_TOLD = {
    "customer": 4711,
    "identifiers": [{"type": "phone", "value": "+86138****00"}],
    "attributes": {"province": "浙江省"},
    "tags": [
        {"tag": "value", "name": "客户价值", "values": ["high"], "labels": ["高"], "number": 860.5, "as_of": _AS_OF}
    ],
    "segments": [{"segment": "loyal", "name": "忠诚客户", "as_of": _AS_OF}],
    "as_of": _AS_OF,
}
EXAMPLES = [OpenApiExample("answer", value=_TOLD, response_only=True, status_codes=["200"])]
