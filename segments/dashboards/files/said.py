"""What people said in interviews, as an edition keeps it: the qualitative half of a persona, for every file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..figures.numerals import percent


@dataclass(frozen=True)
class Said:
    """`held` tells how many interviews and meetings; `themes` are name, interviews, and their part of all with its
    interval (0 to 1); `beside` names and, a row for each, in how many interviews both were named."""

    held: str
    themes: Sequence[tuple[str, int, float, float, float]]
    beside: Sequence[tuple[str, Sequence[int]]]
    quotes: Sequence[tuple[str, str]]

    @property
    def theme_heads(self) -> tuple[str, ...]:
        return _("Theme"), _("Interviews"), _("Of all"), _("95% interval")

    @property
    def theme_rows(self) -> list[list[str]]:
        return [
            [name, str(count), percent(share), f"{percent(low)}–{percent(high)}"]
            for name, count, share, low, high in self.themes
        ]

    @property
    def beside_heads(self) -> tuple[str, ...]:
        return _("Named together"), *(name for name, _counts in self.beside)

    @property
    def quoted(self) -> list[str]:
        """`“As it was said.” — who`"""
        marked = ((_("“%(quote)s”") % {"quote": text}, who) for text, who in self.quotes)
        return [f"{text} — {who}" if who else text for text, who in marked]


def said_of(content: Mapping[str, Any]) -> Said | None:
    """None where nothing was kept of interviews."""
    kept = content.get("interviews")
    if not kept:
        return None
    return Said(
        _held(kept["interviews"], kept["meetings"]),
        [tuple(one[key] for key in ("name", "count", "share", "low", "high")) for one in kept["themes"]],
        [(one["name"], one["counts"]) for one in kept["beside"]] if len(kept["beside"]) > 1 else [],
        [(one["text"], one["who"]) for one in kept["quotes"]],
    )


def _held(interviews: int, meetings: int) -> str:
    told = [ngettext("%(many)s interview", "%(many)s interviews", interviews) % {"many": interviews}]
    if meetings:
        told.append(ngettext("%(many)s meeting", "%(many)s meetings", meetings) % {"many": meetings})
    return " · ".join(told)
