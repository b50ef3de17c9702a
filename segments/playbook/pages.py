"""The playbook as a list, ready for the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cdp.access.people import person_name
from cdp.access.viewer import Viewer

from .fields import field_names
from .models import Channel, Direction, Play
from .selectors import plays


@dataclass(frozen=True)
class PlayLine:
    play: Play
    when: str
    channels: str
    owner: str


def play_lines(viewer: Viewer) -> list[PlayLine]:
    """As many queries for one as for many."""
    names = field_names(viewer)
    return [
        PlayLine(play, when_said(play, names), channels_said(play.channels), person_name(play.owner))
        for play in plays(viewer)
    ]


def when_said(play: Play, names: Mapping[str, str]) -> str:
    """`Customer stage = churned · TGI ≥ 150 · VIP`"""
    sign = "≥" if play.direction == Direction.OVER else "≤"
    name = _(names[play.field]) if play.field in names else play.field
    parts = [f"{name} = {play.value}" if play.value else name, f"TGI {sign} {play.tgi}"]
    return " · ".join([*parts, play.segment.name] if play.segment else parts)


def channels_said(slugs: Iterable[str]) -> str:
    return _(", ").join(str(Channel(slug).label) for slug in slugs if slug in Channel.values)
