from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "segments.review"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        # Models are there only now; editions must not import reviews.
        from segments.editions.beside import BESIDE

        from .beside import ReviewBeside

        BESIDE.append(ReviewBeside())
