"""What a department decides, and what the owner answers. One decision of each is in force; earlier ones stay."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cdp.access.people import person_name
from cdp.errors import N_, user_error

from .models import Choice, Decision, Invitation
from .rules import is_owner, may_decide, refuse_unless, review_locked, review_moved, text_read
from .telling import answer_tell, decision_tell, invitation_settle


@transaction.atomic
def decision_give(*, invitation: Invitation, choice: str, text: str, by: User) -> Decision:
    """Decide for one's department. Dissent and a wish for changes say what about."""
    review = review_locked(invitation.review)
    # As it is under the lock: its review may be over, or somebody else's, since the page was drawn.
    invitation = Invitation.objects.select_related("review__edition__persona", "department").get(pk=invitation.pk)
    refuse_unless(may_decide(invitation, by))
    if choice not in Choice:
        raise user_error(N_("Choose what you decide."), path=("choice",))
    text = text_read(
        text, needed="" if choice == Choice.APPROVE else N_("Say what you disagree with, then decide.")
    )
    invitation.decisions.filter(is_current=True).update(is_current=False)
    made = Decision.objects.create(invitation=invitation, choice=choice, text=text, by=by, by_name=person_name(by))
    review_moved(review)
    invitation_settle(invitation)
    decision_tell(made, by)
    return made


@transaction.atomic
def decision_answer(*, decision: Decision, text: str, by: User) -> None:
    """The owner's answer to what a department decided; a later one takes its place."""
    review = review_locked(decision.invitation.review)
    refuse_unless(is_owner(review, by))
    known = Decision.objects.select_related("invitation__review__edition__persona", "invitation__department")
    decision = known.get(pk=decision.pk)
    if not decision.is_current:
        raise user_error(N_("This department has decided anew."), N_("Answer what it decided last."))
    decision.answer, decision.answered_at = text_read(text, needed=N_("Write something first.")), timezone.now()
    decision.save(update_fields=["answer", "answered_at"])
    review_moved(review)
    answer_tell(decision, by)
