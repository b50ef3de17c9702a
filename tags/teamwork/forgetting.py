"""When a tag or segment is deleted, what colleagues did with it goes too: its short name may be used again."""

from ..dependencies import Ref
from .models import ApprovalRequest, Comment, Favourite, Likeness, Suggested


def teamwork_forget(ref: Ref) -> None:
    for rows in (Favourite, Comment, ApprovalRequest, Likeness, Suggested):
        rows.objects.filter(kind=ref.kind, slug=ref.slug).delete()
    Likeness.objects.filter(other_kind=ref.kind, other_slug=ref.slug).delete()
