"""Birthdays and ages, one made of the other as of a day."""

import re
from datetime import date, datetime

from cdp.errors import N_, Problem

OLDEST = 120
_AGE = re.compile(r"(\d{1,3})(?:\.0+)?\s*(?:周?岁|歲)?")
_BAND = re.compile(r"(\d{1,3})\s*(?:[-~—–]|至|到)\s*(\d{1,3})\s*(?:周?岁|歲)?")
_OLDER = re.compile(r"(\d{1,3})\s*(?:周?岁|歲)?\s*(?:\+|及?以上)")
_YOUNGER = re.compile(r"(\d{1,3})\s*(?:周?岁|歲)?\s*及?以下")
NOT_AN_AGE = Problem((), N_("This is not an age"), N_("Write whole years such as 36, or a band such as 26-35"))
NOT_BORN = Problem((), N_("This birthday is not that of a living person"), N_("Check the year of birth"))


def age_on(birthday: date | datetime, today: date) -> int | Problem:
    """Whole years; somebody born on 29 February is a year older on 1 March."""
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return years if 0 <= years <= OLDEST else NOT_BORN


def birth_years(text: str, today: date) -> str | Problem:
    """The years somebody of this age can be born in: 36 on 2026-11-29 → 1989-1990; open ends stay open."""
    bare = text.strip()
    if match := _AGE.fullmatch(bare):
        youngest = oldest = int(match[1])
    elif match := _BAND.fullmatch(bare):
        youngest, oldest = int(match[1]), int(match[2])
    elif match := _OLDER.fullmatch(bare):
        return f"-{today.year - int(match[1])}" if int(match[1]) <= OLDEST else NOT_AN_AGE
    elif match := _YOUNGER.fullmatch(bare):
        return f"{today.year - int(match[1]) - 1}-" if int(match[1]) <= OLDEST else NOT_AN_AGE
    else:
        return NOT_AN_AGE
    if not youngest <= oldest <= OLDEST:
        return NOT_AN_AGE
    return f"{today.year - oldest - 1}-{today.year - youngest}"
