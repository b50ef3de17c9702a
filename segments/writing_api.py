"""Making and changing segments and lists over the API, through the services of the forms."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.viewer import Viewer
from cdp.api import ColleagueView, read, told
from cdp.errors import N_, user_error
from tags.dependencies import SEGMENT
from tags.describing_api import AboutSent, about_read, owner_read
from tags.forms import version_open
from tags.models import Schedule
from tags.teamwork.publishers import Facets
from tags.version_api import RULE, Versioned
from tags.versions import draft_of
from tags.writing_api import UNMATCHED, shared_urls, unmatched_json

from .models import BY_RULE, Segment, SegmentKind
from .selectors import segments
from .services import (
    ListReport,
    segment_describe_only,
    segment_from_list,
    segment_list_add,
    segment_refresh_request,
    segment_retire,
    segment_save,
    segment_snapshot,
)
from .streams import members_arrow, members_csv
from .versions import segment_publish, segment_restore

EDIT = "access.edit_segments"
EXPORT = "access.export_customers"
OF_SEGMENTS = Versioned(
    kind=SEGMENT,
    edit=EDIT,
    all=segments,
    facets=lambda segment: Facets(),
    publish=lambda segment, by: segment_publish(segment=segment, actor=by),
    refresh=lambda segment, by: segment_refresh_request(segments=[segment], by=by),
    restore=lambda segment, number, by: segment_restore(segment=segment, number=number, actor=by),
    retire=lambda segment, by: segment_retire(segment=segment, actor=by),
)
SEGMENT_SENT = {"slug": "east", "names": {"zh-hans": "华东客户"}, "rule": RULE, "schedule": "daily"}
SEGMENT_SAVED = {"slug": "east", "version": 1, "draft": None, "runs": [4712]}
LISTED = {"slug": "guests", "given": 2, "repeated": 0, "customers": 1, "added": 1, "unmatched": [UNMATCHED]}
IDENTIFIERS = {"type": "phone", "identifiers": ["13800138000", "13900000000"]}
MOST_IDENTIFIERS = 1_000_000


class SegmentSent(AboutSent):
    rule = serializers.JSONField(required=False, help_text="As docs/rules.md writes it.")
    schedule = serializers.ChoiceField(choices=Schedule.choices, required=False)


class SegmentNew(ColleagueView):
    needs = {"POST": EDIT}

    @told("Make a segment by rule", SEGMENT_SAVED, sent=SEGMENT_SENT, request=SegmentSent, status=201)
    def post(self, request: Request) -> Response:
        return Response(_written(request.user, None, read(SegmentSent, request)), status=201)


class SegmentChange(ColleagueView):
    """What is left out stays as it is. A changed rule becomes the draft; a list has no rule."""

    needs = {"PATCH": EDIT}

    @told(
        "Change a segment",
        {"slug": "east", "version": 1, "draft": 2, "runs": []},
        sent={"rule": RULE, "description": "为华东门店"},
        request=SegmentSent,
    )
    def patch(self, request: Request, slug: str) -> Response:
        segment = get_object_or_404(segments(request.user), slug=slug)
        given = read(SegmentSent, request)
        if segment.kind in BY_RULE:
            return Response(_written(request.user, segment, given))
        return Response(_described(request.user, segment, given))


@transaction.atomic
def _written(viewer: Viewer, segment: Segment | None, given: Mapping[str, Any]) -> dict[str, Any]:
    about = about_read(given, segment)
    if segment is None and Segment.objects.filter(slug=about.slug).exists():
        about_read(given, None, taken=True)
    kept = version_open(segment) if segment else None
    rule = given.get("rule", kept.definition if kept else segment.definition if segment else None)
    fields = {
        key: given.get(key, getattr(segment, key) if segment else "") for key in ("description", "department")
    }
    saved = segment_save(
        slug=about.slug,
        rule={"v": 1, **rule} if isinstance(rule, dict) else rule,
        actor=viewer,
        names=about.names,
        owner=owner_read(given),
        schedule=given.get("schedule", segment.schedule if segment else Schedule.DAILY),
        publish=False,
        form=None if "rule" in given or kept is None else kept.form or {},
        kind=SegmentKind(segment.kind) if segment else SegmentKind.RULE,
        **fields,
    )
    draft = draft_of(saved)
    runs = segment_refresh_request(segments=[saved], by=viewer) if draft is None else []
    told = {"slug": saved.slug, "version": saved.version, "draft": draft.number if draft else None}
    return {**told, "runs": [run.pk for run in runs]}


def _described(viewer: Viewer, segment: Segment, given: Mapping[str, Any]) -> dict[str, Any]:
    """A list's names, description, owner and department."""
    if "rule" in given or "schedule" in given:
        raise user_error(N_("A list has neither a rule nor a schedule."), N_("Send its identifiers to …/list/."))
    about, owner = about_read(given, segment), owner_read(given)
    changes = {key: given[key] for key in ("description", "department") if key in given}
    changes |= {f"name_{language.replace('-', '_')}": text for language, text in about.names.items()}
    segment_describe_only(segment=segment, actor=viewer, **changes, **({"owner": owner} if owner else {}))
    return {"slug": segment.slug, "version": segment.version, "draft": None, "runs": []}


class IdentifiersSent(serializers.Serializer):
    type = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Empty: each type is tried."
    )
    identifiers = serializers.ListField(
        child=serializers.CharField(allow_blank=True), max_length=MOST_IDENTIFIERS, help_text="In any writing."
    )


class ListSent(AboutSent, IdentifiersSent):
    pass


class ListNew(ColleagueView):
    """Only the customers are kept, not the values."""

    needs = {"POST": EDIT}

    @told(
        "Make a list of customers by their identifiers",
        LISTED,
        sent={"slug": "guests", "names": {"zh-hans": "来宾"}, **IDENTIFIERS},
        request=ListSent,
        status=201,
    )
    def post(self, request: Request) -> Response:
        given = read(ListSent, request)
        about = about_read(given, None)
        if Segment.objects.filter(slug=about.slug).exists():
            about_read(given, None, taken=True)
        report = segment_from_list(
            slug=about.slug,
            values=given["identifiers"],
            type=given["type"],
            actor=request.user,
            names=about.names,
            owner=owner_read(given),
            description=given.get("description", ""),
            department=given.get("department", ""),
        )
        return Response(_listed(report), status=201)


class ListMembers(ColleagueView):
    needs = {"PUT": EDIT, "POST": EDIT}

    @told("Replace the customers of a list", LISTED, sent=IDENTIFIERS, request=IdentifiersSent)
    def put(self, request: Request, slug: str) -> Response:
        segment, given = get_object_or_404(segments(request.user), slug=slug), read(IdentifiersSent, request)
        report = segment_from_list(
            slug=slug,
            values=given["identifiers"],
            type=given["type"],
            actor=request.user,
            description=segment.description,
            department=segment.department,
        )
        return Response(_listed(report))

    @told("Add customers to a list", LISTED, sent=IDENTIFIERS, request=IdentifiersSent)
    def post(self, request: Request, slug: str) -> Response:
        segment, given = get_object_or_404(segments(request.user), slug=slug), read(IdentifiersSent, request)
        report = segment_list_add(
            segment=segment, values=given["identifiers"], type=given["type"], actor=request.user
        )
        return Response(_listed(report))


def _listed(report: ListReport) -> dict[str, Any]:
    numbers = {key: getattr(report, key) for key in ("given", "repeated", "customers", "added")}
    return {"slug": report.segment.slug, **numbers, "unmatched": unmatched_json(report.unmatched)}


class Snapshot(ColleagueView):
    """A list of its own that no refresh changes."""

    needs = {"POST": EDIT}

    @told(
        "Keep the members as they are now",
        {"slug": "east_november"},
        sent={"slug": "east_november", "names": {"zh-hans": "华东客户 11 月"}},
        request=AboutSent,
        status=201,
    )
    def post(self, request: Request, slug: str) -> Response:
        segment, given = get_object_or_404(segments(request.user), slug=slug), read(AboutSent, request)
        about = about_read(given, None)
        kept = segment_snapshot(
            segment=segment,
            slug=about.slug,
            actor=request.user,
            names=about.names,
            description=given.get("description", ""),
            department=given.get("department", ""),
        )
        return Response({"slug": kept.slug}, status=201)


class MembersCsv(ColleagueView):
    needs = {"GET": EXPORT}

    @told(
        "The members and their identifiers as CSV, a stream",
        "customer_id,phone\r\n4711,+86138****8000\r\n",
        answer=OpenApiTypes.STR,
        media="text/csv",
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        get_object_or_404(Segment, slug=slug)
        return StreamingHttpResponse(members_csv(request.user, slug), content_type="text/csv; charset=utf-8")


class MembersArrow(ColleagueView):
    """Apache Arrow's IPC stream format: `customer_id` and a column for each type of identifier."""

    needs = {"GET": EXPORT}

    @told(
        "The members and their identifiers as Arrow, a stream",
        "(Arrow IPC stream)",
        answer=OpenApiTypes.BINARY,
        media="application/vnd.apache.arrow.stream",
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        get_object_or_404(Segment, slug=slug)
        return StreamingHttpResponse(
            members_arrow(request.user, slug), content_type="application/vnd.apache.arrow.stream"
        )


urlpatterns = [
    path("lists/", ListNew.as_view(), name="api-lists"),
    path("segments/<str:slug>/list/", ListMembers.as_view(), name="api-segment-list"),
    path("segments/<str:slug>/snapshot/", Snapshot.as_view(), name="api-segment-snapshot"),
    path("segments/<str:slug>/members.csv", MembersCsv.as_view(), name="api-segment-members-csv"),
    path("segments/<str:slug>/members.arrow", MembersArrow.as_view(), name="api-segment-members-arrow"),
    *shared_urls("segments/<str:slug>/", "segment", OF_SEGMENTS),
]
