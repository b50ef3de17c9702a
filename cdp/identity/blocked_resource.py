"""Blocked identifiers as a workbook: export, edit, import."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import resources

from cdp.errors import N_
from cdp.workbooks import PlainError, columns_require

from .models import BlockedIdentifier, IdentifierType

# Notes of what is built in, as the migration wrote them.
BUILT_IN_NOTES = (
    N_("zeros"),
    N_("a placeholder"),
    N_("a test number"),
    N_("a machine's mailbox"),
    N_("a test mailbox"),
)


class BlockedIdentifierResource(resources.ModelResource):
    class Meta:
        model = BlockedIdentifier
        fields = ("type", "value", "is_pattern", "is_on", "note")
        import_id_fields = ("type", "value")
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    def get_error_result_class(self) -> type[PlainError]:
        return PlainError

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        columns_require(dataset, "type", "value")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Empty cells come as nothing; a type has to be one there is."""
        for column in ("type", "value", "note"):
            row[column] = str(row.get(column) or "").strip()
        if row["type"] and not IdentifierType.objects.filter(slug=row["type"]).exists():
            raise ValidationError(_("There is no identifier type “%(slug)s”.") % {"slug": row["type"]})
