"""What colleagues write about a tag or segment: whoever sees it may; one's own may be edited and deleted."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from cdp.errors import N_, Problem, UserError

from ..dependencies import Ref
from .models import Comment
from .telling import comment_tell

LONGEST = 2000


def comments(ref: Ref) -> QuerySet[Comment]:
    """The oldest first."""
    return Comment.objects.filter(kind=ref.kind, slug=ref.slug).select_related("author")


def comment_write(*, ref: Ref, text: str, by: User) -> Comment:
    comment = Comment.objects.create(kind=ref.kind, slug=ref.slug, text=_read(text), author=by)
    comment_tell(ref=ref, text=comment.text, by=by)
    return comment


def comment_change(*, comment: Comment, text: str, by: User) -> None:
    _own(comment, by)
    before = comment.text
    comment.text, comment.edited_at = _read(text), timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    comment_tell(ref=Ref(comment.kind, comment.slug), text=comment.text, by=by, before=before)


def comment_delete(*, comment: Comment, by: User) -> None:
    _own(comment, by)
    comment.delete()


def _own(comment: Comment, by: User) -> None:
    if comment.author_id != by.pk:
        raise PermissionDenied


def _read(text: str) -> str:
    text = text.strip()
    if not text:
        raise UserError(Problem(("text",), N_("Write something first.")))
    if len(text) > LONGEST:
        message = N_("A comment has at most %(most)s characters; this one has %(many)s.")
        raise UserError(Problem(("text",), message, "", {"most": LONGEST, "many": len(text)}))
    return text
