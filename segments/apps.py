from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "segments"
    verbose_name = _("Segments")

    def ready(self) -> None:
        # Models are there only now; tags must not import segments.
        from cdp.live.program import FOLLOWERS
        from tags.dependencies import SEGMENT
        from tags.teamwork.publishers import PUBLISHERS

        from .following.follow import steps_follow
        from .providers import providers_fill
        from .publishing import SegmentPublisher

        providers_fill()
        PUBLISHERS[SEGMENT] = SegmentPublisher()
        FOLLOWERS.append(steps_follow)
