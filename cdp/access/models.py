"""What people may do, as Django permissions, and the keys other systems ask with."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdp.naming import Named


class Capability(models.Model):
    """Holds the product's permissions; groups (marketer, analyst, steward, …) are given them."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("view_personal", _("see phones, e-mails and names in clear")),
            ("load_data", _("load files and undo loads")),
            ("merge_customers", _("merge customers and part them again")),
            ("edit_tags", _("make and change tags")),
            ("edit_segments", _("make and change segments")),
            ("set_approvals", _("say what needs whose approval")),
            ("export_customers", _("download customers")),
        )


class Department(Named):
    """Part of the organisation that is asked and decides as one; whoever is a member speaks for it."""

    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="departments", verbose_name=_("members")
    )

    class Meta:
        ordering = ("slug",)
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class ApiKey(models.Model):
    """What another system shows to read the profile of one customer at a time; `viewer.py` says what it sees.

    Only `digest` (SHA-256, hexadecimal) of the secret is kept; `prefix` is its beginning, by which people know it.
    `attributes`, `tags` and `segments` are slugs. `all_attributes` means those that are not personal and `all_tags`
    those that are not sensitive: what is, is named or not seen. `lookups` are slugs of identifier types.
    """

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_on = models.BooleanField(_("in use"), default=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    all_attributes = models.BooleanField(default=False)
    attributes = models.JSONField(default=list, blank=True)
    sees_personal = models.BooleanField(default=False)
    all_tags = models.BooleanField(default=False)
    tags = models.JSONField(default=list, blank=True)
    all_segments = models.BooleanField(default=False)
    segments = models.JSONField(default=list, blank=True)
    lookups = models.JSONField(default=list, blank=True)
    shows_identifiers = models.BooleanField(default=False)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @cached_property
    def named_tags(self) -> frozenset[str]:
        return frozenset(self.tags)

    @cached_property
    def named_segments(self) -> frozenset[str]:
        return frozenset(self.segments)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_usable(self) -> bool:
        return self.is_on and not self.is_expired


class TourProgress(models.Model):
    """How far one person is on the tour of the product. `ended`: walked to its end, or declined."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField(default=0)
    ended = models.BooleanField(default=False)
