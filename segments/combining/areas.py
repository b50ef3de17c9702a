"""Areas of a few segments, each a number whose bits say which of them its customers are in; and the shortest rule
that means some of them. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any


@dataclass(frozen=True, order=True)
class Term:
    """Several areas at once: those that agree with `bits` wherever `asked` has a one."""

    bits: int
    asked: int

    def holds(self, area: int) -> bool:
        return area & self.asked == self.bits


def terms(chosen: Collection[int], sets: int) -> list[Term]:
    """As few terms as a greedy choice finds that hold for exactly the `chosen` areas.

    Quine and McCluskey: areas that differ in one segment only are joined as long as that is possible, and of what
    cannot be joined any further as much as is needed is taken.
    """
    missing, found = set(chosen), []
    primes = list(_primes({Term(area, (1 << sets) - 1) for area in chosen}))
    while missing:
        best = max(primes, key=lambda one: (sum(map(one.holds, missing)), -one.asked.bit_count(), -one.bits))
        found.append(best)
        missing = {area for area in missing if not best.holds(area)}
    return sorted(found)


def _primes(level: set[Term]) -> Iterator[Term]:
    while level:
        joined: set[Term] = set()
        used: set[Term] = set()
        for one, other in combinations(level, 2):
            differing = one.bits ^ other.bits
            if one.asked == other.asked and differing.bit_count() == 1:
                joined.add(Term(one.bits & ~differing, one.asked & ~differing))
                used |= {one, other}
        yield from sorted(level - used)
        level = joined


def areas_rule(slugs: Sequence[str], chosen: Collection[int]) -> dict[str, Any]:
    """The rule of some areas, none of which lies outside all segments."""
    return _joined("any", [_term_rule(slugs, term) for term in terms(chosen, len(slugs))])


def _term_rule(slugs: Sequence[str], term: Term) -> dict[str, Any]:
    asked = [(slug, term.bits >> place & 1) for place, slug in enumerate(slugs) if term.asked >> place & 1]
    outside = [slug for slug, inside in asked if not inside]
    return words_rule([slug for slug, inside in asked if inside], [], outside)


def words_rule(all_of: Sequence[str], any_of: Sequence[str], none_of: Sequence[str]) -> dict[str, Any]:
    """Members of all of some, of any of some, and of none of some segments."""
    parts: list[dict[str, Any]] = [{"segment": slug} for slug in all_of]
    if any_of:
        parts.append(_joined("any", [{"segment": slug} for slug in any_of]))
    if none_of:
        parts.append({"not": _joined("any", [{"segment": slug} for slug in none_of])})
    return _joined("all", parts)


def _joined(word: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {word: parts}
