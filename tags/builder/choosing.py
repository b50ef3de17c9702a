"""Drop-downs of named things: under headings, and found by name, by how they sound or by their short name."""

from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext as _

from cdp import pinyin
from tags.rules.catalog import Catalog, Field, Names, TagInfo, name_in

from .parts import Choice, Choices, Input

BETWEEN = "|"
# Where the built-in attributes are listed; the categories of others are called as they were registered.
HEADINGS: Mapping[str, Callable[[], str]] = {
    "basic": lambda: _("About the person"),
    "place": lambda: _("Where they are"),
    "membership": lambda: _("Membership"),
    "wechat": lambda: _("WeChat"),
}


def chooser(
    name: str,
    label: str,
    value: str,
    named: Mapping[str, Names],
    language: str,
    *,
    headings: Mapping[str, str] | None = None,
    rebuilds: bool = False,
) -> Input:
    """One that is gone stays in it, to be seen and replaced. `headings`: slug → what it stands under."""
    first = []
    if value and value not in named:
        first = [Choice(value, _("%(name)s (no longer there)") % {"name": value})]
    elif not value:
        first = [Choice("", _("Choose…"))]
    grouped: dict[str, list[Choice]] = {}
    for slug, names in named.items():
        grouped.setdefault((headings or {}).get(slug, ""), []).append(_choice(slug, names, language))
    options = tuple(Choices(heading, tuple(choices)) for heading, choices in grouped.items())
    return Input(
        name,
        "select",
        label,
        value,
        options=(Choices("", tuple(first)), *options) if first else options,
        rebuilds=rebuilds,
        searched=True,
    )


def _choice(slug: str, names: Names, language: str) -> Choice:
    label = name_in(names, language, slug)
    others = [text for text in (*names.values(), slug) if text != label]
    sounds = [sound for text in dict.fromkeys((label, *others)) for sound in pinyin.sounds(text)]
    return Choice(slug, label, BETWEEN.join(dict.fromkeys(others)), BETWEEN.join(dict.fromkeys(sounds)))


def in_order(named: Mapping[str, Names], headings: Mapping[str, str]) -> dict[str, Names]:
    """Those under the first heading first: of a property that is "of these events"."""
    places = {heading: place for place, heading in enumerate(dict.fromkeys(headings.values()))}
    return dict(sorted(named.items(), key=lambda one: places.get(headings.get(one[0], ""), 0)))


def attribute_headings(attributes: Mapping[str, Field]) -> dict[str, str]:
    return {slug: _heading(one.category) for slug, one in attributes.items()}


def _heading(category: str) -> str:
    known = HEADINGS.get(category)
    return known() if known else category or _("Other attributes")


def tag_headings(tags: Mapping[str, TagInfo], language: str) -> dict[str, str]:
    other = _("Other tags")
    return {slug: name_in(one.category, language, other) for slug, one in tags.items()}


def property_headings(
    properties: Collection[str], events: Collection[str], used: Mapping[str, Collection[str]], catalog: Catalog
) -> dict[str, str]:
    """Those that the chosen events have stand apart from those that only others have."""
    known = [used[event] for event in events if event in used]
    if not known or len(known) < len(events):
        return {}
    own, other = _("Of these events"), _("Of other events only")
    has = [slug for slug in properties if any(slug in one for one in known) or _fixed(slug, catalog)]
    return {**dict.fromkeys(has, own), **{slug: other for slug in properties if slug not in has}}


def _fixed(slug: str, catalog: Catalog) -> bool:
    """Every event has those."""
    return slug not in catalog.properties
