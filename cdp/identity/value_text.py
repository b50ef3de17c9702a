"""A value somebody types in, as it stands in a profile."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS, is_problem
from cdp.errors import N_, Problem, UserError, user_error
from cdp.store.models import Attribute
from cdp.store.profiles import profile_value


def value_read(attribute: Attribute, text: str) -> Any:
    """Clean it as a file's cell of that attribute. Raises `UserError` when it cannot be read."""
    if not text.strip():
        raise user_error(N_("No value was given. Nothing was changed."), N_("Write the value that counts."))
    cleaner = CLEANERS[ATTRIBUTE_CLEANERS.get(attribute.slug, attribute.kind)]
    value = cleaner.value(text.strip(), ZoneInfo(settings.CDP_TIME_ZONE))
    if is_problem(value):
        raise UserError(Problem((attribute.slug,), value.message, value.hint, value.params))
    if value is None:
        raise user_error(
            N_("This says that nothing is known. Nothing was changed."), N_("Write the value that counts.")
        )
    return profile_value(attribute, value)
