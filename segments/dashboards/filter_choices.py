"""The words of filters: what can be chosen, and what was."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cdp.channels import CHANNELS

from .filters import LASTS, Filters
from .wording import channel_label

FROM_TO = "from"


@dataclass(frozen=True)
class FilterChoices:
    """Choices of a form, each with value, name and whether it is the one."""

    filters: Filters

    @property
    def times(self) -> list[tuple[str, str, bool]]:
        lasts = [(str(days), _last(days), self.filters.last == days) for days in LASTS]
        return [
            ("", _("All time"), not self.filters.is_timed),
            *lasts,
            (FROM_TO, _("From … to …"), self.is_from_to),
        ]

    @property
    def is_from_to(self) -> bool:
        return bool(self.filters.since or self.filters.until)

    @property
    def channels(self) -> list[tuple[str, str, bool]]:
        chosen = self.filters.channel
        known = dict.fromkeys([slug for slug, _name in CHANNELS] + ([chosen] if chosen else []))
        named = [(slug, channel_label(slug), slug == chosen) for slug in known]
        return [("", _("All channels"), not chosen), *named]

    @property
    def text(self) -> str:
        return filters_text(self.filters)


def filters_text(filters: Filters) -> str:
    """Last 30 days · Tmall"""
    parts = [_last(filters.last)] if filters.last else []
    since, until = (date_format(one, _("j M Y")) if one else "" for one in (filters.since, filters.until))
    if since and until:
        parts.append(_("%(since)s to %(until)s") % {"since": since, "until": until})
    elif since:
        parts.append(_("from %(since)s on") % {"since": since})
    elif until:
        parts.append(_("up to %(until)s") % {"until": until})
    parts += [channel_label(filters.channel)] if filters.channel else []
    return " · ".join(parts)


def _last(days: int) -> str:
    return _("Last %(days)s days") % {"days": days}
