from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "segments.mailing"
    verbose_name = _("Regular mails")
