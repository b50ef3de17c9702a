"""The registry of tag kinds: a module each, a row each."""

from tags.models import TagKind

from . import formula, labels, lifecycle, listed, measure, preference, rfm
from .base import Facts, Kind, Result, Sentence, World
from .keeping import keep_all

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(TagKind.LABELS, labels.evaluate, keep_all, labels.read_out),
        Kind(TagKind.MEASURE, measure.evaluate, measure.keep, measure.read_out),
        Kind(TagKind.PREFERENCE, preference.evaluate, preference.keep, preference.read_out),
        Kind(TagKind.RFM, rfm.evaluate, rfm.keep, rfm.read_out, rfm.note),
        Kind(TagKind.LIFECYCLE, lifecycle.evaluate, lifecycle.keep, lifecycle.read_out, lifecycle.note),
        Kind(TagKind.LIST, listed.evaluate, listed.keep, listed.read_out),
        Kind(TagKind.FORMULA, formula.evaluate, formula.keep, formula.read_out),
    )
}

__all__ = ["KINDS", "Facts", "Kind", "Result", "Sentence", "World"]
