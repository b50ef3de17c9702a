"""What the values of tags are called: read from a definition once a process, because a version in force
never changes."""

import threading
from collections.abc import Collection, Mapping

from django.db.models import Expression, F, TextField
from django.db.models.functions import Cast

from .models import TagVersion
from .rules.catalog import Names
from .rules.definition import parse_definition

MOST = 10_000
# A version and when it was published: ids alone come again after a rolled-back transaction.
VersionKey = tuple[int, str | None]
ValueNames = Mapping[str, Names]

_lock = threading.Lock()
_kept: dict[VersionKey, ValueNames] = {}


def published_mark(field: str = "published_at") -> Expression:
    """As text: turning hundreds of moments into objects takes longer than all the rest of a query."""
    return Cast(F(field), TextField())


def value_names(keys: Collection[VersionKey]) -> dict[VersionKey, ValueNames]:
    """Value → names by language, in the order of the definition, of versions that are or were in force.
    One query at most; a version that is gone is left out."""
    with _lock:
        found = {key: _kept[key] for key in keys if key in _kept}
    if len(found) < len(keys):
        read = _read({key[0]: key for key in keys if key not in found})
        found |= read
        with _lock:
            if len(_kept) + len(read) > MOST:
                _kept.clear()
            _kept.update(read)
    return found


def _read(keys: Mapping[int, VersionKey]) -> dict[VersionKey, ValueNames]:
    rows = TagVersion.objects.filter(pk__in=keys).order_by().values_list("pk", "tag__kind", "definition")
    return {
        keys[pk]: {label.value: label.names for label in parse_definition(kind, definition).labels}
        for pk, kind, definition in rows
    }
