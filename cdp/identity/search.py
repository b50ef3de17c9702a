"""Find customers by what people type: a phone, an e-mail, a number of any platform, or a name."""

import re
import unicodedata

from django.db.models import Q, QuerySet

from cdp.access.viewer import Viewer, sees_personal
from cdp.store.models import Customer

from .models import Identifier, IdentifierType


def customers_found(viewer: Viewer, customers: QuerySet[Customer], query: str) -> QuerySet[Customer]:
    """Identifiers match exactly, after cleaning. Only when none does, names are looked through:
    whole names for those who see them masked, so that nobody can guess them letter by letter."""
    query = unicodedata.normalize("NFKC", query).strip()
    if number := re.fullmatch(r"#(\d{1,10})", query):
        return customers.filter(pk=int(number[1]))
    types = list(IdentifierType.objects.values_list("slug", flat=True))
    held = Identifier.objects.filter(type__in=types, value__in=spellings(query))
    origins = list(held.values_list("origin_id", "origin__merged_into"))
    if origins:
        return customers.filter(pk__in=[root or origin for origin, root in origins])
    by_name = Q(attributes__name__icontains=query) if sees_personal(viewer) else Q(attributes__name=query)
    return customers.filter(by_name)


def spellings(query: str) -> set[str]:
    """How the same identifier may be stored: as typed, lower case, and as a phone in E.164."""
    digits = re.sub(r"[\s()\-.+]", "", query)
    found = {query, query.lower()}
    if re.fullmatch(r"1\d{10}", digits):
        found.add(f"+86{digits}")
    elif re.fullmatch(r"\d{8,15}", digits):
        found.add(f"+{digits}")
    return found
