"""The row every piece of long work has: committed before a task is sent, and the truth about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """Long work with its progress and outcome. `task_name` is the Celery task that takes its id; without
    `permission`, if one is named, nobody watches it."""

    task_name: ClassVar[str]
    permission: ClassVar[str] = ""

    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.WAITING, db_index=True)
    trigger = models.CharField(_("asked for by"), max_length=20, default="person")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    requested_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=40, blank=True)
    cancel_asked = models.BooleanField(default=False)
    step = models.CharField(_("what is being done"), max_length=120, blank=True)
    steps_done = models.BigIntegerField(default=0)
    steps_total = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def given_up(self) -> None:
        """What else to do when the last attempt was lost. The sweeper calls it, since no worker is left to."""

    def ended(self) -> None:
        """What else to do once the outcome is written; of jobs done together, of those that failed."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int:
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.steps_done // self.steps_total) if self.steps_total else 0

    @property
    def seconds(self) -> float | None:
        """How long it took, in seconds; None while it is not finished."""
        if self.started_at and self.finished_at:
            return (self.finished_at - self.started_at).total_seconds()
        return None
