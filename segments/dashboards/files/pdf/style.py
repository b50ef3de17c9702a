"""The house style on A4 pages. Places and sizes are in points."""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from ...figures.house import EVERYONE, GROUP
from ..shades import RGB
from .fonts import said_in

WIDE, HIGH = A4
MARGIN = 16 * mm
BODY = WIDE - 2 * MARGIN
INK, FAINT, WHITE = HexColor("#1F2533"), HexColor("#667085"), HexColor("#FFFFFF")
SUNKEN, LINE = HexColor("#F4F6FA"), HexColor("#DDE5EE")
GROUP_INK, EVERYONE_INK = HexColor(GROUP), HexColor(EVERYONE)


@dataclass(frozen=True)
class Style:
    """A font, and the sizes texts have in it."""

    font: str

    def text(self, said: str, size: float = 9.5, ink: Color = INK, *, right: bool = False, after: float = 3) -> Any:
        style = ParagraphStyle(
            "text",
            fontName=self.font,
            fontSize=size,
            leading=size * 1.45,
            textColor=ink,
            alignment=2 if right else 0,
            spaceAfter=after,
            # Chinese breaks between any two signs; Latin words are kept whole by reportlab all the same.
            wordWrap="CJK",
            splitLongWords=True,
        )
        return Paragraph(escape(said_in(self.font, said)).replace("\n", "<br/>"), style)

    def heading(self, said: str, size: float = 13) -> Any:
        made = self.text(said, size, after=4)
        made.style.spaceBefore, made.style.keepWithNext = 8, True
        return made

    def table(self, rows: list[list[str]], widths: list[float], *, texts: int = 1) -> Flowable:
        """Headings first; the first `texts` columns stand at the left, numbers at the right."""
        cells = [
            [
                self.text(
                    said, 8 if not number else 8.5, FAINT if not number else INK, right=place >= texts, after=0
                )
                for place, said in enumerate(row)
            ]
            for number, row in enumerate(rows)
        ]
        total = sum(widths)
        drawn = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("BACKGROUND", (0, 0), (-1, 0), SUNKEN),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
        return Table(cells, [BODY * width / total for width in widths], style=drawn, repeatRows=1, hAlign="LEFT")


def gap(height: float = 6) -> Flowable:
    return Spacer(1, height)


def color_of(shade: RGB) -> Color:
    return Color(*(part / 255 for part in shade))


class NumberedPages(Canvas):
    """Tells on each page which of how many it is: known at the end only, so pages wait until then."""

    head = foot = font = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.waiting: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self.waiting.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self.waiting, 1):
            self.__dict__.update(page)
            self._around(number)
            super().showPage()
        super().save()

    def _around(self, number: int) -> None:
        self.setFont(self.font, 7.5)
        self.setFillColor(FAINT)
        if number > 1:
            self.drawString(MARGIN, HIGH - 11 * mm, said_in(self.font, self.head))
        self.drawString(MARGIN, 9 * mm, said_in(self.font, self.foot))
        self.drawRightString(WIDE - MARGIN, 9 * mm, f"{number} / {len(self.waiting)}")
