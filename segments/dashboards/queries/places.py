"""Within a province: its cities."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from pyroaring import BitMap

from segments.personas.statistics import Base, Distribution, Share, fold, veil

from ..group import Field, Group
from ..wording import others, value_label
from .answer import Answer
from .people import MOST_VALUES, PROVINCE, values_of

CITY = "city"
MOST_CITIES = 12
# So many of a city tell which province it is in.
TOLD_BY = 64
# By value, whether the number of members and that of everyone are told.
Told: TypeAlias = Mapping[str, tuple[bool, bool]]
NOT_TOLD = False, False


def cities(group: Group, answers: Sequence[Answer] = ()) -> Iterator[tuple[str, Distribution]]:
    """Province and its cities, of those whose city is known: with enough members, and two cities to compare. One
    is left out where it would tell what the map or the chart of all cities does not, or they what it does not."""
    kinds = {field.slug: field.kind for field in group.attributes}
    if kinds.get(PROVINCE) != "text" or kinds.get(CITY) != "text":
        return
    provinces = group.everyone.attribute(PROVINCE, "text").holders
    found = group.everyone.attribute(CITY, "text")
    parts = cities_of(provinces, found.holders)
    map_of_all, cities_of_all = _told_of_all(group, answers)
    for province, living in provinces.items():
        known = living & found.known
        base = group.base_of(known)
        enough = base.group >= max(group.least, 1) and len(parts[province]) > 1
        if enough and all(map_of_all.get(province, NOT_TOLD)):
            here = {city: found.holders[city] & known for city in parts[province]}
            names = {city: value_label(CITY, city, group.language) for city in here}
            folded = _folded(group.shares(here, names), base)
            if not _gives_away(folded, cities_of_all):
                yield province, folded


def _told_of_all(group: Group, answers: Sequence[Answer]) -> tuple[Told, Told]:
    """Provinces and cities of the charts of all, and which numbers are told there."""
    drawn = {answer.subject: answer.data for answer in answers if isinstance(answer.data, Distribution)}
    provinces = drawn.get(PROVINCE) or veil(values_of(group, Field(PROVINCE, "", "text")))
    every = drawn.get(CITY) or fold(values_of(group, Field(CITY, "", "text")), most=MOST_VALUES, other=others())
    told = ({share.value: _told(share, of.base) for share in of.shares} for of in (provinces, every))
    return next(told), next(told)


def _told(share: Share, base: Base) -> tuple[bool, bool]:
    return not share.hidden(base), not share.hidden_beside(base)


def _gives_away(found: Distribution, told: Told) -> bool:
    """Whether a number that is left out lest a few follow from it is told in the other chart."""
    cities = [share for share in found.shares if share.value in told and share.value and share.everyone]
    return any(_told(city, found.base) != told[city.value] for city in cities)


def _folded(shares: tuple[Share, ...], base: Base) -> Distribution:
    """Who lives in none of the cities of the province that are told is one of the others."""
    rest = (
        base.group - sum(share.group for share in shares),
        base.everyone - sum(share.everyone for share in shares),
    )
    left = (Share("", *rest, others()),) if rest[1] else ()
    return fold(Distribution((*shares, *left), base), most=MOST_CITIES, other=others())


def cities_of(provinces: Mapping[str, BitMap], cities: Mapping[str, BitMap]) -> dict[str, list[str]]:
    """Which province each city is in: that of most of its first people. Of some no province may be known."""
    parts: dict[str, list[str]] = {province: [] for province in provinces}
    for city, living in cities.items():
        some = living[:TOLD_BY]
        counts = {province: some.intersection_cardinality(who) for province, who in provinces.items()}
        province = max(counts, key=lambda one: counts[one], default="")
        if counts.get(province):
            parts[province].append(city)
    return parts
