"""What vector charts are put together from."""

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from ..shades import is_dark
from .fonts import said_in
from .style import FAINT, INK, SUNKEN, WHITE, color_of

TEXT = 7.5


def shaded(
    drawing: Drawing,
    place: tuple[float, float, float, float],
    said: str,
    shade: tuple[int, int, int] | None,
    font: str,
    size: float,
) -> None:
    left, low, wide, high = place
    back = SUNKEN if shade is None else color_of(shade)
    ink = FAINT if shade is None else WHITE if is_dark(shade) else INK
    drawing.add(Rect(*place, fillColor=back, strokeColor=None))
    drawing.add(text_of(left + wide / 2, low + (high - size) / 2 + 1, said, font, ink, size=size, anchor="middle"))


def text_of(
    x: float, y: float, said: str, font: str, ink: Color, *, size: float = TEXT, anchor: str = "start"
) -> String:
    return String(x, y, said_in(font, said), fontName=font, fontSize=size, fillColor=ink, textAnchor=anchor)


def cut(said: str, font: str, room: float) -> str:
    """As much of a text as there is room for."""
    if stringWidth(said, font, TEXT) <= room:
        return said
    while said and stringWidth(f"{said}…", font, TEXT) > room:
        said = said[:-1]
    return f"{said}…"
