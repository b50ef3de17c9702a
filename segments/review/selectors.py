"""Reading reviews. The viewer comes first: who may see an edition may see its review."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from cdp.access.departments import departments_of
from cdp.access.viewer import Viewer
from segments.editions.models import Edition
from segments.editions.selectors import editions, editions_listed

from .models import Answered, Attachment, Choice, Decision, Invitation, Remark, Review, ReviewState

# A decision is due soon from so many days before its day on.
SOON = timedelta(days=2)


def reviews(viewer: Viewer) -> QuerySet[Review]:
    """With their edition but not what it shows, the latest first."""
    seen = Review.objects.filter(edition__in=editions(viewer)).select_related("owner", "edition__persona")
    return seen.defer("edition__content", "edition__outcome")


def invitations_of(review: Review) -> list[Invitation]:
    """Each with its department and its decisions, the earliest first."""
    decisions = Prefetch("decisions", Decision.objects.select_related("by"))
    return list(review.invitations.select_related("department").prefetch_related(decisions))


def remarks_of(review: Review) -> list[Remark]:
    """Comments and replies with their files, the oldest first."""
    return list(
        review.remarks.select_related("author", "resolved_by").prefetch_related("attachments", "answers__edition")
    )


def attachments(viewer: Viewer) -> QuerySet[Attachment]:
    return Attachment.objects.filter(remark__review__in=reviews(viewer))


def invitations_waiting(viewer: Viewer) -> QuerySet[Invitation]:
    """Those a department of the viewer has not decided, or whose owner has answered a wish for changes since. Not
    those of the viewer's own reviews, which they cannot decide."""
    settled = Decision.objects.filter(invitation=OuterRef("pk"), is_current=True).exclude(
        choice=Choice.CHANGES, answered_at__isnull=False
    )
    mine = Invitation.objects.filter(review__state=ReviewState.OPEN, department__in=departments_of(viewer))
    return mine.exclude(review__owner=getattr(viewer, "pk", None) or 0).filter(~Exists(settled))


def reviews_to_decide(viewer: Viewer) -> QuerySet[Review]:
    """Those that wait for a department of the viewer."""
    return reviews(viewer).filter(pk__in=invitations_waiting(viewer).values("review"))


def reviews_to_end(viewer: Viewer) -> QuerySet[Review]:
    """The viewer's own that wait for them: a wish for changes is unanswered, or everybody invited has decided."""
    if not isinstance(viewer, User):
        return Review.objects.none()
    current = Decision.objects.filter(is_current=True)
    unanswered = current.filter(invitation__review=OuterRef("pk"), choice=Choice.CHANGES, answered_at=None)
    silent = Invitation.objects.filter(review=OuterRef("pk")).exclude(pk__in=current.values("invitation"))
    own = reviews(viewer).filter(owner=viewer, state=ReviewState.OPEN)
    return own.filter(Exists(unanswered) | ~Exists(silent))


def reviews_waiting_count(viewer: Viewer) -> int:
    waits = Q(pk__in=reviews_to_decide(viewer).values("pk")) | Q(pk__in=reviews_to_end(viewer).values("pk"))
    return Review.objects.filter(waits).count()


def reviews_of_mine(viewer: Viewer) -> QuerySet[Review]:
    """Sent by the viewer, or one they wrote in or decided."""
    if not isinstance(viewer, User):
        return Review.objects.none()
    wrote = Remark.objects.filter(author=viewer).values("review")
    decided = Decision.objects.filter(by=viewer).values("invitation__review")
    asked = Invitation.objects.filter(department__in=departments_of(viewer)).values("review")
    return reviews(viewer).filter(Q(owner=viewer) | Q(pk__in=wrote) | Q(pk__in=decided) | Q(pk__in=asked))


def review_of(viewer: Viewer, edition: Edition) -> Review | None:
    """The review of an edition; withdrawn ones count as none."""
    return reviews(viewer).filter(edition=edition).exclude(state=ReviewState.WITHDRAWN).first()


def review_before(viewer: Viewer, edition: Edition) -> Review | None:
    """The sealed review of the latest earlier edition that has one: what this edition may answer."""
    earlier = editions_listed(viewer).filter(persona=edition.persona_id, number__lt=edition.number)
    found = reviews(viewer).filter(edition__in=earlier, state=ReviewState.SEALED)
    return found.order_by("-edition__number").first()


def answers_by(edition: Edition) -> list[Answered]:
    """The comments an edition answers."""
    return list(edition.answers.select_related("remark__review__edition", "by"))


def due_soon() -> QuerySet[Review]:
    """Open reviews that are due and nobody was reminded of yet."""
    until = timezone.localdate() + SOON
    return Review.objects.filter(state=ReviewState.OPEN, reminded_at=None, due_on__lte=until)
