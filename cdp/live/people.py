"""What a message says of a person: identifiers, and traits under the names customers have here."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS
from cdp.errors import N_, Problem
from cdp.sources.columns import folded
from cdp.sources.headers import ATTRIBUTES, IDENTIFIERS

from .books import Book, Cleaned
from .messages import Message, id_text
from .values import is_nothing, slug_of

USER, VISITOR = "app_user", "visitor"
# What a person's number is called in a message is no trait.
OWN = frozenset(("id", "userid", "user_id", "anonymousid", "uid"))
_IDENTIFIERS = {folded(header): known.slug for known in IDENTIFIERS for header in known.headers}
_ATTRIBUTES = {folded(header): known.slug for known in ATTRIBUTES for header in known.headers}
_ADDRESS = {"city": "city", "state": "province", "province": "province", "region": "province", "country": "country"}
ZONE = ZoneInfo("UTC")
NO_ID = Problem((), N_("This is no identifier"), N_("Send it as a text"))


def identifiers_of(message: Message, problems: list[Problem]) -> dict[str, str]:
    """Clean values by identifier type; what cannot be one is told in `problems`."""
    given = {USER: message.user_id, VISITOR: message.anonymous_id}
    for name, value in message.traits.items():
        slug = _IDENTIFIERS.get(folded(name))
        if not slug or slug in (USER, VISITOR) or name.lower() in OWN or is_nothing(value):
            continue
        # "True" would be the identifier of everybody who sends it.
        if text := id_text(value):
            given[slug] = text
        else:
            problems.append(Problem((slug,), NO_ID.message, NO_ID.hint))
    found: dict[str, str] = {}
    for slug, text in given.items():
        clean = CLEANERS[slug if slug in ("phone", "email") else "identifier"].value(text, ZONE) if text else None
        if isinstance(clean, Problem):
            problems.append(Problem((slug,), clean.message, clean.hint, clean.params))
        elif clean is not None:
            found[slug] = clean
    return found


def name_cleaned(text: str) -> str | None:
    """What an application calls somebody, as it is stored; None for what cannot be a name."""
    clean = CLEANERS["identifier"].value(text, ZONE) if text else None
    return clean if isinstance(clean, str) else None


def traits_of(message: Message, book: Book, zone: ZoneInfo) -> Cleaned:
    """Attributes as columns hold them; those everybody has in their one right form."""
    found = book.clean(_named(message.traits), zone)
    for slug, name in ATTRIBUTE_CLEANERS.items():
        if isinstance(value := found.values.get(slug), str):
            clean = CLEANERS[name].value(value, zone)
            if clean is None or isinstance(clean, Problem):
                del found.values[slug]
                if clean is not None:
                    found.problems.append(Problem((slug,), clean.message, clean.hint, clean.params))
            else:
                found.values[slug] = clean
    return found


def _named(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Traits by the attributes they are of; identifiers are none."""
    named: dict[str, Any] = {}
    for name, value in traits.items():
        bare = folded(name)
        if name.lower() in OWN or bare in _IDENTIFIERS or is_nothing(value):
            continue
        if bare == "address" and isinstance(value, Mapping):
            named |= {_ADDRESS[part]: text for part, text in value.items() if part in _ADDRESS and text}
        else:
            named[_ATTRIBUTES.get(bare) or slug_of(name) or name] = value
    return named
