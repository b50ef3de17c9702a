"""Reviews of editions: who was invited, what was said about which figure, who decided what, and who is looking."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.access.models import Department
from segments.editions.models import Edition


class ReviewState(models.TextChoices):
    OPEN = "open", _("under review")
    SEALED = "sealed", _("sealed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Review(models.Model):
    """An edition that departments are asked about until a day. `moved` counts every change of what its page shows;
    `reminded_at` is when who has not decided was told that it is due."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reviews", verbose_name=_("edition"))
    asked = models.TextField(_("what is asked"), blank=True)
    due_on = models.DateField(_("due on"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("sent by")
    )
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    opened_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=("edition",), condition=~models.Q(state="withdrawn"), name="one_review_an_edition"
            )
        ]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    @property
    def is_open(self) -> bool:
        return self.state == ReviewState.OPEN


class Invitation(models.Model):
    """A department that is asked, and what."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="invitations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    asked = models.TextField(blank=True)
    invited_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("review", "department"), name="department_invited_once")]


class Choice(models.TextChoices):
    APPROVE = "approve", _("approves")
    DISSENT = "dissent", _("approves with dissent")
    CHANGES = "changes", _("asks for changes")


class Decision(models.Model):
    """What a department decided. The latest is in force (`is_current`); earlier ones stay as the history. `answer`
    is the owner's."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="decisions")
    choice = models.CharField(max_length=8, choices=Choice)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=("invitation",), condition=models.Q(is_current=True), name="one_current_decision"
            )
        ]


class Suggestion(models.TextChoices):
    RENAME = "rename", _("another name")
    REDEFINE = "redefine", _("another definition")


class Verdict(models.TextChoices):
    TAKEN = "taken", _("taken up")
    DECLINED = "declined", _("declined")


class Remark(models.Model):
    """A comment, or a reply to one (`thread`). `anchor` is what it is about (`anchors.py`), "" for all of it;
    replies have their thread's. A suggestion (`suggests`) is about a tag and has its `proposal`; the owner's
    `verdict` ends it. `resolved_at` is of threads."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="remarks")
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    anchor = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    suggests = models.CharField(max_length=8, choices=Suggestion, blank=True)
    proposal = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        default_permissions = ()


class Attachment(models.Model):
    """A file that came with a comment; `file` is relative to the files folder. `digest` is its SHA-256."""

    remark = models.ForeignKey(Remark, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="reviews/%Y/%m/", max_length=200)
    name = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()


class Answered(models.Model):
    """A later edition answers a comment of the review before it; kept beside that review, which is sealed."""

    remark = models.ForeignKey(Remark, models.PROTECT, related_name="answers")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("remark", "edition"), name="comment_answered_once")]


class Looker(models.Model):
    """Who has the page of a review open, and when it last said so."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="lookers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=("review", "person"), name="looks_at_review_once")]
