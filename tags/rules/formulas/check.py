"""A formula's names against the catalog: every one is there and is a number."""

from collections.abc import Iterable

from cdp.errors import N_

from ..catalog import Catalog
from ..reading import Path, Reading, nearest
from ..value_kinds import NUMBER
from .nodes import AttributeNumber, Expression, Name, TagNumber, names


def check_names(reading: Reading, expression: Expression, catalog: Catalog, path: Path) -> None:
    """Report every name that is unknown or has no numbers."""
    for name in names(expression):
        match name:
            case TagNumber(slug):
                if slug not in catalog.tags:
                    _unknown_tag(reading, name, catalog, path)
                elif not catalog.tags[slug].has_numbers:
                    refuse(reading, name, N_('The tag "%(name)s" (character %(place)s) has no numbers.'), path)
            case AttributeNumber(slug):
                field = catalog.attributes.get(slug)
                if field is None:
                    message = N_('There is no attribute "%(name)s" (character %(place)s).')
                    _unknown(reading, name, message, catalog.attributes, path)
                elif field.kind not in NUMBER:
                    refuse(reading, name, N_('The attribute "%(name)s" (character %(place)s) is no number.'), path)


def _unknown_tag(reading: Reading, name: TagNumber, catalog: Catalog, path: Path) -> None:
    message = N_('There is no tag "%(name)s" (character %(place)s).')
    if name.slug in catalog.attributes:
        refuse(reading, name, message, path, N_("The attribute is written attribute[%(name)s]."))
    else:
        _unknown(reading, name, message, catalog.tags, path)


def _unknown(reading: Reading, name: Name, message: str, known: Iterable[str], path: Path) -> None:
    close = nearest(name.slug, known)
    hint = N_("Did you mean %(nearest)s?") if close else ""
    refuse(reading, name, message, path, hint, nearest=", ".join(close))


def refuse(reading: Reading, name: Name, message: str, path: Path, hint: str = "", **params: object) -> None:
    reading.refuse(path, message, hint, name=name.slug, place=name.at, **params)
