"""Values that people paste or upload → the customers who have them, through identity."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from pyroaring import BitMap

from cdp.cleaning.columns import CLEANERS, is_problem
from cdp.errors import N_, Problem
from cdp.identity.models import Identifier, IdentifierKind, IdentifierType

CLEANER_OF = {IdentifierKind.PHONE: "phone", IdentifierKind.EMAIL: "email", IdentifierKind.TEXT: "identifier"}
CHUNK = 5_000


@dataclass(frozen=True)
class Unmatched:
    """A value nobody has: its place in the list (from 1), as it was given, and why."""

    row: int
    value: str
    problem: Problem


@dataclass(frozen=True)
class Matching:
    """`origins` are the customers the values first came with."""

    origins: BitMap
    given: int
    repeated: int
    unmatched: list[Unmatched]


def values_match(values: Iterable[str], types: Sequence[IdentifierType]) -> Matching:
    """Match values against identifier types: all rows of a chunk at once, so 100,000 values take a few queries."""
    kinds = sorted({row.kind for row in types})
    slugs = [row.slug for row in types]
    first_row: dict[str, int] = {}
    given = 0
    for row, value in enumerate(values, start=1):
        if text := str(value).strip():
            given += 1
            first_row.setdefault(text, row)
    origins, unmatched = BitMap(), []
    pending = iter(first_row.items())
    while chunk := list(islice(pending, CHUNK)):
        forms = {text: _forms(text, kinds) for text, _row in chunk}
        owners = _owners({form for found, _problem in forms.values() for form in found}, slugs)
        for text, row in chunk:
            found, problem = forms[text]
            mine = [owners[form] for form in found if form in owners]
            origins.update(*mine) if mine else unmatched.append(Unmatched(row, text, problem))
    return Matching(origins, given, given - len(first_row), unmatched)


def _forms(text: str, kinds: Iterable[str]) -> tuple[set[str], Problem]:
    """The clean forms a value has under the kinds asked for, and what to say if nobody has any of them."""
    forms: set[str] = set()
    problem = None
    for kind in kinds:
        clean = CLEANERS[CLEANER_OF[IdentifierKind(kind)]].value(text, ZoneInfo(settings.CDP_TIME_ZONE))
        if is_problem(clean):
            problem = clean
        elif clean is not None:
            forms.add(clean)
    if forms or problem is None:
        problem = Problem(
            (), N_("No customer has this."), N_("Check the value, or load the file it comes from first.")
        )
    return forms, problem


def _owners(forms: set[str], slugs: Sequence[str]) -> dict[str, BitMap]:
    """Clean value → the origins that have it under one of the types."""
    owners: dict[str, BitMap] = {}
    for part in _parts(sorted(forms), 900):
        rows = Identifier.objects.filter(type__in=slugs, value__in=part)
        for value, origin in rows.values_list("value", "origin_id"):
            owners.setdefault(value, BitMap()).add(origin)
    return owners


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
