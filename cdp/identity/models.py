"""Typed identifiers, what people said about who is who, and the ledger of merges."""

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job
from cdp.naming import Named
from cdp.store.models import Batch, Customer


class IdentifierKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    TEXT = "text", _("number or name")


class IdentifierType(Named):
    """`kind` says how values are cleaned. Sources that use the same type are linked by it.

    `most` is how many of them one customer may have; what would exceed it is not merged but reviewed. A
    `shared` type never merges two customers who each have something stronger.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=IdentifierKind, default=IdentifierKind.TEXT)
    personal = models.BooleanField(_("personal"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("A row goes with its identifier of the smallest number.")
    )
    most = models.PositiveSmallIntegerField(
        _("most per customer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A link that would give a customer more of them goes to review. Empty: no limit."),
    )
    shared = models.BooleanField(
        _("may be shared"),
        default=False,
        help_text=_("Never merges two customers who each have a stronger identifier, such as a family's tablet."),
    )

    class Meta:
        ordering = ("priority", "slug")
        verbose_name = _("identifier type")
        verbose_name_plural = _("identifier types")


class Identifier(models.Model):
    """One clean value of one type belongs to one customer: `origin`, or whom that was merged into.

    Each origin has one `primary` identifier, and whatever came with that origin (rows, events) was
    shown together with it. So when a batch is undone, what is left still says whose it is.
    """

    type = models.SlugField(_("type"), max_length=64, db_index=False)
    value = models.CharField(_("value"), max_length=255)
    origin = models.ForeignKey(Customer, models.PROTECT, related_name="identifiers")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="identifiers", db_index=False)
    primary = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("type", "value"), name="identifier_once")]
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")


class Verdict(models.Model):
    """A person's word on whether two identifiers are one customer's; in force until it is lifted.

    It names identifiers, not rows, so it outlives undoing a load and loading the file again. A customer
    without any identifier is named by its row. `after_batch` is the newest batch when it was given;
    `lifted_for` the later verdict that took its place, with which it comes back.
    """

    class Says(models.TextChoices):
        SAME = "same", _("one customer")
        APART = "apart", _("two customers")

    says = models.CharField(max_length=5, choices=Says)
    one_type = models.SlugField(max_length=64, blank=True, db_index=False)
    one_value = models.CharField(max_length=255, blank=True)
    other_type = models.SlugField(max_length=64, blank=True, db_index=False)
    other_value = models.CharField(max_length=255, blank=True)
    one = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    other = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    after_batch = models.BigIntegerField(default=0)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_for = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replaced")

    class Meta:
        indexes = [models.Index(fields=("says",), condition=models.Q(lifted_at=None), name="verdict_in_force")]
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")


class Merge(models.Model):
    """`loser` was found to be `winner`; both are roots at the time. Undone by a date, never deleted.

    `winner_rows` and `loser_rows` are the customer rows (origins) each side was made of: since an origin keeps
    its records, identifiers and events, they are the state of both sides, whatever happens later.
    """

    winner = models.ForeignKey(Customer, models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Customer, models.PROTECT, related_name="merges_lost")
    winner_rows = models.JSONField(default=list)
    loser_rows = models.JSONField(default=list)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="merges")
    verdict = models.ForeignKey(Verdict, models.SET_NULL, null=True, related_name="merges")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")


class ReviewKind(models.TextChoices):
    SCORE = "score", _("alike")
    LIMIT = "limit", _("too many identifiers of one type")
    SHARED = "shared", _("a shared identifier")
    APART = "apart", _("linked although kept apart")


class ReviewState(models.TextChoices):
    OPEN = "open", _("to decide")
    ASKED = "asked", _("asked a colleague")
    MERGED = "merged", _("merged")
    APART = "apart", _("kept apart")


class Review(models.Model):
    """Two customers who may be one, for a person to decide.

    `one` and `other` are customer rows; whom those belong to now may have changed since. `evidence` holds
    "identifiers" ([{"type", "value"}], those concerned) and "weights" (column → number, of a match by score).
    """

    one = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=ReviewKind)
    score = models.FloatField(_("score"), null=True)
    evidence = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=ReviewState, default=ReviewState.OPEN)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")
    verdict = models.ForeignKey(Verdict, models.SET_NULL, null=True, related_name="reviews")
    note = models.CharField(_("note"), max_length=500, blank=True)
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=("state", "-score"), name="review_waiting")]
        verbose_name = _("review of customers")
        verbose_name_plural = _("reviews of customers")


class Matching(Job):
    """A run that looks for stored customers who are alike; only new and changed ones, unless `whole`."""

    task_name = "identity.match"

    whole = models.BooleanField(_("all pairs again"), default=False)
    customers = models.PositiveIntegerField(_("customers"), default=0)
    fresh = models.PositiveIntegerField(_("new or changed"), default=0)
    compared = models.PositiveBigIntegerField(_("pairs compared"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    asked = models.PositiveIntegerField(_("to decide"), default=0)

    class Meta:
        verbose_name = _("matching of customers")
        verbose_name_plural = _("matchings of customers")


class BlockedIdentifier(models.Model):
    """A value, or a pattern (RE2, of the whole value), that never identifies anybody: left out of every load.

    Without a type it counts for all of them. Letters count the same in either case.
    """

    type = models.SlugField(
        _("identifier type"), max_length=64, blank=True, db_index=False, help_text=_("Empty: every type.")
    )
    value = models.CharField(_("value"), max_length=255)
    is_pattern = models.BooleanField(_("pattern"), default=False, help_text=_("RE2, matched with the whole value."))
    is_on = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    built_in = models.BooleanField(_("built in"), default=False, editable=False)

    class Meta:
        ordering = ("type", "value")
        constraints = [models.UniqueConstraint(fields=("type", "value"), name="blocked_once")]
        verbose_name = _("blocked identifier")
        verbose_name_plural = _("blocked identifiers")

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        try:
            blocked_check(self.value if self.is_pattern else "")
        except pa.ArrowInvalid as error:
            text = _("This is no pattern that can be read: %(reason)s")
            raise ValidationError({"value": ValidationError(text, params={"reason": str(error)})}) from error


def blocked_check(pattern: str) -> None:
    """Raises `ArrowInvalid` for what is no RE2 pattern."""
    pc.match_substring_regex(pa.array([""]), pattern)
