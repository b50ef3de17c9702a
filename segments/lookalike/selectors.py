"""What searches found: by which tags, how well, and whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet
from pyroaring import BitMap

from cdp.access.viewer import Viewer, customer_scope
from cdp.bitmaps import bitmap_of_ids
from cdp.ledger.models import JobState
from tags.membership import visible
from tags.selectors import tags, value_labels
from tags.services import person

from ..models import Lookalike
from ..selectors import segment_members
from .holdout import Size
from .score import Weight


def lookalikes(viewer: Viewer) -> QuerySet[Lookalike]:
    """The searches a viewer may look at, the latest first and without their rankings: what somebody found who may
    see customers the viewer may not is not among them."""
    found = Lookalike.objects.select_related("seed", "requested_by").defer("ranking", "seed__bitmap")
    if not customer_scope(viewer):
        return found
    who = person(viewer)
    return found.none() if who is None else found.filter(requested_by=who)


def lookalike_latest(viewer: Viewer, slug: str) -> tuple[Lookalike | None, Lookalike | None]:
    """The latest search for a segment, and the latest that found something."""
    found = lookalikes(viewer).filter(seed__slug=slug)
    return found.first(), found.filter(state=JobState.DONE).first()


def sizes_of(lookalike: Lookalike) -> list[Size]:
    return [Size.from_json(one) for one in lookalike.sizes]


def size_of(lookalike: Lookalike, size: int) -> Size | None:
    return next((one for one in sizes_of(lookalike) if one.size == size), None)


def lookalike_members(viewer: Viewer, lookalike: Lookalike, size: int, *, with_seed: bool = False) -> BitMap:
    """The most similar customers of those the viewer may see, without whoever has become a member since; or with
    all who are members now."""
    ranking = Lookalike.objects.values_list("ranking", flat=True).get(pk=lookalike.pk)
    ids = np.frombuffer(bytes(ranking or b""), dtype=np.uint32)[:size]
    found, members = visible(viewer, bitmap_of_ids(ids)), segment_members(viewer, lookalike.seed.slug)
    return found | members if with_seed else found - members


def tag_names(viewer: Viewer, slugs: Sequence[str]) -> str:
    return ", ".join(tag.name for tag in tags(viewer).filter(slug__in=slugs)) if slugs else ""


@dataclass(frozen=True)
class WeightRow:
    """One weight in words. `bar`: its length in percent, of the heaviest."""

    weight: Weight
    tag: str
    value: str
    bar: float
    shares: tuple[float, float]
    shown: bool

    @property
    def times(self) -> float:
        """How many times as often members have it as everybody (with the prior), or the other way round."""
        return exp(abs(self.weight.weight))

    @property
    def is_more(self) -> bool:
        return self.weight.weight > 0


def weight_rows(viewer: Viewer, kept: Iterable[Mapping[str, Any]], size: int, universe: int) -> list[WeightRow]:
    """`size` of the seed. Numbers of few members are not `shown`: they could single somebody out."""
    weights = [Weight(**one) for one in kept]
    named = {tag.slug: tag for tag in tags(viewer).filter(slug__in={one.tag for one in weights})}
    labels = {slug: value_labels(tag) for slug, tag in named.items()}
    heaviest = max((abs(one.weight) for one in weights), default=1.0)
    return [
        WeightRow(
            weight=one,
            tag=named[one.tag].name if one.tag in named else one.tag,
            value=labels.get(one.tag, {}).get(one.value, one.value),
            bar=100 * abs(one.weight) / heaviest,
            shares=(one.seed / size, one.everyone / universe),
            shown=not 0 < one.seed < settings.CDP_MIN_GROUP,
        )
        for one in weights
    ]
