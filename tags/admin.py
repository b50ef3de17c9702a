"""Stock pages of tags for administrators; everyone else has the tags pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from .models import Category, Tag, TagRun, TagVersion
from .resources import TagResource, read_out
from .services import tag_users


class ReadOnly:
    """A ledger: it is looked at, never written to."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Workbook(ImportExportModelAdmin):
    """Excel in and out, in unfold's clothes."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = [XLSX, CSV]


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("slug", "name_zh_hans", "name_en", "theme", "position")
    list_editable = ("theme", "position")
    search_fields = ("slug", "name_zh_hans", "name_zh_hant", "name_en")


class VersionInline(ReadOnly, TabularInline):
    model = TagVersion
    fields = ("number", "state", "created_by", "created_at", "published_at")
    readonly_fields = fields
    show_change_link = True
    extra = 0


@admin.register(Tag)
class TagAdmin(Workbook, ModelAdmin):
    """Names and settings. Definitions are written on the tags pages or come from a workbook."""

    resource_classes = [TagResource]
    list_display = ("slug", "name", "category", "kind", "schedule", "owner", "matched", "as_of", "stale_since")
    list_filter = ("kind", "category", "schedule", "sensitivity", "owner")
    list_select_related = ("category", "owner", "run")
    search_fields = ("slug", "name_zh_hans", "name_zh_hant", "name_en", "description")
    # Approval goes by category and sensitivity, so they are changed on the tags pages alone.
    readonly_fields = ("slug", "kind", "category", "sensitivity", "run", "stale_since", "created_at")
    inlines = (VersionInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and tag_users(tag=obj))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Several at once would go past the question who uses them."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description=_("matched"), ordering="run__matched")
    def matched(self, tag: Tag) -> int | None:
        return tag.run.matched if tag.run else None

    @admin.display(description=_("as of"), ordering="run__as_of")
    def as_of(self, tag: Tag) -> Any:
        return tag.run.as_of if tag.run else None


@admin.register(TagVersion)
class TagVersionAdmin(ReadOnly, ModelAdmin):
    list_display = ("tag", "number", "state", "created_by", "created_at", "published_at")
    list_filter = ("state", "tag__kind", "tag__category")
    list_select_related = ("tag", "created_by")
    search_fields = ("tag__slug", "tag__name_zh_hans", "tag__name_en")
    fields = ("tag", "number", "state", "sentence", "definition", "created_by", "created_at", "published_at")
    readonly_fields = fields

    @admin.display(description=_("in words"))
    def sentence(self, version: TagVersion) -> str:
        return read_out(version.tag.kind, version.definition)


@admin.register(TagRun)
class TagRunAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "tag",
        "version_number",
        "state",
        "as_of",
        "trigger",
        "requested_by",
        "universe",
        "matched",
        "entered",
        "left",
        "seconds",
    )
    list_filter = ("state", "trigger", "version__tag__category", "as_of")
    list_select_related = ("version__tag", "requested_by")
    search_fields = ("version__tag__slug", "version__tag__name_zh_hans", "version__tag__name_en")
    date_hierarchy = "requested_at"

    @admin.display(description=_("tag"), ordering="version__tag__slug")
    def tag(self, run: TagRun) -> str:
        return run.version.tag.slug

    @admin.display(description=_("version"), ordering="version__number")
    def version_number(self, run: TagRun) -> int:
        return run.version.number

    @admin.display(description=_("seconds"))
    def seconds(self, run: TagRun) -> float | None:
        return None if run.seconds is None else round(run.seconds, 2)
