"""Definitions as a workbook: export → edit → import, checked and saved by the same services as the forms."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import UserError
from cdp.workbooks import PlainError, columns_require

from .dependencies import TAG, Ref, order
from .json_text import json_read
from .models import Category, Tag, TagVersion, VersionState
from .problems import problem_line
from .selectors import graph, sentences
from .services import tag_publish, tag_save

NAMES = {"name_zh_hans": "zh-hans", "name_zh_hant": "zh-hant", "name_en": "en"}


class DefinitionResource(resources.ModelResource):
    """One definition a row: a cell of JSON, a sentence to read it by, and its names and settings.

    A row is written by `write(row, definition, actor)`, which raises `UserError`; an unchanged row is
    skipped. `import_data` needs `user`.
    """

    kind: str
    definition = Field(column_name="definition")
    sentence = Field(column_name="sentence", readonly=True)

    def write(self, cells: dict[str, str], definition: Any, actor: Viewer) -> models.Model:
        raise NotImplementedError

    def get_error_result_class(self) -> type[PlainError]:
        return PlainError

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        columns_require(dataset, "slug", "definition")

    def iter_queryset(self, queryset: QuerySet) -> Iterator[Any]:
        """Each after what it is built from, so that the sheet can be read in from top to bottom."""
        rows = {Ref(self.kind, row.slug): row for row in queryset}
        return iter([rows[ref] for ref in order(graph(), rows)])

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """The row is written as a whole in `save_instance`."""

    def skip_row(
        self, instance: Any, original: Any, row: dict[str, Any], import_validation_errors: Any = None
    ) -> bool:
        if original.pk is None:
            return False
        known = (field for field in self.get_import_fields() if not field.readonly and field.column_name in row)
        return all(_same(field, self.export_field(field, original), row[field.column_name]) for field in known)

    def save_instance(self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        cells = {column: cell_text(value) for column, value in row.items() if column}
        try:
            with transaction.atomic():
                saved = self.write(cells, cell_json(cells.get("definition", "")), kwargs["user"])
        except UserError as error:
            raise ValidationError([problem_line(problem) for problem in error.problems]) from error
        instance.pk = saved.pk
        instance.refresh_from_db()

    def save_m2m(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing here has many of anything."""


def cell_text(value: Any) -> str:
    """A cell as text: empty for nothing, 3 for 3.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def cell_json(text: str) -> Any:
    try:
        return json_read(text)
    except UserError as error:
        raise ValidationError([problem_line(problem) for problem in error.problems]) from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ValidationError(_("The definition is not JSON: line %(line)s, column %(column)s.") % place) from error


def json_cell(definition: Any) -> str:
    return json.dumps(definition, ensure_ascii=False)


def _same(field: Field, now: Any, cell: Any) -> bool:
    if field.column_name != "definition":
        return cell_text(now) == cell_text(cell)
    try:
        return json.loads(now) == json.loads(cell_text(cell))
    except json.JSONDecodeError:
        return False


def cell_names(cells: dict[str, str]) -> dict[str, str]:
    return {language: cells[column] for column, language in NAMES.items() if column in cells}


class TagResource(DefinitionResource):
    """`state` says whether the definition is in force (published) or still a draft; a row that says
    published is published by the import."""

    kind = TAG
    category = Field(attribute="category__slug", column_name="category", default="")
    state = Field(column_name="state")

    class Meta:
        model = Tag
        import_id_fields = ("slug",)
        fields = (
            "slug",
            "name_zh_hans",
            "name_zh_hant",
            "name_en",
            "category",
            "kind",
            "state",
            "sentence",
            "definition",
            "description",
            "department",
            "schedule",
            "empty_policy",
            "valid_days",
            "sensitivity",
        )
        export_order = fields
        use_transactions = True
        skip_unchanged = True
        report_skipped = True
        skip_diff = False
        name = "tags"

    def dehydrate_definition(self, tag: Tag) -> str:
        version = _version(tag)
        return json_cell(version.definition) if version else ""

    def dehydrate_state(self, tag: Tag) -> str:
        version = _version(tag)
        return version.state if version else ""

    def dehydrate_sentence(self, tag: Tag) -> str:
        version = _version(tag)
        return read_out(tag.kind, version.definition) if version else ""

    def dehydrate_category(self, tag: Tag) -> str:
        return tag.category.slug if tag.category else ""

    def write(self, cells: dict[str, str], definition: Any, actor: Viewer) -> Tag:
        given: dict[str, Any] = {name: cells[name] for name in PLAIN if cells.get(name)}
        tag = tag_save(
            slug=cells["slug"],
            names=cell_names(cells),
            category=_category(cells.get("category", "")),
            valid_days=_whole_number(cells.get("valid_days", "")),
            definition=definition,
            actor=actor,
            **given,
        )
        if cells.get("state") == VersionState.PUBLISHED:
            tag_publish(tag=tag, actor=actor)
        return tag


PLAIN = ("kind", "description", "department", "schedule", "empty_policy", "sensitivity")


def _version(tag: Tag) -> TagVersion | None:
    """The draft when there is one, else the version in force."""
    if not tag.pk:
        return None
    open_versions = tag.versions.filter(state__in=(VersionState.DRAFT, VersionState.PUBLISHED))
    return open_versions.order_by("-number").first()


def read_out(kind: str, definition: Any) -> str:
    """A definition in words, one value a line; what is wrong with it when it can no longer be read."""
    try:
        found = sentences(SYSTEM, kind, definition)
    except UserError as error:
        return "\n".join(problem_line(problem) for problem in error.problems)
    return "\n".join(f"{part.value}: {part.text}" if part.value else part.text for part in found)


def _category(slug: str) -> Category | None:
    if not slug:
        return None
    found = Category.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Category.objects.values_list("slug", flat=True))
        raise ValidationError(
            _("There is no category %(slug)s. Known are: %(known)s.") % {"slug": slug, "known": known}
        )
    return found


def _whole_number(text: str) -> int | None:
    if text and not text.isdigit():
        raise ValidationError(_("%(text)s is not a whole number of days.") % {"text": text})
    return int(text) if text else None
