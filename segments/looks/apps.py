from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LooksConfig(AppConfig):
    name = "segments.looks"
    verbose_name = _("Looks at customers")
