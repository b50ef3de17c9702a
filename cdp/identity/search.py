"""Find customers by what people type: a phone, an e-mail, a number of any platform, or a name."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from cdp.access.viewer import Viewer, may_look_up, sees_personal
from cdp.store.models import Customer, HasName, NameKey

from .models import Identifier, IdentifierType

MOST_NAMED = 1_000
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """`is_cut`: more names begin with the query than are listed."""

    customers: QuerySet[Customer]
    is_cut: bool = False


def customers_found(viewer: Viewer, customers: QuerySet[Customer], query: str) -> Found:
    """Identifiers match exactly, after cleaning. Only when none does, names are looked through: those that begin
    with the query, or else those that have it anywhere. Who sees names and phones masked finds nobody by them:
    an answer alone would tell whose they are."""
    query = cleaned(query)
    if number := re.fullmatch(r"#(\d{1,10})", query):
        return Found(customers.filter(pk=int(number[1])))
    if owners := owners_of(viewer, query):
        return Found(customers.filter(pk__in=owners))
    if not sees_personal(viewer):
        return Found(customers.none())
    if named := named_like(customers, query, MOST_NAMED):
        return Found(customers.filter(pk__in=named), len(named) == MOST_NAMED)
    return Found(customers.filter(attributes__name__icontains=query))


def owners_of(viewer: Viewer, query: str) -> list[int]:
    """The customers one of whose identifiers this is, among the types the viewer may look up by."""
    types = IdentifierType.objects.values_list("slug", "personal")
    slugs = [slug for slug, personal in types if may_look_up(viewer, slug, personal=personal)]
    held = Identifier.objects.filter(type__in=slugs, value__in=spellings(cleaned(query)))
    return [root or origin for origin, root in held.values_list("origin_id", "origin__merged_into")]


def named_like(customers: QuerySet[Customer], query: str, most: int) -> list[int]:
    """Ids of the first `most` customers, by name, whose name begins with the query. By index, at any size."""
    query = cleaned(query)
    keyed = customers.annotate(name_key=NameKey("attributes"))
    # The database makes both ends small, as it did the names: not every one knows all letters.
    first, beyond = (Lower(Value(end)) for end in (query, query + LAST_CHARACTER))
    found = keyed.filter(HasName("attributes"), name_key__gte=first, name_key__lt=beyond).order_by("name_key")
    return list(found.values_list("pk", flat=True)[:most])


def cleaned(query: str) -> str:
    return unicodedata.normalize("NFKC", query).strip()


def spellings(query: str) -> set[str]:
    """How the same identifier may be stored: as typed, lower case, and as a phone in E.164."""
    digits = re.sub(r"[\s()\-.+]", "", query)
    found = {query, query.lower()}
    if re.fullmatch(r"1\d{10}", digits):
        found.add(f"+86{digits}")
    elif re.fullmatch(r"\d{8,15}", digits):
        found.add(f"+{digits}")
    return found
