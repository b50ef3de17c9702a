"""Steps that read a text as what it is, and write it in its one right form."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cdp.cleaning import ages, times
from cdp.cleaning.addresses import place_of
from cdp.cleaning.columns import CLEANERS
from cdp.cleaning.id_cards import id_card_of
from cdp.cleaning.text import MISSING, normal
from cdp.errors import N_, Problem

from .step import Context, Run, each

Params = Mapping[str, Any]
_TOKENS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "M": "%m", "DD": "%d", "D": "%d"}
_TOKENS |= {"HH": "%H", "mm": "%M", "ss": "%S"}
_TOKEN = re.compile("|".join(_TOKENS))
NOT_IN_FORM = Problem(
    (),
    N_("This date is in none of the forms of the step"),
    N_("Add its form to the step, or correct the cell"),
)
_SPACED = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_TITLES = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|prof)\b\.?\s*"
    r"|\s*(?:先生|女士|小姐|太太|老师|老師|医生|醫生|同学|同學|\((?:先生|女士|小姐)\))$",
    re.IGNORECASE,
)


def kind(name: str) -> Run:
    """As the kind of this name reads it, written as text."""

    def work(text: str, params: Params, context: Context) -> str | Problem | None:
        return _written(CLEANERS[name].value(text, context.zone))

    return each(work)


def _written(value: Any) -> str | Problem | None:
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    return value if isinstance(value, str | Problem | None) else str(value)


def _missing(text: str) -> bool:
    return normal(text).lower() in MISSING


def date_read(text: str, params: Params, context: Context) -> str | Problem | None:
    """In one of the forms given, tried in their order; without any, in the usual ones."""
    if _missing(text):
        return None
    if not params.get("formats"):
        return _written(times.clean_wall_time(normal(text), context.zone))
    for form in params["formats"]:
        try:
            return _written(datetime.strptime(normal(text), strptime_form(form)))  # noqa: DTZ007
        except ValueError:
            continue
    return NOT_IN_FORM


def strptime_form(form: str) -> str:
    """DD/MM/YYYY → %d/%m/%Y."""
    return _TOKEN.sub(lambda token: _TOKENS[token[0]], form.replace("%", "%%"))


def formats_wrong(params: Params) -> Problem | None:
    for form in params.get("formats") or ():
        if not {"%d", "%m"} <= set(re.findall("%.", strptime_form(form))) or "Y" not in form:
            return Problem(
                ("formats",),
                N_("%(form)s is not the form of a date"),
                N_("Write it with YYYY, MM and DD, such as DD/MM/YYYY or YYYY年M月D日 HH:mm"),
                {"form": form},
            )
    return None


def money(text: str, params: Params, context: Context) -> str | Problem | None:
    value = CLEANERS["money"].value(text, context.zone)
    if not isinstance(value, Decimal):
        return value
    return str((value * Decimal(str(params["times"]))).quantize(Decimal("0.01")))


def region(text: str, params: Params, context: Context) -> str | Problem | None:
    if _missing(text):
        return None
    place = place_of(normal(text))
    if isinstance(place, Problem):
        return place
    return getattr(place, params["part"]) or None


def age(text: str, params: Params, context: Context) -> str | Problem | None:
    """Of a birthday, on the day of the load."""
    born = None if _missing(text) else times.clean_wall_time(normal(text), context.zone)
    if not isinstance(born, date):
        return born
    years = ages.age_on(born, context.today)
    return years if isinstance(years, Problem) else str(years)


def birth_years(text: str, params: Params, context: Context) -> str | Problem | None:
    """Of an age or a band of ages, on the day of the load."""
    return None if _missing(text) else ages.birth_years(normal(text), context.today)


def id_card(text: str, params: Params, context: Context) -> str | Problem | None:
    card = None if _missing(text) else id_card_of(normal(text))
    if card is None or isinstance(card, Problem):
        return card
    return str(getattr(card, params["part"]))


def person_name(text: str, params: Params, context: Context) -> str | Problem | None:
    """张 三 → 张三, 李雷先生 → 李雷, full-width letters as usual; a title alone stays."""
    name = _SPACED.sub("", normal(text))
    return _TITLES.sub("", name) or name or None
