"""Stock pages of segments for administrators; everyone else has the segments pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from cdp.access.web import person
from tags.admin import ReadOnly, Workbook

from .models import Refresh, Segment, SegmentKind, SegmentRun
from .resources import SegmentResource
from .services import segment_delete, segment_users


@admin.register(Segment)
class SegmentAdmin(Workbook, ModelAdmin):
    """Names and settings. Rules and lists are written on the segments pages or come from a workbook."""

    resource_classes = [SegmentResource]
    list_display = ("slug", "name", "kind", "schedule", "owner", "count", "as_of", "stale_since")
    list_filter = ("kind", "schedule", "owner")
    list_select_related = ("owner", "run")
    search_fields = ("slug", "name_zh_hans", "name_zh_hant", "name_en", "description")
    exclude = ("definition", "bitmap")
    readonly_fields = ("slug", "kind", "sentence", "version", "count", "run", "stale_since", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Segment]:
        return super().get_queryset(request).defer("bitmap")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Segment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and segment_users(segment=obj))

    def delete_model(self, request: HttpRequest, obj: Segment) -> None:
        """By the service, which asks who has to agree and forgets what colleagues did with it."""
        segment_delete(segment=obj, actor=person(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Several at once would go past the question who uses them."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description=_("as of"), ordering="run__as_of")
    def as_of(self, segment: Segment) -> Any:
        return segment.run.as_of if segment.run else None

    @admin.display(description=_("in words"))
    def sentence(self, segment: Segment) -> str:
        if segment.kind == SegmentKind.LIST:
            return _("A list of %(given)s values.") % segment.definition.get("list", {"given": 0})
        return SegmentResource().dehydrate_sentence(segment)


@admin.register(SegmentRun)
class SegmentRunAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "segment",
        "segment_version",
        "state",
        "as_of",
        "trigger",
        "requested_by",
        "universe",
        "matched",
        "entered",
        "left",
    )
    list_filter = ("state", "trigger", "as_of")
    list_select_related = ("segment", "requested_by")
    search_fields = ("segment__slug", "segment__name_zh_hans", "segment__name_en")
    date_hierarchy = "requested_at"


@admin.register(Refresh)
class RefreshAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "requested_at",
        "schedule",
        "state",
        "as_of",
        "trigger",
        "requested_by",
        "steps_done",
        "steps_total",
    )
    list_filter = ("state", "schedule", "trigger")
    list_select_related = ("requested_by",)
