"""What answering many rules together would read, told before anything is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .nodes import Measure, Node, OnList, Sample, Segment, Tag
from .parts import Part, span_of
from .questions import Question
from .shared import Asked
from .windows import Moment


@dataclass(frozen=True)
class EventScan:
    """The parts of one event that are read, once, for so many different leaves. `bytes` of whole files."""

    event: str
    leaves: int
    parts: int
    rows: int
    bytes: int


@dataclass(frozen=True)
class Plan:
    """`named` counts leaves as often as rules name them, `different` each once. `alone` are asked one by one,
    the others share `scans`; `rows_alone` would be read if each of those were asked by itself."""

    named: int
    different: int
    alone: int
    scans: tuple[EventScan, ...]
    rows_alone: int

    @property
    def shared(self) -> int:
        return self.named - self.different

    @property
    def rows(self) -> int:
        return sum(scan.rows for scan in self.scans)

    @property
    def bytes(self) -> int:
        return sum(scan.bytes for scan in self.scans)


def plan_of(named: Sequence[Asked], asked: dict[Asked, Question], parts: Iterable[Part], moment: Moment) -> Plan:
    """`named` are the leaves about the data of all rules, `asked` those that are answered together."""
    different = set(named)
    used: dict[str, list[tuple[Part, int]]] = {}
    leaves: dict[str, set[Asked]] = {}
    for part in parts:
        using = [one for one, what in asked.items() if _needs(what, part, moment)]
        if using:
            used.setdefault(part.event, []).append((part, len(using)))
            leaves.setdefault(part.event, set()).update(using)
    scans = tuple(
        EventScan(
            event,
            len(leaves[event]),
            len(read),
            sum(part.rows for part, _ in read),
            sum(part.bytes for part, _ in read),
        )
        for event, read in sorted(used.items())
    )
    rows_alone = sum(part.rows * times for read in used.values() for part, times in read)
    return Plan(len(named), len(different), len(different) - len(asked), scans, rows_alone)


def _needs(what: Question, part: Part, moment: Moment) -> bool:
    low, high = span_of(part, moment)
    return any(t.meets(part.event) and t.start < high and t.end > low for t in what.tallies)


def about_data(found: Iterable[Node | Measure]) -> list[Asked]:
    """Without tags, segments and lists, which are in memory."""
    return [one for one in found if not isinstance(one, Tag | Segment | OnList | Sample)]
