"""A suggestion that was taken up, in the form of its tag: its name filled in, its words beside the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cdp.access.web import number_asked

from .forms import About, version_open
from .models import Tag
from .teamwork.models import Suggested, SuggestedKind
from .teamwork.suggestions import suggestion_done, suggestions_open

LONGEST_NAME = 120


@dataclass(frozen=True)
class Begun:
    """A suggestion, and what the tag is called and means before it is saved with it."""

    suggested: Suggested
    names: dict[str, str]
    definition: Any

    @property
    def drop_url(self) -> str:
        return reverse("tags:suggestion-drop", args=[self.suggested.slug, self.suggested.pk])


def begun_asked(tag: Tag | None, asked: Mapping[str, Any]) -> Begun | None:
    """With the suggestion the form was opened with, while that waits."""
    pk = number_asked(asked.get("suggestion", ""))
    found = suggestions_open(tag.slug).filter(pk=pk).first() if tag and pk else None
    return Begun(found, tag.names, _definition(tag)) if tag and found else None


def suggested_of(tag: Tag, pk: int) -> Suggested:
    return get_object_or_404(suggestions_open(tag.slug), pk=pk)


def name_filled(about: About, begun: Begun | None) -> None:
    if begun is not None and begun.suggested.what == SuggestedKind.RENAME:
        about.names[begun.suggested.language] = begun.suggested.text[:LONGEST_NAME]


def suggestion_saved(begun: Begun | None, saved: Tag, by: User) -> None:
    """Done when what it is about is another than before."""
    if begun is None:
        return
    now = version_open(saved)
    if begun.suggested.what == SuggestedKind.RENAME:
        if saved.names != begun.names:
            suggestion_done(suggested=begun.suggested, number=None, by=by)
    elif now is not None and now.definition != begun.definition:
        suggestion_done(suggested=begun.suggested, number=now.number, by=by)


def _definition(tag: Tag) -> Any:
    version = version_open(tag)
    return version.definition if version else None
