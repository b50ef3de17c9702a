"""How numbers, moments, problems and long work read, in the language of the page."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cdp.access.people import person_name
from cdp.channels import CHANNELS
from cdp.errors import Problem
from cdp.jobs import JobPage, may_cancel
from cdp.naming import Named

register = template.Library()
register.filter("person_name", person_name)
Number = int | float | Decimal
Units = tuple[tuple[int, dict[str, str], str], ...]

CHINESE_UNITS: Units = ((10**8, {"zh-hant": "億"}, "亿"), (10**4, {"zh-hant": "萬"}, "万"))
WESTERN_UNITS = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """The text of a block a second time: the title stands in the head and on the page."""
    return context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context).strip()


@register.filter
def number(value: Number | None) -> str:
    """1234567.5 → 1,234,567.5; nothing → a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


@register.filter
def short(value: Number | None) -> str | SafeString:
    """123456 → 12.3 万 or 123.5K, exact on hover; small numbers stay whole."""
    if value is None or value == "":
        return "—"
    if abs(float(value)) < 10_000:
        return number(value)
    text = _short_chinese(value) if (get_language() or "").startswith("zh") else _short_western(value)
    return format_html('<span title="{}">{}</span>', number(value), text)


def _short_chinese(value: Number) -> str:
    for size, regional, usual in CHINESE_UNITS:
        if abs(float(value)) >= size:
            return f"{_one_decimal(float(value) / size)} {regional.get(get_language() or '', usual)}"
    return number(value)


def _short_western(value: Number) -> str:
    for size, unit in WESTERN_UNITS:
        if abs(float(value)) >= size:
            return f"{_one_decimal(float(value) / size)}{unit}"
    return number(value)


def _one_decimal(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


@register.filter
def percent(share: float | None) -> str:
    """0.1234 → 12.3%."""
    return "—" if share is None else f"{_one_decimal(100 * share)}%"


@register.filter
def duration(seconds: float | None) -> str:
    """75 → 1 min 15 s."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    if whole < 1:
        return gettext("under 1 s")
    if whole < 60:
        return gettext("%(count)s s") % {"count": whole}
    if whole < 3600:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": whole // 60, "seconds": whole % 60}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": whole // 3600, "minutes": whole % 3600 // 60}


@register.filter
def when(value: datetime | date | None) -> str | SafeString:
    """A moment as people say it (yesterday 14:02), exact on hover with the zone."""
    if value is None:
        return "—"
    if not isinstance(value, datetime):
        return date_format(value, gettext("j M Y"))
    local = timezone.localtime(value)
    exact = f"{local:%Y-%m-%d %H:%M:%S} ({settings.TIME_ZONE})"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, _spoken(local))


def _spoken(local: datetime) -> str:
    now = timezone.localtime()
    passed = now - local
    if timedelta(0) <= passed < timedelta(minutes=1):
        return gettext("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        minutes = passed.seconds // 60
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    near = {0: _("today %(time)s"), 1: _("yesterday %(time)s"), -1: _("tomorrow %(time)s")}
    days = (now.date() - local.date()).days
    if days in near:
        return near[days] % {"time": f"{local:%H:%M}"}
    return date_format(local, gettext("j M, H:i") if local.year == now.year else gettext("j M Y"))


@register.filter
def channel_name(slug: str) -> str:
    return str(dict(CHANNELS).get(slug, slug))


@register.filter
def translated(message: str) -> str:
    """A message id marked with `N_`, in the page's language."""
    return gettext(message)


@register.filter
def in_slugs(slug: str, named: Iterable[Named]) -> bool:
    return any(thing.slug == slug for thing in named)


@register.filter
def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@register.filter
def problem_text(problem: Problem | dict[str, Any]) -> str:
    """What happened, in the page's language."""
    problem = _as_problem(problem)
    return _filled(problem.message, problem.params)


@register.filter
def problem_hint(problem: Problem | dict[str, Any]) -> str:
    """What to do about it, in the page's language; empty when there is nothing to say."""
    problem = _as_problem(problem)
    return _filled(problem.hint, problem.params) if problem.hint else ""


def _as_problem(problem: Problem | dict[str, Any]) -> Problem:
    if isinstance(problem, Problem):
        return problem
    return Problem(
        tuple(problem.get("path", ())), problem["message"], problem.get("hint", ""), problem.get("params", {})
    )


def _filled(message: str, params: dict[str, Any]) -> str:
    text = gettext(message)
    return text % params if params else text


@register.inclusion_tag("parts/job.html")
def job_bar(job: Any, reload: bool = False, user: Any = None) -> dict[str, Any]:
    """How far a job is, looked at again every second while it is open.

    `reload`: load the page anew when it is over, for pages that then show its outcome.
    `user`: who may press cancel; without one there is no button.
    """
    label = job._meta.label_lower
    asked = "?reload=1" if reload else ""
    return {
        "job": job,
        "page": JobPage.of(job, timezone.now()),
        "url": reverse("jobs:bar", args=[label, job.pk]) + asked,
        "cancel_url": reverse("jobs:cancel", args=[label, job.pk]) + asked
        if user and may_cancel(user, job)
        else "",
    }


@register.filter
def rule_query(rule: dict[str, Any]) -> str:
    """The query of an address that opens a form with this rule."""
    return urlencode({"rule": json.dumps(rule, ensure_ascii=False, separators=(",", ":"))})
