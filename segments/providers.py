"""What segments and lists tell the rules about themselves (see `tags.membership.providers`)."""

from pyroaring import BitMap

from cdp.errors import N_, user_error
from tags.dependencies import LIST, SEGMENT, Ref, references
from tags.membership import bitmap_read, providers

from .models import Segment, SegmentKind


class SegmentProvider:
    """Every segment, however it came about."""

    kinds: tuple[str, ...] = (SegmentKind.RULE, SegmentKind.LIST)

    def names(self) -> dict[str, dict[str, str]]:
        return {segment.slug: segment.names for segment in self._segments()}

    def references(self) -> dict[str, frozenset[Ref]]:
        return {segment.slug: references(_rule(segment)) for segment in self._segments()}

    def members(self, slug: str) -> BitMap:
        blob = Segment.objects.filter(slug=slug, kind__in=self.kinds).values_list("bitmap", flat=True).first()
        if blob is None:
            raise user_error(
                N_('The segment "%(segment)s" has not been computed yet.'),
                N_("Refresh it first, then use it."),
                segment=slug,
            )
        return bitmap_read(blob)

    def _segments(self):
        return Segment.objects.filter(kind__in=self.kinds).defer("bitmap")


class ListProvider(SegmentProvider):
    """The segments that came from an uploaded list."""

    kinds = (SegmentKind.LIST,)

    def references(self) -> dict[str, frozenset[Ref]]:
        """A list is the segment of the same name: it is computed by that segment's run."""
        return {slug: frozenset({Ref(SEGMENT, slug)}) for slug in self.names()}


def _rule(segment: Segment) -> object:
    return segment.definition if segment.kind == SegmentKind.RULE else None


def providers_fill() -> None:
    providers[SEGMENT] = SegmentProvider()
    providers[LIST] = ListProvider()
