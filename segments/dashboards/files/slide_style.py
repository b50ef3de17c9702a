"""The house style on slides. Places and sizes are in inches."""

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from ..figures.house import EVERYONE, GROUP

WIDTH, HIGH, LEFT, TEXT_HEIGHT = 13.333, 7.5, 0.5, 0.3
INK, FAINT, WHITE = RGBColor(0x1F, 0x25, 0x33), RGBColor(0x66, 0x70, 0x85), RGBColor(255, 255, 255)
SUNKEN, LINE = RGBColor(0xF4, 0xF6, 0xFA), RGBColor(0xED, 0xF4, 0xFA)
GROUP_INK, EVERYONE_INK = RGBColor.from_string(GROUP[1:]), RGBColor.from_string(EVERYONE[1:])
# Both come with Office and with Windows; where they are not, a program takes another one that has the signs.
FONTS = {"zh-hant": "Microsoft JhengHei"}
USUAL_FONT = "Microsoft YaHei"


def fonts_name(deck: Any, language: str) -> None:
    """One font for Latin and Chinese, in the theme, so that whoever changes it changes it everywhere."""
    font = FONTS.get(language, USUAL_FONT)
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    tree = etree.fromstring(theme.blob)
    for kind in ("a:latin", "a:ea"):
        for found in tree.iterfind(f".//{qn('a:fontScheme')}/*/{qn(kind)}"):
            found.set("typeface", font)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def text_put(
    slide: Any,
    text: str,
    left: float,
    top: float,
    width: float,
    *,
    size: float,
    color: RGBColor,
    height: float = TEXT_HEIGHT,
    fill: RGBColor | None = None,
) -> Any:
    """A box of text, a paragraph a line. Returns its frame."""
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    frame = box.text_frame
    frame.word_wrap = True
    if fill:
        box.fill.solid()
        box.fill.fore_color.rgb = fill
    else:
        frame.margin_left = frame.margin_right = 0
    frame.text = text
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.color.rgb = Pt(size), color
        paragraph.space_after = Pt(4)
    return frame


def number_put(slide: Any, left: float, top: float) -> None:
    """The slide's number, as a field that stays right when slides are moved."""
    frame = text_put(slide, "", left, top, 0.6, size=9, color=FAINT)
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = paragraph._p.makeelement(
        qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"}
    )
    field.append(field.makeelement(qn("a:rPr"), {"sz": "900"}))
    text = field.makeelement(qn("a:t"), {})
    text.text = str(len(slide.part.package.presentation_part.presentation.slides))
    field.append(text)
    paragraph._p.insert(len(paragraph._p) - (paragraph._p.find(qn("a:endParaRPr")) is not None), field)


def table_put(
    slide: Any,
    rows: Sequence[Sequence[str]],
    left: float,
    top: float,
    widths: Sequence[float],
    *,
    height: float,
    size: float = 12,
    texts: int = 1,
) -> Any:
    """A table whose first row is headings; the first `texts` columns stand at the left, numbers at the right."""
    place = (Inches(left), Inches(top), Inches(sum(widths)), Inches(height * len(rows)))
    table = slide.shapes.add_table(len(rows), len(widths), *place).table
    table.horz_banding = False
    size = min(size, 40 * height)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    for number, row in enumerate(rows):
        table.rows[number].height = Inches(height)
        for column, text in enumerate(row):
            cell_fill(table.cell(number, column), text, LINE if not number else WHITE, INK, size)
            if column >= texts:
                table.cell(number, column).text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    return table


def cell_fill(cell: Any, text: str, back: RGBColor | None, ink: RGBColor, size: float) -> None:
    cell.text = text
    for paragraph in cell.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.color.rgb, paragraph.font.bold = Pt(size), ink, False
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = 0
    cell.margin_left = cell.margin_right = Inches(0.06)
    if back is None:
        cell.fill.background()
    else:
        cell.fill.solid()
        cell.fill.fore_color.rgb = back
