"""The forms of the kinds that are neither layers nor a measure, by kind."""

from .kind_form import KindForm
from .lifecycle_form import LIFECYCLE
from .preference_form import PREFERENCE
from .rfm_form import RFM

KIND_FORMS: dict[str, KindForm] = {"rfm": RFM, "lifecycle": LIFECYCLE, "preference": PREFERENCE}
