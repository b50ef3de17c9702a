"""Who may do what in a review, and texts as they may be written. Whatever is not permitted here is refused."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models

from cdp.access.departments import departments_of
from cdp.access.viewer import Viewer, is_colleague
from cdp.errors import N_, Problem, UserError, user_error

from .models import Invitation, Review

LONGEST = 4000


def is_owner(review: Review, viewer: Viewer) -> bool:
    """Who sent it. An administrator stands in where nobody owns it any more."""
    if not isinstance(viewer, User) or not is_colleague(viewer):
        return False
    gone = review.owner is None or not review.owner.is_active
    return viewer.pk == review.owner_id or (gone and viewer.is_superuser)


def may_talk(review: Review, viewer: Viewer) -> bool:
    return review.is_open and isinstance(viewer, User) and is_colleague(viewer)


def may_decide(invitation: Invitation, viewer: Viewer) -> bool:
    """A member of the invited department who did not send the review themselves. Nobody decides for another one."""
    if not isinstance(viewer, User) or viewer.pk == invitation.review.owner_id or not invitation.review.is_open:
        return False
    return departments_of(viewer).filter(pk=invitation.department_id).exists()


def refuse_unless(permitted: bool) -> None:
    if not permitted:
        raise PermissionDenied


def review_locked(review: Review) -> Review:
    """The review as it is now, nobody else changing it; `UserError` where it is over."""
    known = Review.objects.select_related("owner", "edition__persona").defer("edition__content", "edition__outcome")
    found = known.select_for_update(of=("self",)).order_by("pk").get(pk=review.pk)
    if not found.is_open:
        raise user_error(
            N_("This review is over. Nothing of it changes any more."), N_("The next edition may answer.")
        )
    return found


def review_moved(review: Review) -> None:
    """What its page shows is another; whoever looks at it is shown so."""
    Review.objects.filter(pk=review.pk).update(moved=models.F("moved") + 1)


def text_read(text: str, *, needed: str = "", longest: int = LONGEST, path: str = "text", **params: Any) -> str:
    """Stripped. `needed`: the message where nothing is written."""
    text = text.strip().replace("\x00", "")
    if needed and not text:
        raise UserError(Problem((path,), needed, "", params))
    if len(text) > longest:
        message = N_("A comment has at most %(most)s characters; this one has %(many)s.")
        raise UserError(Problem((path,), message, "", {"most": longest, "many": len(text)}))
    return text
