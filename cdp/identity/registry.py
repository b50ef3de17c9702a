"""Registering identifier types."""

import re

from cdp.errors import N_, user_error

from .models import IdentifierKind, IdentifierType

SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")


def identifier_type_register(
    *,
    slug: str,
    kind: str = IdentifierKind.TEXT,
    personal: bool = False,
    name_zh_hans: str = "",
    name_zh_hant: str = "",
    name_en: str = "",
) -> IdentifierType:
    """The identifier type of that name, made when it is new."""
    if not SLUG.fullmatch(slug) or slug in ("row", "customer_id"):
        raise user_error(
            N_("“%(slug)s” cannot be the short name of an identifier type."),
            N_("Use small Latin letters, digits and _, starting with a letter, for example jd_user."),
            slug=slug,
        )
    names = {"name_zh_hans": name_zh_hans, "name_zh_hant": name_zh_hant, "name_en": name_en}
    found, _made = IdentifierType.objects.get_or_create(
        slug=slug, defaults={"kind": kind, "personal": personal, **names}
    )
    return found
