"""A font with Latin and Chinese signs: one of the machine's that can be embedded, else one every reader knows.

Only TrueType outlines can be embedded, and of them the signs that are used. Where there is no such font (Noto is
of another kind), the file names one of Adobe's, which readers replace by their own Chinese font.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

NAMED = {"zh-hant": "MSung-Light"}
USUAL = "STSong-Light"
# Windows, macOS, and what Linux distributions ship with TrueType outlines.
KNOWN = (
    "C:/Windows/Fonts/msyh.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


OURS = "Quanxi"


def said_in(font: str, text: str) -> str:
    """A text as a font can say it: those that are only named have no middle dot."""
    return text if font == OURS else text.replace("·", "|")


def font_of(language: str) -> str:
    """Its name in reportlab, where it is registered now."""
    return _embedded() or _named(NAMED.get(language, USUAL))


@cache
def _embedded() -> str:
    for place in _places():
        try:
            pdfmetrics.registerFont(TTFont(OURS, str(place)))
        except (TTFError, OSError):
            continue
        return OURS
    return ""


def _places() -> Iterator[Path]:
    given = settings.CDP_PDF_FONT
    yield from (path for path in map(Path, (given, *KNOWN) if given else KNOWN) if path.is_file())


@cache
def _named(name: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
