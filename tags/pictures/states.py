"""A life cycle: how many are in each state now, how many were some days ago, and who went where in between."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import get_language

from tags.builder.board import Board
from tags.kinds import Result, World, lifecycle
from tags.rules.catalog import name_in
from tags.rules.definition import Lifecycle
from tags.rules.definitions.lifecycle import STATES
from tags.rules.evaluate import Evaluation
from tags.rules.windows import Moment

from .base import Seen

DAYS = 30


@dataclass(frozen=True)
class Flows:
    """Customers by state, in the order of `STATES`, now and `DAYS` ago; `moved[then][now]`."""

    now: tuple[int, ...]
    then: tuple[int, ...]
    moved: tuple[tuple[int, ...], ...]


def figures(definition: Lifecycle, result: Result, world: World, seen: Seen) -> Flows:
    """The same definition over the same data as of an earlier day. Who was not a customer yet is told as today's
    customers are: as somebody who never bought."""
    before = lifecycle.evaluate(definition, earlier(world))
    now = [seen.cut(result.values[label.value]) for label in STATES]
    then = [before.values[label.value] for label in STATES]
    moved = tuple(tuple(old.intersection_cardinality(new) for new in now) for old in then)
    return Flows(tuple(map(len, now)), tuple(seen.count(members) for members in then), moved)


def earlier(world: World, days: int = DAYS) -> World:
    """The same data as of some days before."""
    of = world.evaluation
    moment = Moment(of.moment.as_of - timedelta(days=days), of.moment.zone)
    asked = Evaluation(lake=of.lake, moment=moment, members=of.members, answers=of.answers, held=of.held)
    return World(asked, world.universe, world.tag)


# As it is shown: boxes and arrows on a plane of WIDTH × HEIGHT

WIDTH, HEIGHT = 900, 330
BOX_WIDTH, BOX_HEIGHT = 128, 64
PLACES = {
    "prospect": (70, 80),
    "new": (280, 80),
    "active": (500, 80),
    "dormant": (810, 80),
    "churned": (810, 270),
    "won_back": (500, 270),
}
MOST_ARROWS = 12
THICKEST = 10.0


@dataclass(frozen=True)
class State:
    slug: str
    label: str
    count: int
    share: float
    before: int
    x: float
    y: float
    colour: int

    @property
    def change(self) -> int:
        return self.count - self.before


@dataclass(frozen=True)
class Arrow:
    """`path` is a curve, `x` and `y` where its number stands."""

    slug: str
    start: str
    end: str
    count: int
    share: float
    path: str
    head: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Drawn:
    states: tuple[State, ...]
    arrows: tuple[Arrow, ...]
    flows: tuple[Arrow, ...]
    moved: int
    days: int = DAYS
    box: str = f"0 0 {WIDTH} {HEIGHT}"


def drawn(found: Flows, board: Board) -> Drawn:
    language, whole = get_language() or "zh-hans", sum(found.now) or 1
    names = [name_in(label.names, language, label.value) for label in STATES]
    states = tuple(
        State(label.value, name, now, now / whole, then, *PLACES[label.value], place + 1)
        for place, (label, name, now, then) in enumerate(zip(STATES, names, found.now, found.then, strict=True))
    )
    flows = tuple(sorted(_arrows(found, names), key=lambda arrow: -arrow.count))
    return Drawn(states, flows[:MOST_ARROWS], flows, sum(arrow.count for arrow in flows))


def _arrows(found: Flows, names: list[str]) -> Iterator[Arrow]:
    most = max((n for i, row in enumerate(found.moved) for j, n in enumerate(row) if i != j), default=0) or 1
    for i, row in enumerate(found.moved):
        for j, count in enumerate(row):
            if i != j and count:
                width = round(1.5 + (THICKEST - 1.5) * math.sqrt(count / most), 1)
                share = count / found.then[i] if found.then[i] else 0
                start, end = STATES[i].value, STATES[j].value
                path, head, x, y = curve(PLACES[start], PLACES[end], width)
                yield Arrow(f"{start}-{end}", names[i], names[j], count, share, path, head, x, y, width)


def curve(start: tuple[float, float], end: tuple[float, float], width: float) -> tuple[str, str, float, float]:
    """From box to box, bent to its left so that the way back runs apart; the longer, the more. With the points of
    its head and the place of its number."""
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    far = math.hypot(dx, dy)
    bend = 26 + max(0.0, far - 320) * 0.28
    cx, cy = (x1 + x2) / 2 + bend * dy / far, (y1 + y2) / 2 - bend * dx / far
    cy = min(max(cy, -60), HEIGHT + 60)
    ax, ay = _edge((x1, y1), (cx, cy), 3)
    bx, by = _edge((x2, y2), (cx, cy), 6 + width)
    turn = math.atan2(by - cy, bx - cx)
    size = 5 + width
    head = " ".join(
        f"{bx + out * math.cos(turn + angle):.1f},{by + out * math.sin(turn + angle):.1f}"
        for angle, out in ((0, size), (2.2, size * 0.75), (-2.2, size * 0.75))
    )
    x, y = 0.25 * ax + 0.5 * cx + 0.25 * bx, 0.25 * ay + 0.5 * cy + 0.25 * by
    return f"M{ax:.1f} {ay:.1f} Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}", head, round(x, 1), round(y, 1)


def _edge(box: tuple[float, float], towards: tuple[float, float], gap: float) -> tuple[float, float]:
    """Where the line from the middle of a box leaves it, and a little further."""
    dx, dy = towards[0] - box[0], towards[1] - box[1]
    times = min(
        (BOX_WIDTH / 2 + gap) / abs(dx) if dx else math.inf, (BOX_HEIGHT / 2 + gap) / abs(dy) if dy else math.inf
    )
    return box[0] + dx * times, box[1] + dy * times
