"""The cities of every province on one sheet of a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..behind import base_of, rows_of
from .sheets import INDEX, SHARE, WHOLE, Sheet, line_add, part_add, title_add, widths_set


def cities_write(sheet: Sheet, content: Mapping[str, Any], heads: Sequence[str]) -> None:
    """`heads`: of the numbers of a value, as on the sheets of charts."""
    title_add(sheet, _("Cities of the provinces"))
    line_add(sheet, [(_("Shares are of those in the province whose city is known."), "")])
    part_add(sheet, "", (_("Province"), _("City"), *heads))
    sheet.sheet.freeze_panes = f"C{sheet.row + 1}"
    for one in content["cities"]:
        few = f"<{base_of(one['data']).least}"
        for row in rows_of(one["data"]):
            ours = (few, few) if row.members is None else (row.members, row.share)
            counts = [(ours[0], WHOLE), (ours[1], SHARE), (row.everyone, WHOLE), (row.everyone_share, SHARE)]
            index = [(row.tgi, INDEX), (row.low, INDEX), (row.high, INDEX)]
            line_add(sheet, [(one["label"], ""), (row.label, ""), *counts, *index])
    widths_set(sheet, (18, 18, *[14] * len(heads)))
