"""Telling departments that have not decided that the day is near."""

from django.utils import timezone

from .models import Review
from .sealing import current_of
from .selectors import due_soon, invitations_of
from .telling import reminder_tell


def reviews_remind() -> int:
    """Once for each review and day it is due. Returns of how many."""
    found = 0
    for review in due_soon().select_related("edition__persona"):
        # Whoever marks it first tells; run twice, it is told once.
        if not Review.objects.filter(pk=review.pk, reminded_at=None).update(reminded_at=timezone.now()):
            continue
        found += 1
        for invitation in invitations_of(review):
            if current_of(invitation) is None:
                invitation.review = review
                reminder_tell(invitation)
    return found
