"""One cell as it was written → what would be stored; `UserError` says what is wrong with it and how to mend it."""

import json
import re
from decimal import Decimal, InvalidOperation

from cdp.errors import N_, UserError, user_error
from tags.json_text import json_read

from .cells import plain_number
from .columns import PLAYBOOK, SEGMENTS, TAGS, Column, Form
from .play_rows import SEPARATOR
from .state import State

SHOWN = 8
# May be empty though the set is closed.
MAY_BE_EMPTY = ("category", "owner", "identifier_type", "segment")
BETWEEN = re.compile(r"[,，、;；\n]")
HIGHEST = 100_000
SMALLEST = Decimal("1e-9")


def value_read(state: State, sheet: str, column: Column, text: str) -> str:
    if text.startswith("#") and text.rstrip("!?").isupper() and text[1:2].isalpha():
        raise user_error(N_("Excel put an error in this cell: %(text)s."), N_("Write the value itself."), text=text)
    match column.form:
        case Form.CHOICE:
            return _choice(state, sheet, column, text)
        case Form.MANY:
            return _many(state, sheet, column, text)
        case Form.NUMBER:
            return _number(column, text)
        case Form.RULE:
            return _rule(text)
        case _:
            return _text(column, text)


def _text(column: Column, text: str) -> str:
    if column.longest and len(text) > column.longest:
        raise user_error(
            N_("This has %(many)s characters; at most %(most)s fit."),
            N_("Shorten it."),
            many=len(text),
            most=column.longest,
        )
    return text


def _choice(state: State, sheet: str, column: Column, text: str) -> str:
    choices = state.choices[column.among]
    if not text:
        # What is there already keeps what it has; a list has no schedule; a new entry gets what is usual.
        if column.among in MAY_BE_EMPTY or sheet in (TAGS, SEGMENTS, PLAYBOOK):
            return ""
    elif (code := choices.code(text)) is not None:
        return code
    labels = list(choices.labels.values())
    more = "、…" if len(labels) > SHOWN else ""
    raise user_error(
        N_("“%(text)s” is not one of the choices."),
        N_("Choose from: %(known)s."),
        text=text,
        known="、".join(labels[:SHOWN]) + more,
    )


def _many(state: State, sheet: str, column: Column, text: str) -> str:
    """In the order of the closed set, each once."""
    written = [one for one in BETWEEN.split(text) if one.strip()]
    codes = {_choice(state, sheet, column, one) for one in written}
    return SEPARATOR.join(one for one in state.choices[column.among].labels if one in codes)


def _number(column: Column, text: str) -> str:
    if not text:
        return ""
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    # Whether it lies in between is asked first: an exponent of a million would take the rest forever.
    if column.key == "order":
        if not number.is_finite() or not SMALLEST < number < HIGHEST:
            raise user_error(N_("“%(text)s” is no place in an order."), N_("Write a number such as 2."), text=text)
    elif not (number.is_finite() and int(column.key == "valid_days") <= number < HIGHEST and _is_whole(number)):
        raise user_error(N_("“%(text)s” is not a whole number."), N_("For example 90."), text=text)
    return plain_number(number)


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _rule(text: str) -> str:
    if not text:
        return ""
    try:
        found = json_read(text)
    except json.JSONDecodeError as error:
        raise user_error(
            N_("The definition is not JSON: line %(line)s, column %(column)s."),
            N_("Copy the definition from the page of the tag or segment again, and change it there."),
            line=error.lineno,
            column=error.colno,
        ) from error
    if not isinstance(found, dict):
        raise UserError(*user_error(N_("A definition begins with {."), N_("Copy one from another row.")).problems)
    return text
