"""A message's JSON for those who may not see what is people's own. Pure: it keeps the form, and of the values those
that the lake would keep, too."""

from collections.abc import Callable, Mapping
from typing import Any

from cdp.access.masking import masked

from .books import is_address, query_bare

# What these say is about the message.
ABOUT_IT = frozenset(
    ("type", "event", "messageId", "timestamp", "originalTimestamp", "sentAt", "name", "category", "properties")
)
OF_CONTEXT = frozenset(("app", "campaign", "library", "locale", "os", "page", "screen", "timezone"))
IsPersonal = Callable[[str], bool]


def raw_masked(raw: Any, is_personal: IsPersonal) -> Any:
    """`is_personal` says of a property's name whether its values are."""
    if not isinstance(raw, Mapping):
        return everything_masked(raw)
    plain = ABOUT_IT | {"traits", "groupId"} if raw.get("type") == "group" else ABOUT_IT
    return {name: _part(name, value, plain, is_personal) for name, value in raw.items()}


def _part(name: str, value: Any, plain: frozenset[str], is_personal: IsPersonal) -> Any:
    if name == "context" and isinstance(value, Mapping):
        return {key: _part(key, one, OF_CONTEXT, is_personal) for key, one in value.items()}
    return _personal_masked(value, is_personal) if name in plain else everything_masked(value)


def _personal_masked(value: Any, is_personal: IsPersonal) -> Any:
    if isinstance(value, Mapping):
        return {
            name: everything_masked(one) if is_personal(name) else _personal_masked(one, is_personal)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_personal_masked(one, is_personal) for one in value]
    if is_address(value):
        return masked(value)
    return query_bare(value, is_personal) if isinstance(value, str) else value


def everything_masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: everything_masked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [everything_masked(one) for one in value]
    return value if value is None or isinstance(value, bool) else masked(str(value))
