"""Registering attributes, properties and events: one name, one kind, everywhere and for good."""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction

from cdp.errors import N_, Problem, UserError, user_error
from cdp.naming import Named

from .kinds import RESERVED
from .models import Attribute, EventType, Property, ValueKind
from .themes import Theme, theme_guessed
from .versions import version_renew

N = TypeVar("N", bound=Named)
K = TypeVar("K", Attribute, Property)
COLUMN_SLUG = re.compile(r"[^\W\d]\w{0,63}")
EVENT_SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")


def attribute_register(
    *,
    slug: str,
    kind: str,
    personal: bool = False,
    name_zh_hans: str = "",
    name_zh_hant: str = "",
    name_en: str = "",
    category: str = "",
    theme: str = "",
) -> Attribute:
    """The attribute of that name, made when it is new. Raises `UserError` when it has another kind. Without a
    `theme` a new one has that which its names tell."""
    _check_column(slug, reserved=frozenset({"customer_id"}))
    names = {"name_zh_hans": name_zh_hans, "name_zh_hant": name_zh_hant, "name_en": name_en}
    about = theme or theme_guessed(slug, *names.values()) or Theme.WHO
    return _register(
        Attribute,
        slug,
        kind,
        lambda: Attribute(slug=slug, kind=kind, personal=personal, category=category, theme=about, **names),
    )


def property_register(
    *, slug: str, kind: str, name_zh_hans: str = "", name_zh_hant: str = "", name_en: str = ""
) -> Property:
    """The property of that name, made when it is new. Raises `UserError` when it has another kind."""
    _check_column(slug, reserved=RESERVED)
    names = {"name_zh_hans": name_zh_hans, "name_zh_hant": name_zh_hant, "name_en": name_en}
    return _register(Property, slug, kind, lambda: Property(slug=slug, kind=kind, **names))


def event_type_register(
    *, slug: str, name_zh_hans: str = "", name_zh_hant: str = "", name_en: str = ""
) -> EventType:
    """The event of that name, made when it is new."""
    if not EVENT_SLUG.fullmatch(slug):
        raise user_error(
            N_("“%(slug)s” cannot be the short name of an event."),
            N_("Use small Latin letters, digits and _, starting with a letter, for example add_to_cart."),
            slug=slug,
        )
    names = {"name_zh_hans": name_zh_hans, "name_zh_hant": name_zh_hant, "name_en": name_en}
    return _get_or_make(EventType, slug, lambda: EventType(slug=slug, **names))


def _check_column(slug: str, *, reserved: frozenset[str]) -> None:
    if not COLUMN_SLUG.fullmatch(slug) or unicodedata.normalize("NFKC", slug) != slug:
        raise user_error(
            N_("“%(slug)s” cannot be a short name."),
            N_("Use letters (Chinese ones too), digits and _, not starting with a digit."),
            slug=slug,
        )
    if slug.lower() in reserved:
        raise user_error(N_("“%(slug)s” is a name the system uses itself."), N_("Choose another name."), slug=slug)


def _register(model: type[K], slug: str, kind: str, make: Callable[[], K]) -> K:
    if kind not in ValueKind.values:
        raise user_error(N_("There is no kind of value called “%(kind)s”."), kind=kind)
    found = _get_or_make(model, slug, make)
    if found.kind != kind:
        raise UserError(_clash(slug, found.kind, kind))
    return found


def _clash(slug: str, known: str, asked: str) -> Problem:
    return Problem(
        (slug,),
        N_("“%(slug)s” is already known as %(known)s and cannot also be %(asked)s."),
        N_("Give this column another name, or read it as what it already is."),
        {"slug": slug, "known": known, "asked": asked},
    )


def _get_or_make(model: type[N], slug: str, make: Callable[[], N]) -> N:
    rows = model._default_manager
    clash = rows.filter(slug__iexact=slug).exclude(slug=slug).first()
    if clash is not None:
        raise user_error(
            N_("“%(slug)s” differs from “%(known)s” only by capital letters."),
            N_("Use the name that is already there."),
            slug=slug,
            known=clash.slug,
        )
    found = rows.filter(slug=slug).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = make()
            made.save()
    except IntegrityError:
        return rows.get(slug=slug)
    version_renew()
    return made
