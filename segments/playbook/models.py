"""The playbook: when a group shows this, do that."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cdp.naming import Named
from segments.models import Segment
from tags.rules.catalog import name_in

# What an entry says beside its name, in the order of the form.
TEXTS = ("action", "effect", "measure")


class Direction(models.TextChoices):
    OVER = "over", _("more often than everyone")
    UNDER = "under", _("less often than everyone")


class Channel(models.TextChoices):
    """Where an action takes place; not the channels events come from."""

    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("App push")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    CALL = "call", _("Phone call")
    STORE = "store", _("Stores")
    SHOP = "shop", _("Online shop")
    ADS = "ads", _("Advertising")


class Play(Named):
    """`field`: of what the finding is, as `fields.field_of` writes it; `value` as stored or as read, empty for any.
    `tgi`: the index from which on it holds, for `under` down to which. `segment`: for this one alone. `texts`: by
    name (`action`, `effect`: what is expected, `measure`: how that is seen) and language; one that is not written
    is read in another language."""

    field = models.CharField(_("finding"), max_length=120)
    value = models.CharField(_("value"), max_length=120, blank=True)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, default=Direction.OVER)
    tgi = models.PositiveIntegerField("TGI", default=120)
    segment = models.ForeignKey(
        Segment, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    texts = models.JSONField(default=dict, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    is_on = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("playbook entry")
        verbose_name_plural = _("playbook entries")

    @property
    def action(self) -> str:
        return self.text("action")

    @property
    def effect(self) -> str:
        return self.text("effect")

    @property
    def measure(self) -> str:
        return self.text("measure")

    def text(self, name: str) -> str:
        """In the language that is active, or the best there is."""
        return name_in(self.texts.get(name, {}), get_language() or "zh-hans", "")
