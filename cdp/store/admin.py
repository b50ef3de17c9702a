from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from .models import Upkeep


@admin.register(Upkeep)
class UpkeepAdmin(ModelAdmin):
    """What was done to the lake and what came of it; nothing here is written by hand."""

    list_display = ("pk", "work", "state", "trigger", "files", "bytes", "requested_at", "finished_at")
    list_filter = ("work", "state")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
