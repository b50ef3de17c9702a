"""The table of cleaners: one row a kind. Whoever has a column picks a row and applies it set-based."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from cdp.errors import N_, Problem

from . import email, hints, identifiers, numbers, phone, times
from .compound import clean_geo, clean_list
from .gender import clean_gender
from .regions import clean_province
from .text import FAST as TEXT_FAST
from .text import MISSING, clean_text, normal


@dataclass(frozen=True)
class Cleaner:
    """`clean` takes normal text and gives a value or a problem.

    `fast` is SQL over the place `{c}` (raw text) that gives the same value for tidy text, else NULL;
    `""` when every distinct text goes through `clean`. `type` is the SQL type of clean values.
    """

    name: str
    type: str
    clean: Callable[..., Any]
    fast: str = ""
    needs_zone: bool = False
    minus_one_is_missing: bool = True

    def fast_over(self, column: str) -> str:
        return self.fast.replace("{c}", column)

    def value(self, text: str, zone: ZoneInfo) -> Any:
        """Clean value, None when there is nothing, or a `Problem`."""
        bare = normal(text)
        if bare in SPREADSHEET_ERRORS:
            return FAILED_FORMULA
        if bare.lower() in MISSING and (self.minus_one_is_missing or not bare.startswith("-1")):
            return None
        return self.clean(bare, zone) if self.needs_zone else self.clean(bare)


SPREADSHEET_ERRORS = frozenset(("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
FAILED_FORMULA = Problem(
    (), N_("The formula in this cell failed"), N_("Correct the formula, or write the value itself into the cell")
)

CLEANERS: dict[str, Cleaner] = {
    cleaner.name: cleaner
    for cleaner in (
        Cleaner("text", "VARCHAR", clean_text, TEXT_FAST),
        Cleaner("number", "DOUBLE", numbers.clean_number, numbers.NUMBER_FAST),
        Cleaner("money", "DECIMAL(18, 2)", numbers.clean_money, numbers.MONEY_FAST, minus_one_is_missing=False),
        Cleaner("date", "TIMESTAMP", times.clean_wall_time, times.FAST, needs_zone=True),
        Cleaner("boolean", "BOOLEAN", numbers.clean_boolean),
        Cleaner("list", "VARCHAR[]", clean_list),
        Cleaner("geo", "STRUCT(lat DOUBLE, lon DOUBLE)", clean_geo),
        Cleaner("identifier", "VARCHAR", identifiers.clean_identifier, identifiers.FAST),
        Cleaner("phone", "VARCHAR", phone.clean_phone, phone.FAST),
        Cleaner("email", "VARCHAR", email.clean_email, email.FAST),
        Cleaner("province", "VARCHAR", clean_province),
        Cleaner("gender", "VARCHAR", clean_gender),
        Cleaner("phone_hint", "VARCHAR", hints.clean_phone_hint),
        Cleaner("filled", "VARCHAR", hints.clean_filled, hints.FILLED_FAST),
        Cleaner("never", "VARCHAR", hints.clean_never),
    )
}

# Attributes everybody has, whose values have one right form.
ATTRIBUTE_CLEANERS = {"province": "province", "gender": "gender", "phone_hint": "phone_hint"}

# For a column whose hidden phones are kept as hints beside.
UNMASKED_PHONE = replace(CLEANERS["phone"], clean=hints.clean_unmasked_phone)


def is_problem(value: Any) -> bool:
    return isinstance(value, Problem)
