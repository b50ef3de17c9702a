"""Comments on an edition under review: threads at a figure, replies, suggestions about tags, files."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError, user_error
from segments.editions.models import Edition
from tags.selectors import tags
from tags.teamwork.suggestions import suggestion_forget, suggestion_take

from .anchors import TAG, Anchor, anchors_of
from .attaching import files_attach, files_remove, refuse_files
from .models import Remark, Review, Suggestion, Verdict
from .rules import is_owner, may_talk, refuse_unless, review_locked, review_moved, text_read
from .telling import remark_tell, url_of

LONGEST_PROPOSAL = 500
# That of a tag's name.
LONGEST_NAME = 120


def anchors_in(viewer: Viewer, edition: Edition) -> dict[str, Anchor]:
    """What a comment on the edition may be about, by key."""
    return anchors_of(edition.content, tags(viewer).values_list("slug", flat=True))


@transaction.atomic
def remark_write(
    *,
    review: Review,
    text: str,
    by: User,
    anchor: str = "",
    thread: Remark | None = None,
    suggests: str = "",
    proposal: str = "",
    files: Sequence[UploadedFile] = (),
) -> Remark:
    """A comment about a figure or about all, or a reply in a thread, which opens again with it."""
    review = review_locked(review)
    refuse_unless(may_talk(review, by))
    text = text_read(text, needed=N_("Write something first."))
    if thread is not None:
        thread = _thread_of(review, thread)
        anchor, suggests, proposal = thread.anchor, "", ""
    elif anchor and anchor not in anchors_in(by, review.edition):
        raise user_error(N_("There is no such figure in this edition."), path=("anchor",))
    proposal = _proposal_read(anchor, suggests, proposal)
    refuse_files(files)
    made = Remark.objects.create(
        review=review,
        thread=thread,
        anchor=anchor,
        text=text,
        author=by,
        author_name=person_name(by),
        suggests=suggests,
        proposal=proposal,
    )
    files_attach(remark=made, files=files)
    if thread is not None and thread.resolved_at is not None:
        Remark.objects.filter(pk=thread.pk).update(resolved_at=None, resolved_by=None)
    review_moved(review)
    remark_tell(made, by)
    return made


@transaction.atomic
def remark_change(*, remark: Remark, text: str, by: User) -> None:
    """One's own, as long as the review is open."""
    remark = _own(remark, by)
    before = remark.text
    remark.text, remark.edited_at = text_read(text, needed=N_("Write something first.")), timezone.now()
    remark.save(update_fields=["text", "edited_at"])
    review_moved(remark.review)
    remark_tell(remark, by, before)


@transaction.atomic
def remark_delete(*, remark: Remark, by: User) -> None:
    """One's own, if nobody has replied."""
    remark = _own(remark, by)
    if remark.replies.exists():
        raise user_error(N_("Somebody has replied to this comment."), N_("Change its text, or resolve it."))
    files_remove(list(remark.attachments.all()))
    remark.delete()
    review_moved(remark.review)


@transaction.atomic
def remark_resolve(*, remark: Remark, resolved: bool, by: User) -> None:
    """Settle a thread, or open it again: whoever began it, or the owner of the review."""
    review = review_locked(remark.review)
    thread = _thread_of(review, remark)
    refuse_unless(thread.author_id == by.pk or is_owner(review, by))
    thread.resolved_at, thread.resolved_by = (timezone.now(), by) if resolved else (None, None)
    thread.save(update_fields=["resolved_at", "resolved_by"])
    review_moved(review)


@transaction.atomic
def suggestion_judge(*, remark: Remark, verdict: str, by: User) -> None:
    """The owner takes a suggestion up or declines it, which settles its thread. One that is taken up waits at its
    tag for whoever may edit that, and is made so in the tag's own form, by its own rules."""
    review = review_locked(remark.review)
    thread = _thread_of(review, remark)
    refuse_unless(is_owner(review, by))
    if not thread.suggests or verdict not in Verdict:
        raise user_error(N_("Nothing is suggested there."))
    thread.verdict, thread.resolved_at, thread.resolved_by = verdict, timezone.now(), by
    thread.save(update_fields=["verdict", "resolved_at", "resolved_by"])
    if verdict == Verdict.TAKEN:
        _take_up(review, thread, by)
    else:
        suggestion_forget(about=suggested_about(thread))
    review_moved(review)


def suggested_about(thread: Remark) -> str:
    """What its suggestion is known by at its tag."""
    return f"remark:{thread.pk}"


def _take_up(review: Review, thread: Remark, by: User) -> None:
    suggestion_take(
        slug=thread.anchor.removeprefix(f"{TAG}:"),
        what=thread.suggests,
        text=thread.proposal,
        language=review.edition.language,
        about=suggested_about(thread),
        url=f"{url_of(review)}#remark-{thread.pk}",
        by=by,
    )


def _thread_of(review: Review, remark: Remark) -> Remark:
    """The beginning of the thread a comment is in."""
    found = Remark.objects.get(pk=remark.thread_id or remark.pk)
    refuse_unless(found.review_id == review.pk)
    return found


def _own(remark: Remark, by: User) -> Remark:
    review = review_locked(remark.review)
    found = Remark.objects.select_related("review__edition__persona", "thread").get(pk=remark.pk)
    refuse_unless(may_talk(review, by) and found.author_id == by.pk)
    return found


def _proposal_read(anchor: str, suggests: str, proposal: str) -> str:
    """A suggestion is about a tag and says what it should be."""
    if not suggests:
        return ""
    if suggests not in Suggestion or not anchor.startswith(f"{TAG}:"):
        message, hint = N_("A suggestion is about a tag."), N_("Choose the tag it is about.")
        raise UserError(Problem(("anchor",), message, hint))
    needed = N_("Say what you suggest.")
    if suggests == Suggestion.RENAME and len(proposal.strip()) > LONGEST_NAME:
        message = N_("A name has at most %(most)s characters; this one has %(many)s.")
        raise UserError(Problem(("proposal",), message, "", {"most": LONGEST_NAME, "many": len(proposal.strip())}))
    return text_read(proposal, needed=needed, longest=LONGEST_PROPOSAL, path="proposal")
