"""The form of a combination: which segments, which of their customers, and what the new segment is called."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError
from tags.forms import About, about_posted, slug_taken
from tags.workbench import said

from ..forms import new_saved
from ..models import Segment
from ..services import segment_refresh_request, segment_save
from .areas import areas_rule, words_rule
from .selectors import ALL, ANY, MOST, NONE, Combined, combined

ROLES = (ALL, ANY, NONE)
WORDS = "words"
FIELDS = ("description", "department")


@dataclass
class CombineForm:
    """`by`: areas, or words with a role for each segment. `problems` is what keeps it from being shown at all."""

    viewer: Viewer
    slugs: list[str]
    by: str
    areas: set[int]
    roles: dict[str, str]
    about: About
    tried: bool = False
    problems: list[str] = field(default_factory=list)

    @cached_property
    def combined(self) -> Combined | None:
        try:
            return combined(self.viewer, self.slugs)
        except UserError as error:
            self.problems = [said(problem) for problem in error.problems]
            return None

    @property
    def full(self) -> bool:
        return len(self.slugs) >= MOST

    def members(self, found: Combined) -> BitMap:
        if self.by == WORDS:
            return found.in_words([self.roles.get(slug, "") for slug in found.slugs])
        return found.in_areas(self.areas)

    def blanks(self) -> list[Problem]:
        """What is missing before anybody is meant."""
        if self.by != WORDS:
            hint = N_("Tick the customers you want in the table.")
            return [] if self.areas else [Problem((), N_("No area is chosen yet."), hint)]
        if set(self.roles.values()) & {ALL, ANY}:
            return []
        message = N_("It is not said yet whose customers are meant.")
        return [Problem((), message, N_("Choose “all of” or “any of” for at least one segment."))]

    def rule(self) -> dict[str, Any]:
        if self.by != WORDS:
            return areas_rule(self.slugs, self.areas)
        return words_rule(*([slug for slug in self.slugs if self.roles.get(slug) == role] for role in ROLES))

    @transaction.atomic
    def save(self) -> Segment | None:
        """The new segment, its run asked for; None with every problem in its place."""
        self.tried = True
        if self.combined is None:
            return None
        return new_saved(self.about, self.blanks(), self._made)

    @transaction.atomic
    def made(self) -> Segment:
        """As `save`; `UserError` with every problem."""
        combined(self.viewer, self.slugs)
        if Segment.objects.filter(slug=self.about.slug).exists():
            raise UserError(slug_taken(self.about.slug), *self.blanks())
        if problems := self.blanks():
            raise UserError(*problems)
        return self._made()

    def _made(self) -> Segment:
        segment = segment_save(
            slug=self.about.slug,
            rule={"v": 1, **self.rule()},
            actor=self.viewer,
            names=self.about.names,
            description=self.about.values["description"],
            department=self.about.values["department"],
            publish=False,
        )
        segment_refresh_request(segments=[segment], by=self.viewer)
        return segment


def combine_form(viewer: Viewer, asked: QueryDict) -> CombineForm:
    slugs = list(dict.fromkeys(slug for slug in asked.getlist("s") if slug))
    highest = 1 << min(len(slugs), MOST)
    areas = {int(text) for text in asked.getlist("area") if text.isdecimal() and len(text) < 4}
    roles = {slug: asked.get(f"role.{place}", "") for place, slug in enumerate(slugs)}
    return CombineForm(
        viewer=viewer,
        slugs=slugs,
        by=WORDS if asked.get("by") == WORDS else "areas",
        areas={area for area in areas if 0 < area < highest},
        roles={slug: role for slug, role in roles.items() if role in ROLES},
        about=about_posted(asked, FIELDS),
    )


def name_suggested(form: CombineForm) -> None:
    """For a form opened with one area chosen: “A ∩ B − C”."""
    found = form.combined
    if found is None or len(form.areas) != 1 or form.about.named():
        return
    (area,) = form.areas
    inside = [one.name for place, one in enumerate(found.segments) if area >> place & 1]
    outside = [one.name for place, one in enumerate(found.segments) if not area >> place & 1]
    name = " ∩ ".join(inside) + "".join(f" − {one}" for one in outside)
    form.about.names[get_language() or "zh-hans"] = name[:120]
