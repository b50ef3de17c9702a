"""What this process has asked of the data, for whoever asks the same next: a form, a refresh, a page."""

from django.conf import settings

from cdp.store.lake import Lake

from .rules.answers import Answers
from .rules.held import Held
from .rules.held_columns import HeldColumns

ANSWERS = Answers()
HELD = Held(settings.CDP_PREVIEW_MB * 2**20)


def held_columns(lake: Lake) -> HeldColumns:
    """The events' columns in memory, for the live counts of forms."""
    return HeldColumns(HELD, lake)
