"""Numbers, money and yes/no."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from cdp.errors import N_, Problem

# Text that begins with a digit: no sign, no name of a number; "_" is what only the engine would read as one.
_DIGITS = "{c} BETWEEN '0' AND ':' AND NOT contains({c}, '_') AND NOT contains({c}, 'x')"
NUMBER_FAST = f"CASE WHEN {_DIGITS} AND isfinite(TRY_CAST({{c}} AS DOUBLE)) THEN TRY_CAST({{c}} AS DOUBLE) END"
MONEY_FAST = f"CASE WHEN {_DIGITS} THEN TRY_CAST({{c}} AS DECIMAL(18, 2)) END"

_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d{1,4}(,\d{4})+(\.\d+)?")
_CURRENCY = re.compile(r"^(rmb|cny|人民币|[¥￥$])|(rmb|cny|元整|元|块)$", re.IGNORECASE)
_UNITS = {"万": Decimal(10_000), "萬": Decimal(10_000), "亿": Decimal(100_000_000), "億": Decimal(100_000_000)}
_MINUS = "\N{MINUS SIGN}"  # NFKC leaves it as it is
_MOST = Decimal(10) ** 16
_YES = frozenset(("是", "真", "对", "有", "true", "t", "yes", "y", "1", "1.0", "√", "✓", "on"))
_NO = frozenset(("否", "假", "错", "false", "f", "no", "n", "0", "0.0", "×", "✗", "x", "off"))


def clean_number(text: str) -> float | Problem:
    text = text.replace(_MINUS, "-")
    scale = Decimal(1)
    if text.endswith("%"):
        text, scale = text[:-1], Decimal("0.01")
    value = _decimal(text)
    if value is None or not math.isfinite(value * scale):
        return Problem((), N_("This is not a number"), N_("Write only digits, such as 1234.5"))
    return float(value * scale)


def clean_money(text: str) -> Decimal | Problem:
    bare = text.replace(" ", "").replace(_MINUS, "-")
    if negative := bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    sign = "-" if bare.startswith("-") else ""
    bare = bare.removeprefix("-")
    while (shorter := _CURRENCY.sub("", bare)) != bare:
        bare = shorter
    value = _decimal(sign + bare if not bare.startswith("-") else bare)
    if value is None or abs(value) >= _MOST:
        return Problem((), N_("This is not an amount of money"), N_("Write only digits, such as 1234.50"))
    return (-value if negative else value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def clean_boolean(text: str) -> bool | Problem:
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    return Problem((), N_("This is neither yes nor no"), N_("Write 是 or 否, yes or no, 1 or 0"))


def _decimal(text: str) -> Decimal | None:
    bare = text.replace(" ", "")
    unit = _UNITS.get(bare[-1:], Decimal(1))
    if unit != 1:
        bare = bare[:-1]
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _PLAIN.fullmatch(bare):
        return None
    try:
        return Decimal(bare) * unit
    except InvalidOperation:
        return None
