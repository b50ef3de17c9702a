from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "cdp.identity"
    verbose_name = _("Identity")

    def ready(self) -> None:
        # The store does not know of identities; the undo step makes itself known to it.
        autodiscover_modules("undo")
