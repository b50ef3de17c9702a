from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "segments.mailing"
    verbose_name = _("Regular mails")

    def ready(self) -> None:
        # Models are there only now; notices know of no mailings.
        from cdp.notices.rights import MAY_READ

        from .selectors import may_read

        MAY_READ["mailing"] = may_read
