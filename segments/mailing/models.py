"""Plans of what is sent when to whom, and one row for each time it was done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cdp.access.models import Department
from cdp.ledger.models import Job, JobState
from segments.boards.models import Board
from segments.editions.models import Edition
from segments.personas.models import Persona

from .telling import failed_tell


class Every(models.TextChoices):
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class Mailing(models.Model):
    """Of a persona or of a board. `day` is of the week (0 is Monday) or of the month (1 to 31; in a shorter month
    its last); `at` the time in the product's time zone. Editions are kept in `language`, mails are in the readers'.
    Who `owner` is decides what may be kept. `bases`: slugs of the segments it is compared with, in their order;
    none for everyone. `next_at` is nothing while it is paused."""

    persona = models.ForeignKey(Persona, models.CASCADE, null=True, related_name="mailings")
    board = models.ForeignKey(Board, models.CASCADE, null=True, related_name="mailings")
    every = models.CharField(_("how often"), max_length=5, choices=Every)
    day = models.PositiveSmallIntegerField(_("day"))
    at = models.TimeField(_("time"))
    language = models.CharField(_("language of the editions"), max_length=10)
    bases = models.JSONField(_("compared with"), default=list, blank=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    departments = models.ManyToManyField(Department, blank=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(_("next time"), null=True, db_index=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(persona=None, board__isnull=False) | Q(persona__isnull=False, board=None),
                name="mailing_of_one_thing",
            )
        ]
        verbose_name = _("regular mail")
        verbose_name_plural = _("regular mails")

    def __str__(self) -> str:
        return self.name

    @property
    def of(self) -> Persona | Board:
        found = self.persona or self.board
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def is_on(self) -> bool:
        return self.next_at is not None


class Outcome(models.TextChoices):
    KEPT = "kept", _("a new edition was kept and sent")
    SAME = "same", _("nothing had moved, and the mail said so")
    BOARD = "board", _("the board was sent")


class MailingRun(Job):
    """One time. `edition` is the one that was kept or that shows the same already. How many got a mail, how many
    were told in the product alone, and how many were meant to have it and may not see it any more."""

    task_name = "mailings.send"
    permission = "access.edit_segments"

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="runs")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=5, choices=Outcome, blank=True)
    mailed = models.PositiveIntegerField(default=0)
    unmailed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()

    @property
    def about(self) -> str:
        """What its letters are known by."""
        return f"mailing:{self.pk}"

    def ended(self) -> None:
        if self.state == JobState.FAILED:
            failed_tell(self)
