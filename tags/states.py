"""How current the result of a tag or a segment is, and what that is called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

FRESHNESS = ("fresh", "behind", "stale", "expired", "never", "draft", "retired")
# What somebody who builds on it should know.
TROUBLES = ("behind", "stale", "expired", "never")


@dataclass(frozen=True)
class Standing:
    """`since`: when its last refresh failed, or what its result is as of; None when there is neither."""

    name: str
    state: str
    since: datetime | None


def state_labels() -> dict[str, str]:
    return {
        "fresh": _("fresh"),
        "behind": _("new data since"),
        "stale": _("stale"),
        "expired": _("expired"),
        "never": _("not computed yet"),
        "draft": _("draft"),
        "retired": _("retired"),
        "running": _("being refreshed"),
    }


def freshness(refreshed: Any, data: str) -> str:
    """Of a tag or segment with a run: is it too old to count, did it fail since, has the data changed since,
    or is it fresh."""
    if is_expired(refreshed.run.as_of, getattr(refreshed, "valid_days", None), timezone.now()):
        return "expired"
    if refreshed.stale_since:
        return "stale"
    return "behind" if refreshed.run.data_version not in ("", data) else "fresh"


def is_expired(as_of: datetime, valid_days: int | None, at: datetime) -> bool:
    """Whether a result as of one moment has stopped counting at another (`tags.validity`)."""
    return valid_days is not None and as_of + timedelta(days=valid_days) <= at


def standing(refreshed: Any, data: str) -> Standing:
    """Of a tag or segment, with its `run` at hand, measured by the data version there is now."""
    if refreshed.run is None:
        return Standing(refreshed.name, "never", refreshed.stale_since)
    return Standing(refreshed.name, freshness(refreshed, data), refreshed.stale_since or refreshed.run.as_of)
