"""Editions: one row a frozen dashboard. Nothing of it changes; its seal is set once.

The database refuses changes, too (migration `editions_are_frozen`): a table that is built anew by a later migration
on SQLite loses its triggers, and has to be given them again.
"""

from datetime import UTC, datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from segments.personas.models import Persona

from .canonical import digest_of


class EditionFrozen(Exception):
    """An edition was to be changed or removed, which is a mistake of the programme and never a user's."""


class FrozenQuerySet(models.QuerySet["Edition"]):
    def update(self, **changes: Any) -> NoReturn:
        raise EditionFrozen("an edition never changes")

    def bulk_update(self, *args: Any, **more: Any) -> NoReturn:
        raise EditionFrozen("an edition never changes")

    def delete(self) -> NoReturn:
        raise EditionFrozen("an edition is never removed")

    def seal(self, pk: int, outcome: dict[str, Any], digest: str) -> bool:
        """Put the outcome under an edition that has none. Whether it was done."""
        sealed = {"outcome": outcome, "outcome_digest": digest, "sealed_at": timezone.now()}
        return bool(models.QuerySet(self.model, using=self.db).filter(pk=pk, sealed_at=None).update(**sealed))


class Edition(models.Model):
    """The dashboard of a persona as it was drawn, `content` as a `Render` has it, in `language`. `base` is the
    slug of the segment it is compared with, "" for everyone. `head`: what stands above it (see
    `services.head_of`). `digest` covers all of that. `outcome` is what a review of it came to, set once with
    `sealed_at`."""

    persona = models.ForeignKey(Persona, models.PROTECT, related_name="editions", verbose_name=_("persona"))
    number = models.PositiveIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(max_length=10)
    base = models.CharField(_("compared with"), max_length=64, blank=True)
    as_of = models.DateTimeField(_("as of"))
    fingerprint = models.CharField(max_length=64)
    head = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kept by")
    )
    maker = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField(_("kept at"))
    digest = models.CharField(max_length=64)
    outcome = models.JSONField(null=True)
    outcome_digest = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ("persona", "-number")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=("persona", "number"), name="edition_number_once")]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args: Any, **more: Any) -> None:
        if self.pk is not None:
            raise EditionFrozen("an edition never changes")
        super().save(*args, **more)

    def delete(self, *args: Any, **more: Any) -> NoReturn:
        raise EditionFrozen("an edition is never removed")

    @property
    def narrative(self) -> Any:
        """What the dashboard said in words, if it did."""
        return self.content.get("narrative")

    @property
    def members(self) -> int:
        return self.head["members"]

    @property
    def frozen(self) -> dict[str, Any]:
        """All that `digest` covers."""
        return {
            "persona": self.head["persona"],
            "number": self.number,
            "title": self.title,
            "language": self.language,
            "base": self.base,
            "as_of": _moment(self.as_of),
            "fingerprint": self.fingerprint,
            "head": self.head,
            "content": self.content,
            "made_by": self.maker,
            "made_at": _moment(self.made_at),
        }

    @property
    def is_intact(self) -> bool:
        """Whether it says what it said when it was made, and its outcome what it said when it was sealed."""
        sealed = self.sealed_at is None or digest_of(self.outcome) == self.outcome_digest
        return digest_of(self.frozen) == self.digest and sealed


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
