from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class CdpConfig(AppConfig):
    name = "cdp"
    verbose_name = _("Platform")

    def ready(self) -> None:
        # Registers the checks; they read settings, so not earlier.
        import_module("cdp.checks")


class QuanxiAdminConfig(AdminConfig):
    default_site = "cdp.site.QuanxiAdminSite"
