"""The cities of every province on one sheet of a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..behind import has_untold, rows_of
from ..wording import untold_of
from .sheets import Sheet, line_add, part_add, row_cells, title_add, widths_set


def cities_write(sheet: Sheet, content: Mapping[str, Any], heads: Sequence[str]) -> None:
    """`heads`: of the numbers of a value, as on the sheets of charts."""
    title_add(sheet, _("Cities of the provinces"))
    line_add(sheet, [(_("Shares are of those in the province whose city is known."), "")])
    for said in dict.fromkeys(untold_of(one["data"]) for one in content["cities"] if has_untold(one["data"])):
        line_add(sheet, [(said, "")])
    part_add(sheet, "", (_("Province"), _("City"), *heads))
    sheet.sheet.freeze_panes = f"C{sheet.row + 1}"
    for one in content["cities"]:
        for row in rows_of(one["data"]):
            line_add(sheet, [(one["label"], ""), (row.label, ""), *row_cells(row)])
    widths_set(sheet, (18, 18, *[14] * len(heads)))
