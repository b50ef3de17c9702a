"""Which tags can be followed for a few customers, and what of the data each of them is about."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from cdp.errors import UserError
from tags.dependencies import TAG, Graph, Ref, upstream
from tags.labels import VersionKey, published_mark
from tags.models import EmptyPolicy, TagVersion, VersionState
from tags.rules.definition import (
    Cut,
    Definition,
    Formula,
    Labels,
    Lifecycle,
    Listed,
    MeasureTag,
    Preference,
    definition_references,
    parse_definition,
)
from tags.rules.nodes import Measure, Node, Rank
from tags.rules.walk import References, leaves
from tags.states import is_expired

MOST = 10_000


@dataclass(frozen=True)
class Followed:
    """A tag in force with a result in use of the moment `as_of`. `keeps`: who has no value now keeps the one the
    run in use gave, as at a refresh. `lapses`: values count for some days only."""

    pk: int
    slug: str
    kind: str
    as_of: datetime
    keeps: bool
    lapses: bool
    definition: Definition
    references: References

    @property
    def ref(self) -> Ref:
        return Ref(TAG, self.slug)

    @property
    def is_alone(self) -> bool:
        """How long ago a value was last given, and so whether it is still kept, is a matter of runs, too."""
        return is_alone(self.definition) and not (self.keeps and self.lapses)

    @property
    def rules(self) -> list[Node | Measure]:
        match self.definition:
            case Labels(layers=layers):
                return [layer.when for layer in layers]
            case MeasureTag(measure=measure):
                return [measure]
            case _:
                return []


_lock = threading.Lock()
# None: it can no longer be read, which is told by its next run.
_kept: dict[VersionKey, tuple[Definition, References] | None] = {}


def tags_followed() -> dict[Ref, Followed]:
    """The tags with a result in use that say of each customer by itself what they say."""
    return {one.ref: one for one in tags_in_use() if one.is_alone}


def tags_in_use() -> list[Followed]:
    """The tags with a result in use that has not expired."""
    found = TagVersion.objects.filter(state=VersionState.PUBLISHED, tag__run__isnull=False)
    rows = (
        found.order_by("tag__slug")
        .annotate(mark=published_mark(), as_of=F("tag__run__as_of"))
        .values_list(
            "pk", "mark", "tag_id", "tag__slug", "tag__kind", "as_of", "tag__valid_days", "tag__empty_policy"
        )
    )
    chosen, now = list(rows), timezone.now()
    read = _definitions({(pk, mark): kind for pk, mark, _tag, _slug, kind, *_more in chosen})
    return [
        Followed(tag, slug, kind, as_of, policy == EmptyPolicy.KEEP, days is not None, *definition)
        for pk, mark, tag, slug, kind, as_of, days, policy in chosen
        if (definition := read.get((pk, mark))) and not is_expired(as_of, days, now)
    ]


def _definitions(wanted: Mapping[VersionKey, str]) -> dict[VersionKey, tuple[Definition, References] | None]:
    with _lock:
        found = {key: _kept[key] for key in wanted if key in _kept}
    if missing := {key[0]: key for key in wanted if key not in found}:
        rows = TagVersion.objects.filter(pk__in=missing).values_list("pk", "definition")
        read = {missing[pk]: _read(wanted[missing[pk]], definition) for pk, definition in rows}
        found |= read
        with _lock:
            if len(_kept) + len(read) > MOST:
                _kept.clear()
            _kept.update(read)
    return found


def _read(kind: str, data: Any) -> tuple[Definition, References] | None:
    try:
        definition = parse_definition(kind, data)
    except UserError:
        return None
    return definition, definition_references(kind, definition)


def is_alone(definition: Definition) -> bool:
    """Whether what it says of a customer depends on nobody else."""
    match definition:
        case Labels(layers=layers):
            return not any(rule_compares(layer.when) for layer in layers)
        case MeasureTag(bins=bins) | Formula(bins=bins):
            return not isinstance(bins, Cut)
        case Preference() | Lifecycle() | Listed():
            return True
        case _:
            return False


def rule_compares(rule: Node) -> bool:
    """Whether a rule compares customers with each other."""
    return any(isinstance(leaf, Rank) for leaf in leaves(rule))


def followable(alone: Iterable[Ref], known: Iterable[Ref], graph: Graph) -> set[Ref]:
    """Those of `alone` that are built on nothing, of all that is `known`, that cannot be followed itself."""
    chosen = set(alone)
    others = set(known) - chosen
    return {ref for ref in chosen if not upstream(graph, [ref]) & others}


def is_touched(what: References, events: Iterable[str]) -> bool:
    """Whether these events may change it."""
    return what.all_events or not what.events.isdisjoint(events)
