"""The form on which similar customers are kept."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from tags.forms import About, about_posted

from ..forms import new_saved
from ..models import Lookalike, Segment
from .holdout import Size
from .selectors import lookalike_members, sizes_of
from .services import lookalike_save

FIELDS = ("description", "department")


@dataclass
class SimilarForm:
    """`step`: the place of the chosen size on the slider."""

    viewer: Viewer
    lookalike: Lookalike
    sizes: list[Size]
    step: int
    with_seed: bool
    about: About = field(default_factory=lambda: About(values=dict.fromkeys(FIELDS, "")))
    tried: bool = False

    @property
    def size(self) -> Size:
        return self.sizes[self.step]

    @property
    def last(self) -> int:
        return len(self.sizes) - 1

    @property
    def fewest(self) -> int:
        return self.sizes[0].size

    @property
    def most(self) -> int:
        return self.sizes[-1].size

    @property
    def hits_shown(self) -> bool:
        return _is_shown(self.size)

    @property
    def table(self) -> list[tuple[Size, bool]]:
        return [(size, _is_shown(size)) for size in self.sizes]

    def count(self) -> int:
        return len(lookalike_members(self.viewer, self.lookalike, self.size.size, with_seed=self.with_seed))

    @transaction.atomic
    def save(self) -> Segment | None:
        self.tried = True
        return new_saved(self.about, (), self._made)

    def _made(self) -> Segment:
        return lookalike_save(
            lookalike=self.lookalike,
            size=self.size.size,
            with_seed=self.with_seed,
            slug=self.about.slug,
            actor=self.viewer,
            names=self.about.names,
            description=self.about.values["description"],
            department=self.about.values["department"],
        )


def similar_form(viewer: Viewer, lookalike: Lookalike, asked: QueryDict | dict[str, Any]) -> SimilarForm:
    """As it was asked for; a step that is none begins where as many are found as the seed has members."""
    sizes, text = sizes_of(lookalike), asked.get("step", "")
    step = int(text) if text.isdecimal() and len(text) < 4 and int(text) < len(sizes) else _usual(lookalike, sizes)
    form = SimilarForm(viewer, lookalike, sizes, step, asked.get("with_seed") == "1")
    if isinstance(asked, QueryDict) and "names.en" in asked:
        form.about = about_posted(asked, FIELDS)
    else:
        name = _("Similar to %(name)s") % {"name": lookalike.seed.name}
        form.about.names[get_language() or "zh-hans"] = name[:120]
    return form


def _is_shown(size: Size) -> bool:
    """Few hits could single somebody out."""
    return not 0 < size.hits < settings.CDP_MIN_GROUP


def _usual(lookalike: Lookalike, sizes: list[Size]) -> int:
    return min(range(len(sizes)), key=lambda place: abs(sizes[place].size - lookalike.size))
