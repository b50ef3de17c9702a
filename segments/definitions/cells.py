"""Cells: what stands in one, as text, and the form in which two of them are the same."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cdp.errors import UserError
from tags.json_text import json_read

from .columns import Column, Form

# Excel holds no more in a cell. What is longer is told so in its place, and stays as it is.
LONGEST = 32_767
TOO_LONG = "…"
MOST_DIGITS = 30


def cell_text(value: Any) -> str:
    """A cell as it was read → text: empty for nothing, 3 for 3.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def canonical(form: Form, text: str) -> str:
    """The same for whatever means the same; what cannot be read is itself."""
    if form == Form.RULE:
        try:
            return json.dumps(json_read(text), ensure_ascii=False, sort_keys=True)
        except (UserError, json.JSONDecodeError):
            return text
    if form == Form.NUMBER:
        try:
            return plain_number(Decimal(text))
        except InvalidOperation:
            return text
    return text


def plain_number(number: Decimal) -> str:
    """Without an exponent, but where that would have more digits than any cell here means."""
    if not number:
        return "0"
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        return str(number)
    return format(number.normalize(), "f")


def mark_of(column: Column, text: str) -> str:
    """What a cell said when the workbook was made, short enough to travel with it."""
    return hashlib.sha256(canonical(column.form, text).encode()).hexdigest()[:10]


def same_definition(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
