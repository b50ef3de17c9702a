"""Stock pages of customers and identifiers for administrators; everyone else has the customers pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from cdp.access.masking import masked
from cdp.access.viewer import customer_scope, may, sees_personal
from cdp.store.models import Attribute, Customer, EventType, Property
from cdp.store.selectors import customers

from .blocked_resource import BlockedIdentifierResource
from .models import BlockedIdentifier, IdentifierType, Merge
from .resources import CustomerResource

EXPORT_ROWS = 20_000


@admin.register(Customer)
class CustomerAdmin(ImportExportModelAdmin, ModelAdmin):
    """Live customers. Written by loads only, or as a workbook of attributes."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = [XLSX, CSV]
    resource_classes = [CustomerResource]
    list_display = ("id", "member_level", "province", "city", "created_at", "updated_at")
    list_filter = ("created_at", "updated_at")
    search_fields = ("=id",)
    fields = ("id", "profile", "batch", "created_at", "updated_at")
    readonly_fields = (*fields, "masked_profile")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return customers(request.user)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"viewer": request.user}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"viewer": request.user}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "access.export_customers")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "access.load_data")

    def export_action(self, request: HttpRequest) -> HttpResponse:
        if self.get_export_queryset(request).count() > EXPORT_ROWS:
            text = _("At most %(most)s customers fit into this export. Filter the list, or download a segment.")
            messages.error(request, text % {"most": EXPORT_ROWS})
            return redirect("admin:store_customer_changelist")
        return super().export_action(request)

    def get_fields(self, request: HttpRequest, obj: Customer | None = None) -> tuple[str, ...]:
        clear = "profile" if sees_personal(request.user) else "masked_profile"
        return tuple(clear if field == "profile" else field for field in self.fields)

    @admin.display(description=_("attributes"))
    def profile(self, customer: Customer) -> str:
        return "\n".join(f"{slug}: {value}" for slug, value in customer.attributes.items())

    @admin.display(description=_("attributes"))
    def masked_profile(self, customer: Customer) -> str:
        hidden = set(Attribute.objects.filter(personal=True).values_list("slug", flat=True))
        shown = ((slug, masked(value) if slug in hidden else value) for slug, value in customer.attributes.items())
        return "\n".join(f"{slug}: {value}" for slug, value in shown)

    @admin.display(description=_("member level"))
    def member_level(self, customer: Customer) -> Any:
        return customer.attributes.get("member_level")

    @admin.display(description=_("province"))
    def province(self, customer: Customer) -> Any:
        return customer.attributes.get("province")

    @admin.display(description=_("city"))
    def city(self, customer: Customer) -> Any:
        return customer.attributes.get("city")


class RegistryAdmin(ModelAdmin):
    """Names may change; what a name is may not."""

    search_fields = ("slug", "name_zh_hans", "name_zh_hant", "name_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "kind") if hasattr(self.model, "kind") else ("slug",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Attribute)
class AttributeAdmin(RegistryAdmin):
    # Which value counts is chosen on a page of its own, since a change works out all profiles again.
    exclude = ("survivorship",)
    list_display = ("slug", "name_zh_hans", "name_en", "kind", "personal", "category", "theme", "position")
    list_filter = ("kind", "personal", "category", "theme")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "kind", "personal")


@admin.register(Property)
class PropertyAdmin(RegistryAdmin):
    list_display = ("slug", "name_zh_hans", "name_en", "kind")
    list_filter = ("kind",)


@admin.register(EventType)
class EventTypeAdmin(RegistryAdmin):
    list_display = ("slug", "name_zh_hans", "name_en")


@admin.register(IdentifierType)
class IdentifierTypeAdmin(RegistryAdmin):
    list_display = ("slug", "name_zh_hans", "name_en", "kind", "personal", "priority", "most", "shared")
    list_editable = ("priority", "most", "shared")
    list_filter = ("kind", "personal", "shared")


@admin.register(BlockedIdentifier)
class BlockedIdentifierAdmin(ImportExportModelAdmin, ModelAdmin):
    """Test numbers, shop phones, placeholders. What is built in can be turned off, not removed."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = [XLSX, CSV]
    resource_classes = [BlockedIdentifierResource]
    list_display = ("value", "type_name", "is_pattern", "is_on", "why", "built_in")
    list_editable = ("is_on",)
    list_filter = ("is_on", "is_pattern", "built_in", "type")
    search_fields = ("value", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("type", "value", "is_pattern", "note") if obj is not None and obj.built_in else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.built_in) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleting many at once would not ask which of them are built in."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def formfield_for_dbfield(self, field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "type":
            types = [(kind.slug, kind.name) for kind in IdentifierType.objects.all()]
            return forms.ChoiceField(
                choices=[("", _("every type")), *types], required=False, label=field.verbose_name
            )
        return super().formfield_for_dbfield(field, request, **kwargs)

    @admin.display(description=_("identifier type"), ordering="type")
    def type_name(self, entry: BlockedIdentifier) -> str:
        return entry.type or gettext("every type")

    @admin.display(description=_("note"))
    def why(self, entry: BlockedIdentifier) -> str:
        return gettext(entry.note) if entry.note and entry.built_in else entry.note


@admin.register(Merge)
class MergeAdmin(ModelAdmin):
    """Who was found to be whom. A ledger: read, never written by hand."""

    list_display = ("id", "loser", "winner", "why", "batch_source", "merged_at", "undone_at")
    list_filter = ("merged_at", "undone_at")
    list_select_related = ("batch",)
    search_fields = ("=loser__id", "=winner__id")
    fields = ("loser", "winner", "why", "batch_source", "merged_by", "merged_at", "undone_at")
    readonly_fields = fields
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        seen = Customer.objects.filter(customer_scope(request.user))
        return super().get_queryset(request).filter(winner__in=seen)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Merge | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Merge | None = None) -> bool:
        return False

    @admin.display(description=_("reason"))
    def why(self, merge: Merge) -> str:
        return gettext(merge.reason) if merge.reason else ""

    @admin.display(description=_("source"))
    def batch_source(self, merge: Merge) -> str:
        return merge.batch.source if merge.batch else ""
