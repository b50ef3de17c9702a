"""Which segments are combined, and who is in which areas of theirs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError

from ..algebra import areas, difference, intersection, union
from ..models import Segment
from ..selectors import segments, segments_members

FEWEST, MOST = 2, 5
ALL, ANY, NONE = "all", "any", "none"


@dataclass(frozen=True)
class Combined:
    """Segments in the order they were chosen, with their members of those the viewer may see."""

    segments: tuple[Segment, ...]
    sets: tuple[BitMap, ...]

    @property
    def slugs(self) -> list[str]:
        return [one.slug for one in self.segments]

    @cached_property
    def areas(self) -> dict[int, BitMap]:
        return areas(self.sets)

    def names_of(self, area: int) -> dict[str, list[str]]:
        """The short names of the segments an area is inside and outside of."""
        inside = [slug for place, slug in enumerate(self.slugs) if area >> place & 1]
        return {"inside": inside, "outside": [slug for slug in self.slugs if slug not in inside]}

    def in_areas(self, chosen: Collection[int]) -> BitMap:
        return union([members for area, members in self.areas.items() if area in chosen])

    def in_words(self, roles: Sequence[str]) -> BitMap:
        """`roles`: of each segment whether all, any or none of these is meant; anything else leaves it out."""
        pairs = list(zip(self.sets, roles, strict=True))
        kept = [members for members, role in pairs if role == ALL]
        if either := [members for members, role in pairs if role == ANY]:
            kept.append(union(either))
        return difference(intersection(kept), *(members for members, role in pairs if role == NONE))


def combined(viewer: Viewer, slugs: Iterable[str]) -> Combined:
    """`UserError` for a segment that is not there or has no members yet, and for too few or too many of them."""
    wanted = list(dict.fromkeys(slugs))
    known = {one.slug: one for one in segments(viewer).filter(slug__in=wanted)}
    problems = [_unknown(slug) for slug in wanted if slug not in known]
    problems += [_not_computed(known[slug]) for slug in wanted if slug in known and known[slug].run is None]
    if not FEWEST <= len(wanted) <= MOST:
        message = N_("Choose %(fewest)s to %(most)s segments.")
        problems.append(Problem(("segments",), message, "", {"fewest": FEWEST, "most": MOST}))
    if problems:
        raise UserError(*problems)
    members = segments_members(viewer, wanted)
    return Combined(tuple(known[slug] for slug in wanted), tuple(members.get(slug, BitMap()) for slug in wanted))


def _unknown(slug: str) -> Problem:
    return Problem(("segments",), N_('There is no segment "%(slug)s".'), "", {"slug": slug})


def _not_computed(segment: Segment) -> Problem:
    message = N_("“%(name)s” has no members yet.")
    return Problem(("segments",), message, N_("Refresh it first, then use it."), {"name": segment.name})
