"""Files of customers that are made in the background."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cdp.errors import N_
from cdp.ledger.models import Job, JobState
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send

from .keeping import export_files_remove

TOLD = {
    JobState.DONE: N_("Your file is ready: %(name)s"),
    JobState.FAILED: N_("Your file could not be made: %(name)s"),
}


class Form(models.TextChoices):
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class Export(Job):
    """Customers as a file, for who asked and nobody else. `members` is the bitmap of them as of asking, cut to what
    that person may see; `clear` whether they saw personal values then. `attributes` as `layout.layout_of` takes
    them. `file` is empty until the file is whole, and again when it was removed."""

    task_name = "exports.export"
    permission = "access.export_customers"

    title = models.CharField(_("title"), max_length=200)
    back = models.CharField(max_length=400)
    form = models.CharField(_("format"), max_length=4, choices=Form)
    attributes = models.JSONField(default=list)
    members = models.BinaryField()
    count = models.BigIntegerField(_("customers"))
    clear = models.BooleanField(_("personal values in clear"))
    language = models.CharField(max_length=10)
    file = models.CharField(max_length=255, blank=True)
    bytes = models.BigIntegerField(_("bytes"), default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return self.title

    def given_up(self) -> None:
        export_files_remove(self.pk)

    def ended(self) -> None:
        if text := TOLD.get(JobState(self.state)):
            notices_send(
                people=[self.requested_by_id],
                kind=NoticeKind.EXPORT,
                text=text,
                params={"name": self.title},
                url=reverse("exports:export", args=[self.pk]),
                needs=self.permission,
            )

    @property
    def is_there(self) -> bool:
        return self.state == JobState.DONE and bool(self.file)

    @property
    def until(self) -> datetime | None:
        """When its file is removed."""
        return self.finished_at + timedelta(days=settings.CDP_EXPORT_DAYS) if self.finished_at else None
