"""Segments as a workbook. A list's customers do not travel in it, only what the list was."""

from typing import Any

from import_export.fields import Field

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, Problem, UserError
from tags.dependencies import SEGMENT
from tags.problems import problem_line
from tags.resources import DefinitionResource, cell_names, json_cell
from tags.selectors import rule_sentence

from .models import BY_RULE, Segment, SegmentKind
from .services import segment_save

PLAIN = ("description", "department", "schedule")


class SegmentResource(DefinitionResource):
    kind = SEGMENT
    segment_kind = Field(attribute="kind", column_name="kind", default=SegmentKind.RULE)
    count = Field(attribute="count", column_name="members", readonly=True)

    class Meta:
        model = Segment
        import_id_fields = ("slug",)
        fields = (
            "slug",
            "name_zh_hans",
            "name_zh_hant",
            "name_en",
            "segment_kind",
            "count",
            "sentence",
            "definition",
            "description",
            "department",
            "schedule",
        )
        export_order = fields
        use_transactions = True
        skip_unchanged = True
        report_skipped = True
        name = "segments"

    def dehydrate_definition(self, segment: Segment) -> str:
        return json_cell(segment.definition)

    def dehydrate_sentence(self, segment: Segment) -> str:
        if segment.kind not in BY_RULE or not segment.pk:
            return ""
        try:
            return rule_sentence(SYSTEM, segment.definition)
        except UserError as error:
            return "\n".join(problem_line(problem) for problem in error.problems)

    def write(self, cells: dict[str, str], definition: Any, actor: Viewer) -> Segment:
        if cells.get("kind", SegmentKind.RULE) != SegmentKind.RULE:
            if cells["kind"] == SegmentKind.SPLIT:
                raise UserError(Problem((), N_("A group of a split cannot be changed in this sheet."), ""))
            message = N_("A list cannot be changed in this sheet.")
            raise UserError(Problem((), message, N_("Paste or upload its values on the page of the segment.")))
        given: dict[str, Any] = {name: cells[name] for name in PLAIN if cells.get(name)}
        return segment_save(slug=cells["slug"], names=cell_names(cells), rule=definition, actor=actor, **given)
