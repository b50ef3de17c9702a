"""One customer by one identifier, however it is written: what the profile API asks for."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from cdp.access.viewer import SYSTEM, Viewer, may_look_up, profile_scope
from cdp.cleaning.columns import CLEANERS
from cdp.compiled import Compiled
from cdp.errors import Problem
from cdp.store.models import Customer
from cdp.store.selectors import customers_one_by_one

from .models import Identifier, IdentifierKind, IdentifierType


def identifier_cleaned(kind: IdentifierType, text: str) -> str | Problem | None:
    """The value as a load would have stored it; None for nothing, or what is wrong with it."""
    cleaner = CLEANERS["identifier" if kind.kind == IdentifierKind.TEXT else kind.kind]
    return cleaner.value(text.replace("\0", ""), ZoneInfo(settings.CDP_TIME_ZONE))


def customer_of(viewer: Viewer, kind: IdentifierType, value: str) -> Customer | None:
    """Whose clean value this is, merges followed, if the viewer may look up by that type and see the customer.
    One query."""
    if not may_look_up(viewer, kind.slug, personal=kind.personal):
        return None
    if profile_scope(viewer):
        return _found(viewer, kind.slug, value).first()
    return next(iter(_of_everybody(kind.slug, value)), None)


def _found(viewer: Viewer, type: str, value: str) -> QuerySet[Customer]:
    held = Identifier.objects.filter(type=type, value=value)
    owners = held.values_list(Coalesce("origin__merged_into_id", "origin_id"))
    return customers_one_by_one(viewer).filter(pk__in=owners)


_of_everybody = Compiled(lambda type, value: _found(SYSTEM, type, value), "a type", "a value")
