"""Phones → E.164. Numbers without a country are Chinese."""

import re

import phonenumbers

from cdp.errors import N_, Problem

from .identifiers import FLOAT, SCIENTIFIC, masked, scientific

# Mainland mobiles by shape alone: new ranges are given out faster than any list is updated.
MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
# A number that is written back as it was read has nothing but digits in it; that is quicker to see than a pattern.
FAST = (
    "CASE WHEN length({c}) = 11 AND TRY_CAST({c} AS BIGINT) BETWEEN 13000000000 AND 19999999999"
    " AND CAST(TRY_CAST({c} AS BIGINT) AS VARCHAR) = {c} THEN '+86' || {c}"
    " WHEN regexp_full_match({c}, '([+]|00)?86[ -]?1[3-9][0-9]{9}') THEN '+86' || right({c}, 11) END"
)
_NOISE = re.compile(r"[\s().\-–—·_/]")
_LONGEST = 40


def clean_phone(text: str) -> str | Problem:
    if "*" in text:
        return masked()
    if SCIENTIFIC.fullmatch(text):
        return scientific()
    if match := FLOAT.fullmatch(text):
        text = match[1]
    bare = _NOISE.sub("", text)
    if match := MOBILE.fullmatch(bare):
        return "+86" + match[1]
    if len(bare) > _LONGEST or not any(c.isdigit() for c in bare):
        return _not_a_phone()
    try:
        number = phonenumbers.parse(bare, "CN")
    except phonenumbers.NumberParseException:
        return _not_a_phone()
    if not phonenumbers.is_valid_number(number):
        return _not_a_phone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _not_a_phone() -> Problem:
    return Problem(
        (),
        N_("This is not a phone number"),
        N_("Write 11 digits, or the number with its country code such as +852 2123 4567"),
    )
