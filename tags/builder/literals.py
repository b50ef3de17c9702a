"""Texts that people type ↔ the values of rule JSON."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

NUMERIC = ("number", "money")


def value_of(text: str, kind: str) -> Any:
    """What a typed text means for a kind. One that does not fit stays as it is: the rule's check names it."""
    text = text.strip() if kind != "text" else text
    if kind in NUMERIC:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    plain = text.replace(",", "").replace("，", "").removeprefix("¥").strip()
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def text_of(value: Any) -> str:
    """How a value of rule JSON stands in a text field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def share_of(percent: Any) -> Any:
    """12.5 → 0.125; what is no number stays as it is."""
    return float(Decimal(str(percent)) / 100) if isinstance(percent, int | float) else percent


def percent_text(share: Any) -> str:
    """0.125 → 12.5."""
    return f"{(Decimal(str(share)) * 100).normalize():f}"


def is_day(text: str) -> bool:
    """Whether a calendar input can show it: a bare date."""
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        return False
    return True
