"""Links to an edition, and every look at one. Links are never removed: it stays known who gave what to whom."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from segments.editions.models import Edition


class ShareLink(models.Model):
    """`token_hash` (SHA-256, hexadecimal) is all that is kept of the address; `password` as Django keeps those of
    people, "" for none. `shows_names`: whether colleagues are named on the page."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="share_links")
    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(max_length=128, blank=True, editable=False)
    shows_names = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    looks = models.PositiveIntegerField(default=0)
    last_look_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        verbose_name = _("share link")
        verbose_name_plural = _("share links")

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "open"

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class Outcome(models.TextChoices):
    SEEN = "seen", _("seen")
    WRONG = "wrong", _("wrong password")
    LOCKED = "locked", _("locked out")
    ENDED = "ended", _("came too late")


class Look(models.Model):
    """One time somebody came: `address` is the network they came from (/24, /48 of IPv6), never the whole of it;
    `agent` the family of their browser."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=50)
    agent = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=Outcome)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [models.Index(fields=("link", "outcome", "at"), name="look_tries")]
