"""Sources, uploaded files and loads as facts an administrator looks up; they are changed on the data pages."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from .models import Load, Source, Upload


class FactAdmin(ModelAdmin):
    """To be read only: what happened is not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ModelAdmin):
    list_display = ("slug", "name", "channel", "owner", "created_at")
    search_fields = ("slug", "name_zh_hans", "name_zh_hant", "name_en")
    list_filter = ("channel",)
    readonly_fields = ("slug", "mapping", "created_at")
    autocomplete_fields = ("owner",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Upload)
class UploadAdmin(FactAdmin):
    list_display = ("name", "sheet", "bytes", "uploaded_by", "uploaded_at")
    search_fields = ("name", "digest")


@admin.register(Load)
class LoadAdmin(FactAdmin):
    list_display = ("pk", "source", "upload", "stage", "state", "requested_by", "requested_at", "finished_at")
    list_filter = ("stage", "state", "source")
    list_select_related = ("source", "upload", "requested_by")
    search_fields = ("source__slug", "upload__name")
