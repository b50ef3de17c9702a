"""What the playbook suggests about what a dashboard found, for the page and for files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from segments.models import Segment
from segments.playbook.matching import Finding, Suggestion, suggestions
from segments.playbook.models import Direction
from segments.playbook.pages import channels_said
from segments.playbook.selectors import plays_in_use


@dataclass(frozen=True)
class Suggested:
    """An entry of the playbook in words, and the `finding` it answers, as the dashboard lists it."""

    way: str
    finding: Mapping[str, Any]
    pk: int
    name: str
    action: str
    channels: str
    effect: str
    measure: str
    owner: str

    @property
    def finding_said(self) -> str:
        sign = "▲" if self.way == Direction.OVER else "▼"
        return f"{sign} {self.finding['value']} · {self.finding['subject']} · TGI {self.finding['tgi']}"

    @property
    def action_said(self) -> str:
        where = f" ({self.channels})" if self.channels else ""
        return f"{self.name}: {self.action}{where}"


def suggested(viewer: Viewer, segment: Segment, content: Mapping[str, Any]) -> tuple[Suggested, ...]:
    """In the order of the findings. Nothing where nothing was found."""
    findings = list(_findings(content))
    if not findings:
        return ()
    return tuple(_said(one) for one in suggestions(plays_in_use(viewer, segment.pk), findings))


def _findings(content: Mapping[str, Any]) -> Iterator[Finding]:
    for way in Direction:
        for row in content.get(way.value, []):
            ours, size, theirs, everyone = row["counts"]
            if "field" in row and size and theirs:
                tgi = 100 * (ours / size) / (theirs / everyone)
                yield Finding(row["field"], row["stored"], row["value"], way, tgi, row)


def _said(one: Suggestion) -> Suggested:
    play = one.play
    return Suggested(
        way=one.finding.direction.value,
        finding=one.finding.shown,
        pk=play.pk,
        name=play.name,
        action=play.action,
        channels=channels_said(play.channels),
        effect=play.effect,
        measure=play.measure,
        owner=person_name(play.owner),
    )
