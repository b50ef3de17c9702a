"""Everything that writes to the store."""

from .batches import (
    batch_commit,
    batch_open,
    batch_undo,
    batch_writing,
    changes_publish,
    profiles_refresh,
)
from .compaction import lake_compact
from .events import EventsAdded, events_add, events_adding, events_repeated
from .given import Query
from .profiles import golden_refresh, records_add
from .registry import attribute_register, event_type_register, property_register
from .replacing import batch_replace
from .theming import themes_set
from .vacuum import lake_vacuum
from .values import golden_request, sources_rank, survivorship_set, value_lock, value_unlock

__all__ = [
    "EventsAdded",
    "Query",
    "attribute_register",
    "batch_commit",
    "batch_open",
    "batch_replace",
    "batch_undo",
    "batch_writing",
    "changes_publish",
    "event_type_register",
    "events_add",
    "events_adding",
    "events_repeated",
    "golden_refresh",
    "golden_request",
    "lake_compact",
    "lake_vacuum",
    "profiles_refresh",
    "property_register",
    "records_add",
    "sources_rank",
    "survivorship_set",
    "themes_set",
    "value_lock",
    "value_unlock",
]
