"""What a definition names, kept as rows beside it, so that nobody reads definitions to see what hangs together."""

from typing import Any

from .dependencies import references
from .models import TagEdge, TagVersion


def version_edges_write(version: TagVersion) -> None:
    """The edges of a version, anew. The caller holds the transaction."""
    version.edges.all().delete()
    edges = [TagEdge(version=version, **named) for named in edges_of(version.definition)]
    TagEdge.objects.bulk_create(edges)


def edges_of(definition: Any) -> list[dict[str, str]]:
    """The fields of a definition's `Edge` rows."""
    return [{"needed_kind": ref.kind, "needed_slug": ref.slug} for ref in sorted(references(definition))]
