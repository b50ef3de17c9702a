from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TagsConfig(AppConfig):
    name = "tags"
    verbose_name = _("Tags")

    def ready(self) -> None:
        # Models are there only now.
        from .dependencies import TAG
        from .publishing import TagPublisher
        from .teamwork.publishers import PUBLISHERS

        PUBLISHERS[TAG] = TagPublisher()
