"""What a file is: a preset somebody chose, one its headers look like, or what headers and values suggest."""

from collections.abc import Sequence
from typing import Any

from cdp.errors import N_, Problem, UserError, user_error

from .mapping import parse
from .presets import PRESETS
from .presets.applying import applied
from .presets.recognising import recognised
from .proposal import Proposal, propose
from .selectors import Sample

NO_PRESET = "none"
NOT_AS_BEFORE = Problem(
    (),
    N_("This file has other columns than the source's files so far, so its columns are proposed anew"),
    N_("Check them; what you save is used for the next file of this source"),
)


def fits(mapping: dict[str, Any], columns: Sequence[str]) -> bool:
    """Whether a saved mapping can be used for a file with these columns."""
    try:
        parse(mapping, columns)
    except UserError:
        return False
    return True


def understood(sample: Sample, *, kind: str = "", preset: str = "") -> Proposal:
    """The mapping to begin with. `kind` where it is said what the rows are; `preset` names one, or NO_PRESET.

    Raises `UserError` for a preset there is not.
    """
    if preset and preset != NO_PRESET and preset not in PRESETS:
        raise user_error(
            N_("There is no preset %(preset)s"),
            N_("Presets are: %(presets)s"),
            preset=preset,
            presets=", ".join(PRESETS),
        )
    if preset == NO_PRESET:
        return propose(sample, kind)
    found = PRESETS[preset] if preset else recognised(sample.columns)
    return applied(found, sample) if found and kind in ("", found.kind) else propose(sample, kind)
