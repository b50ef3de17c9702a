"""What segments and lists tell the rules about themselves (see `tags.membership.providers`)."""

from typing import Any

from pyroaring import BitMap

from cdp.errors import N_, user_error
from tags.dependencies import LIST, PERSONA, SEGMENT, Ref, edges_read
from tags.membership import bitmap_read, providers
from tags.states import Standing, standing

from .models import BY_RULE, Segment, SegmentKind
from .personas.models import Persona


class SegmentProvider:
    """Every segment, however it came about."""

    kinds: tuple[str, ...] = tuple(SegmentKind.values)

    def names(self) -> dict[str, dict[str, str]]:
        return {segment.slug: segment.names for segment in self._segments()}

    def references(self) -> dict[str, frozenset[Ref]]:
        rows = self._segments().order_by().values_list("slug", "edges__needed_kind", "edges__needed_slug")
        return {ref.slug: needed for ref, needed in edges_read(rows, SEGMENT).items()}

    def standings(self, data: str) -> dict[str, Standing]:
        return {segment.slug: standing(segment, data) for segment in self._segments().select_related("run")}

    def rules(self) -> dict[str, tuple[dict[str, str], int, Any]]:
        by_rule = self._segments().filter(kind__in=BY_RULE)
        return {one.slug: (one.names, one.version, one.definition) for one in by_rule}

    def members(self, slug: str) -> BitMap:
        found = self.computed(slug)
        if found is None:
            raise user_error(
                N_('The segment "%(segment)s" has not been computed yet.'),
                N_("Refresh it first, then use it."),
                segment=slug,
            )
        return found

    def computed(self, slug: str) -> BitMap | None:
        blob = Segment.objects.filter(slug=slug, kind__in=self.kinds).values_list("bitmap", flat=True).first()
        return None if blob is None else bitmap_read(blob)

    def _segments(self):
        return Segment.objects.filter(kind__in=self.kinds, retired_at=None).defer("bitmap")


class ListProvider(SegmentProvider):
    """The segments that came from an uploaded list."""

    kinds = (SegmentKind.LIST,)

    def references(self) -> dict[str, frozenset[Ref]]:
        """A list is the segment of the same name: it is computed by that segment's run."""
        return {slug: frozenset({Ref(SEGMENT, slug)}) for slug in self.names()}


class PersonaProvider:
    """Personas name no rule; each shows one segment."""

    def names(self) -> dict[str, dict[str, str]]:
        return {persona.slug: persona.names for persona in Persona.objects.all()}

    def references(self) -> dict[str, frozenset[Ref]]:
        pairs = Persona.objects.order_by().values_list("slug", "segment__slug")
        return {slug: frozenset({Ref(SEGMENT, segment)}) for slug, segment in pairs}

    def standings(self, data: str) -> dict[str, Standing]:
        return {}

    def rules(self) -> dict[str, tuple[dict[str, str], int, Any]]:
        return {}

    def members(self, slug: str) -> BitMap:
        return SegmentProvider().members(self._segment(slug))

    def computed(self, slug: str) -> BitMap | None:
        return SegmentProvider().computed(self._segment(slug))

    def _segment(self, slug: str) -> str:
        return Persona.objects.values_list("segment__slug", flat=True).get(slug=slug)


def providers_fill() -> None:
    providers[SEGMENT] = SegmentProvider()
    providers[LIST] = ListProvider()
    providers[PERSONA] = PersonaProvider()
