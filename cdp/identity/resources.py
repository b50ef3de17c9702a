"""Customers as a workbook: a row each, attributes and identifiers in columns, masked for whoever may not see them.

Edited attributes come back as one batch that can be undone like a load. Identifiers are only shown:
who is who is decided by loads. Large files belong to the upload page, which works set-based.
"""

import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.results import Result

from cdp.access.masking import MASK, masked
from cdp.access.viewer import Viewer, require, sees_personal
from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS, is_problem
from cdp.cleaning.compound import SEPARATORS
from cdp.store.kinds import COLUMNS
from cdp.store.models import Attribute, Customer
from cdp.store.selectors import attributes, customers
from cdp.store.services import batch_commit, batch_open, batch_undo, records_add
from cdp.workbooks import PlainError, columns_require

from .selectors import identifier_columns

IMPORT_ROWS = 2_000
SOURCE = "workbook"


class CustomerResource(resources.ModelResource):
    """Made for one viewer. `import_data` first as a dry run, then for good, as the admin pages do."""

    id = Field(attribute="id", column_name="customer_id")

    class Meta:
        model = Customer
        fields = ("id",)
        import_id_fields = ("id",)
        # The lake takes no part in the database's transactions: a dry run must write nothing at all.
        use_transactions = False
        skip_diff = True
        report_skipped = True
        name = "customers"

    def __init__(self, viewer: Viewer, **kwargs: Any):
        super().__init__(**kwargs)
        self.viewer = viewer
        self.attributes = list(attributes())
        self.changes: dict[int, dict[str, Any]] = {}

    def get_queryset(self) -> QuerySet[Customer]:
        return customers(self.viewer).order_by("pk")

    def export(self, queryset: QuerySet | None = None, **kwargs: Any) -> tablib.Dataset:
        rows = list(self.get_queryset() if queryset is None else queryset)
        found = identifier_columns([row.pk for row in rows], viewer=self.viewer)
        columns = [name for name in found.column_names if name != "customer_id"]
        identifiers = {row.pop("customer_id"): row for row in found.to_pylist()}
        headers = ["customer_id", *(attribute.slug for attribute in self.attributes), *columns]
        dataset = tablib.Dataset(headers=headers, title="customers")
        for customer in rows:
            mine = identifiers.get(customer.pk, {})
            dataset.append([customer.pk, *self._attribute_cells(customer), *(mine.get(name) for name in columns)])
        return dataset

    def _attribute_cells(self, customer: Customer) -> Iterator[Any]:
        for attribute in self.attributes:
            yield self._masked(cell_of(customer.attributes.get(attribute.slug)), attribute.personal)

    def _masked(self, value: Any, personal: bool) -> Any:
        if value is None or not personal or sees_personal(self.viewer):
            return value
        return masked(str(value))

    def get_error_result_class(self) -> type[PlainError]:
        return PlainError

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        require(self.viewer, "access.load_data")
        columns_require(dataset, "customer_id")
        self.changes = {}
        if len(dataset) > IMPORT_ROWS:
            text = _("This sheet has %(rows)s rows, and at most %(most)s can be read here.")
            advice = _("Upload it on the data page instead.")
            refusal = ValidationError(f"{text % {'rows': len(dataset), 'most': IMPORT_ROWS}} {advice}")
            # Every row would still be looked at, and each shown as a row without a change.
            del dataset[:]
            raise refusal

    def get_or_init_instance(self, instance_loader: Any, row: dict[str, Any]) -> tuple[Customer, bool]:
        number = str(row.get("customer_id") or "").removesuffix(".0")
        found = self.get_queryset().filter(pk=number).first() if number.isdigit() else None
        if found is None:
            text = _("There is no customer %(number)s. New customers come in on the data page.")
            raise ValidationError(text % {"number": number or "—"})
        return found, False

    def import_instance(self, instance: Customer, row: dict[str, Any], **kwargs: Any) -> None:
        """Clean the cells that differ from what was exported. Empty cells say nothing."""
        now = dict(zip(self.attributes, self._attribute_cells(instance), strict=True))
        changed: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for attribute, shown in now.items():
            cell = row.get(attribute.slug)
            if cell in (None, "") or same_cell(cell, shown):
                continue
            value = self._cleaned(attribute, cell, problems)
            if value is not None:
                changed[attribute.slug] = value
        if problems:
            raise ValidationError([f"{column}: {text}" for column, text in problems.items()])
        if changed:
            self.changes[instance.pk] = changed

    def _cleaned(self, attribute: Attribute, cell: Any, problems: dict[str, str]) -> Any:
        if MASK in str(cell):
            problems[attribute.slug] = _("This is masked; write the full value or leave it as it was.")
            return None
        cleaner = CLEANERS[ATTRIBUTE_CLEANERS.get(attribute.slug, attribute.kind)]
        value = cleaner.value(str(cell), ZoneInfo(settings.CDP_TIME_ZONE))
        if is_problem(value):
            texts = (value.message, value.hint)
            problems[attribute.slug] = " ".join(
                _(text) % value.params if value.params else _(text) for text in texts
            )
            return None
        return value

    def validate_instance(self, instance: Customer, import_validation_errors: Any = None, **kwargs: Any) -> None:
        if import_validation_errors:
            raise ValidationError([text for texts in import_validation_errors.values() for text in texts])

    def skip_row(
        self, instance: Any, original: Any, row: dict[str, Any], import_validation_errors: Any = None
    ) -> bool:
        return not import_validation_errors and instance.pk not in self.changes

    def save_instance(self, instance: Customer, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing yet: all rows are written together in `after_import`."""

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        if self._is_dry_run(kwargs) or result.has_errors() or result.has_validation_errors() or not self.changes:
            return
        batch = batch_open(source=SOURCE, channel="")
        try:
            records_add(batch=batch, records=self._records())
        except Exception:
            batch_undo(batch=batch)
            raise
        batch_commit(batch=batch)

    def _records(self) -> pa.Table:
        slugs = {slug for changed in self.changes.values() for slug in changed}
        written = [attribute for attribute in self.attributes if attribute.slug in slugs]
        columns = {"origin_id": pa.array(list(self.changes), pa.int32())}
        for attribute in written:
            values = [changed.get(attribute.slug) for changed in self.changes.values()]
            columns[attribute.slug] = pa.array(values, COLUMNS[attribute.kind].arrow)
        return pa.table(columns)


def cell_of(value: Any) -> Any:
    """A profile's JSON value as a cell, written so that it is read as the same value again."""
    if isinstance(value, list):
        whole = any(SEPARATORS.search(str(item)) for item in value)
        return json.dumps(value, ensure_ascii=False) if whole else ";".join(map(str, value))
    if isinstance(value, dict):
        return f"{value['lat']},{value['lon']}"
    return value


def same_cell(cell: Any, shown: Any) -> bool:
    """Whether a cell still says what was exported; Excel turns 3 into 3.0 and a date into midnight."""
    if isinstance(shown, bool):
        return str(cell).lower() == str(shown).lower()
    if isinstance(shown, int | float):
        try:
            return float(cell) == float(shown)
        except ValueError:
            return False
    return str(cell).strip().removesuffix(" 00:00:00") == str(shown or "").strip().removesuffix("T00:00:00")
