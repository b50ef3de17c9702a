"""What the form of each kind shows of its customers beside the counts: a module each, a row each."""

from tags.models import TagKind

from . import histogram, layers
from .base import Picture, Seen

PICTURES: dict[str, Picture] = {
    TagKind.LABELS: Picture(layers.figures, layers.drawn, "tags/pictures/layers.html"),
    TagKind.MEASURE: Picture(histogram.figures, histogram.drawn, "tags/pictures/histogram.html"),
}

__all__ = ["PICTURES", "Picture", "Seen"]
