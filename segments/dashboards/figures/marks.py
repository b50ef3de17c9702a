"""What stands in the place of a number that is not told: that it is of a few, or that one of a few would follow."""

from collections.abc import Iterable

from segments.personas.statistics import Base, Share

from .house import Words
from .numerals import percent, whole

UNTOLD = "–"


def few(base: Base) -> str:
    return f"<{base.least}"


def mark_of(count: int, base: Base) -> str:
    """Of a number that is not told."""
    return few(base) if count < base.least else UNTOLD


def ours_mark(share: Share, base: Base) -> str:
    """Empty where the number of members is told."""
    return mark_of(share.group, base) if share.hidden(base) else ""


def theirs_mark(share: Share, base: Base) -> str:
    """Empty where everyone's number is told."""
    return mark_of(share.everyone, base) if share.hidden_beside(base) else ""


def counted(share: float | None, count: int, mark: str) -> str:
    """A share with the number it is of: `12% (n = 345)`, `<20`, `–`."""
    return mark or f"{percent(share)} (n = {whole(count)})"


def why_untold(marks: Iterable[str], base: Base, words: Words) -> list[str]:
    """A line that says why something is not told, where something is not."""
    return [words.untold % {"least": base.least}] if UNTOLD in marks else []
