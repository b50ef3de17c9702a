"""The registry of tag kinds: a module each, a row each."""

from tags.models import TagKind

from . import labels, measure
from .base import Kind, Result, Sentence, World

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(TagKind.LABELS, labels.evaluate, labels.keep, labels.read_out),
        Kind(TagKind.MEASURE, measure.evaluate, measure.keep, measure.read_out),
    )
}

__all__ = ["KINDS", "Kind", "Result", "Sentence", "World"]
