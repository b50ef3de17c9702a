"""List: what people gave to customers and is in force at the moment asked about."""

from datetime import datetime

import numpy as np
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from pyroaring import BitMap

from tags.models import TagEntry
from tags.rules.catalog import Catalog, name_in
from tags.rules.definition import Listed
from tags.rules.windows import Moment

from .base import Facts, Result, Sentence, World
from .keeping import keep_nothing
from .words import words_of

keep = keep_nothing


def evaluate(definition: Listed, world: World) -> Result:
    if world.tag is None:
        raise ValueError("the values of a list belong to a tag")
    rows = in_force(world.tag, world.evaluation.moment.as_of)
    ids, values = zip(*rows, strict=True) if rows else ((), ())
    who, what = np.array(ids, dtype=np.uint32), np.array(values, dtype=object)
    if not definition.multiple:
        # Turned round, the first of each customer is the latest.
        who, first = np.unique(who[::-1], return_index=True)
        what = what[::-1][first]
    found = {value: BitMap(who[what == value]) & world.universe for value in sorted(set(values))}
    return Result({label.value: BitMap() for label in definition.labels} | found)


def in_force(slug: str, as_of: datetime) -> list[tuple[int, str]]:
    """Customer and value, the earliest given first. Who was merged stands for whom they became."""
    held = TagEntry.objects.filter(
        Q(removed_at=None) | Q(removed_at__gt=as_of), tag__slug=slug, added_at__lte=as_of
    )
    held = held.filter(Q(expires_at=None) | Q(expires_at__gt=as_of)).order_by("added_at", "pk")
    now = held.annotate(root=Coalesce("customer__merged_into", F("customer")))
    return list(now.values_list("root", "value"))


def read_out(
    definition: Listed, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    words = words_of(language)
    said = [words.listed_all if definition.multiple else words.listed_last]
    if definition.labels:
        names = words.comma.join(name_in(label.names, language, label.value) for label in definition.labels)
        said.append(words.listed_values.format(names=names))
    return [Sentence("", words.semicolon.join(said))]
