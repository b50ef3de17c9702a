"""The words of dashboards in the language that is active."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.errors import N_

from .figures.house import Words
from .figures.numerals import whole
from .figures.tiles import BY_NAME

CHANNELS = {
    "app": N_("App"),
    "web": N_("Web shop"),
    "tmall": N_("Tmall"),
    "jd": N_("JD"),
    "wechat": N_("WeChat mini-program"),
    "douyin": N_("Douyin"),
    "pdd": N_("Pinduoduo"),
    "kuaishou": N_("Kuaishou"),
    "store": N_("Stores"),
    "other": N_("Other channels"),
}
VALUES = {
    ("gender", "male"): N_("male"),
    ("gender", "female"): N_("female"),
    ("gender", "unknown"): N_("not known"),
}
BOOLEANS = {"true": N_("yes"), "false": N_("no")}


def words(against: str = "") -> Words:
    """`against`: whom a group is compared with, when it is not everyone."""
    return Words(
        group=_("This group"),
        everyone=against or _("Everyone"),
        tgi=_("TGI"),
        weekdays=(_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")),
        language=get_language() or "zh-hans",
        untold=untold(),
    )


def untold() -> str:
    """Why a number is not told that is no small one."""
    return _("– is not told, so that fewer than %(least)s do not follow from it")


def untold_of(data: Mapping[str, Any]) -> str:
    """The same of the numbers behind a chart."""
    return untold() % {"least": data["base"][2]}


def more_often(against: str) -> str:
    return _("More often than “%(name)s”") % {"name": against} if against else _("More often than everyone")


def less_often(against: str) -> str:
    return _("Less often than “%(name)s”") % {"name": against} if against else _("Less often than everyone")


def others() -> str:
    return _("others")


def channel_label(slug: str) -> str:
    return _(CHANNELS[slug]) if slug in CHANNELS else slug


def value_label(field: str, value: str, language: str) -> str:
    """A stored value as the reader says it; most values are the organisation's own and stay as they are."""
    if field == "province" and value in BY_NAME:
        return BY_NAME[value].full(language)
    known = VALUES.get((field, value)) or BOOLEANS.get(value)
    return _(known) if known else value


def value_text(field: str, kind: str, value: Any) -> str:
    """A value of a profile or an event as a reader writes it."""
    language = get_language() or "zh-hans"
    if isinstance(value, list):
        return _(", ").join(value_label(field, str(item), language) for item in value)
    if isinstance(value, bool):
        return _(BOOLEANS[str(value).lower()])
    if kind == "money":
        return f"¥{float(value):,.2f}"
    if kind == "number":
        return f"{float(value):,.6g}" if abs(float(value)) < 1e6 else whole(float(value))
    if kind == "date":
        return _date_text(value)
    if kind == "geo" and isinstance(value, dict):
        return f"{value['lat']:.4f}, {value['lon']:.4f}"
    return value_label(field, str(value), language)


def _date_text(value: Any) -> str:
    """Business-local wall time; midnight is a date."""
    moment = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    text = date_format(moment, _("j M Y"))
    timed = isinstance(moment, datetime) and (moment.hour, moment.minute) != (0, 0)
    return f"{text} {moment:%H:%M}" if timed else text
