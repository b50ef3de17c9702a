"""Identifiers that are not phones or e-mail addresses: kept as written, but for what spreadsheets do to them."""

import re

from cdp.errors import N_, Problem

# A number column that had gaps comes out of many tools as `266079.0`.
FLOAT = re.compile(r"(\d+)\.0+")
SCIENTIFIC = re.compile(r"\d+(\.\d+)?[eE]\+\d{1,3}|\d+\.\d+[eE]\d{1,3}")
MAX_LENGTH = 255

FAST = (
    "CASE WHEN CAST(TRY_CAST({c} AS UBIGINT) AS VARCHAR) = {c} THEN {c}"
    " WHEN regexp_full_match({c}, '[0-9]{1,64}|[A-Za-z][A-Za-z_:-]{0,30}[0-9][0-9A-Za-z_:-]{0,100}') THEN {c}"
    r" WHEN regexp_full_match({c}, '[0-9]{1,64}\.0+') THEN split_part({c}, '.', 1) END"
)


# What stands where the number of a row would, under a table.
_TOTALS = re.compile(
    r"(合计|總計|总计|合計|小计|小計|共计|累计|汇总|(grand |sub)?total)([:：(（ ].*)?|共 ?\d+ ?[条行个笔單单].*",
    re.I,
)


def clean_identifier(text: str) -> str | Problem:
    if _TOTALS.fullmatch(text):
        return Problem(
            (), N_("This is a row of totals, nobody's own"), N_("Leave it out; totals are worked out here anyway")
        )
    if match := FLOAT.fullmatch(text):
        return match[1]
    if SCIENTIFIC.fullmatch(text):
        return scientific()
    if "*" in text:
        return masked()
    if len(text) > MAX_LENGTH:
        return Problem(
            (), N_("This identifier is too long"), N_("Identifiers have at most 255 characters; check the column")
        )
    return text


def scientific() -> Problem:
    return Problem(
        (),
        N_("A spreadsheet turned this number into scientific notation and digits are lost"),
        N_("Format the column as text in the spreadsheet, fill in the original numbers and save it again"),
    )


def masked() -> Problem:
    return Problem(
        (),
        N_("Part of this is hidden by asterisks, so it cannot tell one person from another"),
        N_("Ask for an export with the full value, or do not use this column as an identifier"),
    )
