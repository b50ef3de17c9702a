"""What the form of each kind shows of its customers beside the counts: a module each, a row each."""

from tags.models import TagKind

from . import cube, histogram, layers, preferred, states
from .base import Picture, Seen

PICTURES: dict[str, Picture] = {
    TagKind.LABELS: Picture(layers.figures, layers.drawn, "tags/pictures/layers.html"),
    TagKind.MEASURE: Picture(histogram.figures, histogram.drawn, "tags/pictures/histogram.html"),
    TagKind.PREFERENCE: Picture(preferred.figures, preferred.drawn, "tags/pictures/preferred.html"),
    TagKind.RFM: Picture(cube.figures, cube.drawn, "tags/pictures/cube.html"),
    TagKind.LIFECYCLE: Picture(states.figures, states.drawn, "tags/pictures/states.html"),
}

__all__ = ["PICTURES", "Picture", "Seen"]
