"""Another name or definition that somebody suggested elsewhere and somebody took up: the tag's form opens with it.

Nothing of the tag changes before somebody who may edit it saves that form, by the rules every change follows.
"""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cdp.access.people import person_name
from cdp.access.viewer import may, require
from cdp.errors import N_
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send

from ..dependencies import TAG
from ..models import Tag
from ..telling import names_of
from .models import Suggested, SuggestedState

EDIT = "access.edit_tags"
SHOWN = 120
TAKEN = N_("%(who)s took up a suggestion about %(name)s: %(words)s")


def suggestions_open(slug: str) -> QuerySet[Suggested]:
    return Suggested.objects.filter(kind=TAG, slug=slug, state=SuggestedState.OPEN).select_related("by")


def suggestions_about(abouts: Iterable[str]) -> dict[str, Suggested]:
    """By what they are known by where they were made."""
    return {one.about: one for one in Suggested.objects.filter(about__in=list(abouts))}


def suggestion_take(
    *, slug: str, what: str, text: str, language: str, about: str, url: str, by: User
) -> Suggested | None:
    """None where the tag is gone. Where `by` may not edit tags its owner is told, or whoever may where the owner
    may not. `about` is what it is known by, `url` where it was made."""
    tag = Tag.objects.select_related("owner").filter(slug=slug).first()
    if tag is None:
        return None
    wish = {"kind": TAG, "slug": slug, "what": what, "text": text, "language": language, "url": url, "by": by}
    made, _new = Suggested.objects.update_or_create(
        about=about, defaults={**wish, "state": SuggestedState.OPEN, "number": None, "closed_by": None}
    )
    if not may(by, EDIT):
        _tell(made, tag, by)
    return made


def edit_url(suggested: Suggested) -> str:
    """The tag's form with it."""
    return f"{reverse('tags:edit', args=[suggested.slug])}?suggestion={suggested.pk}"


def _tell(suggested: Suggested, tag: Tag, by: User) -> None:
    owns = tag.owner is not None and tag.owner.is_active and may(tag.owner, EDIT)
    people = [tag.owner_id] if owns else User.objects.with_perm(EDIT).values_list("pk", flat=True)
    words = suggested.text if len(suggested.text) <= SHOWN else f"{suggested.text[:SHOWN]}…"
    notices_send(
        people=people,
        kind=NoticeKind.COMMENT,
        text=TAKEN,
        params={"who": person_name(by), "name": names_of(tag), "words": words},
        url=edit_url(suggested),
        about=f"suggested:{suggested.pk}",
        by=by.pk,
        needs=EDIT,
    )


def suggestion_done(*, suggested: Suggested, number: int | None, by: User) -> None:
    """Somebody saved the tag with it; `number` is the version that has the definition, None for a name."""
    require(by, EDIT)
    _close(suggested, SuggestedState.DONE, by, number)


def suggestion_drop(*, suggested: Suggested, by: User) -> None:
    """It is not to be after all."""
    require(by, EDIT)
    _close(suggested, SuggestedState.DROPPED, by)


def suggestion_forget(*, about: str) -> None:
    """Who took it up takes that back."""
    Suggested.objects.filter(about=about, state=SuggestedState.OPEN).delete()


def _close(suggested: Suggested, state: SuggestedState, by: User, number: int | None = None) -> None:
    waiting = Suggested.objects.filter(pk=suggested.pk, state=SuggestedState.OPEN)
    waiting.update(state=state, closed_by=by, closed_at=timezone.now(), number=number)
