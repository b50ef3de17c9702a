"""What a cell only hints at: part of a hidden phone, and whether there is anything in it at all."""

import re

from cdp.errors import Problem

from .numbers import clean_money
from .phone import clean_phone

_HIDDEN = re.compile(r"\d{2,7}\*{3,6}\d{2,4}")
# Any number but zero.
FILLED_FAST = "CASE WHEN TRY_CAST({c} AS DOUBLE) <> 0 AND NOT contains({c}, 'n') THEN '1' END"


def clean_phone_hint(text: str) -> str | None:
    """`138****1234` of a phone with hidden digits, in whatever way it was written; None of anything else."""
    bare = re.sub(r"[\s()\-+]", "", text).removeprefix("86") if "*" in text else ""
    return bare if _HIDDEN.fullmatch(bare) else None


def clean_unmasked_phone(text: str) -> str | Problem | None:
    """A phone; one with hidden digits tells nobody from anybody and counts as not given."""
    return None if clean_phone_hint(text) else clean_phone(text)


def clean_filled(text: str) -> str | None:
    """`1` where something is written, be it words; None for an amount of zero."""
    return None if clean_money(text) == 0 else "1"


def clean_never(text: str) -> None:
    """Nothing: for columns in which only values that are listed count."""
    return
