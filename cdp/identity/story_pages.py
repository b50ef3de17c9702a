"""How one customer came together, to be drawn: origins, their identifiers, and the merges that joined them."""

from collections import defaultdict
from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.translation import gettext

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, may, sees_personal
from cdp.naming import source_names
from cdp.store.models import Customer

from .models import Identifier, IdentifierType, Merge

MOST_ORIGINS, MOST_IDENTIFIERS = 20, 6
ROW, WIDTH = 26, 480
COLUMNS = (0, 104, 280)
CUSTOMER_ENDS, ORIGIN_ENDS = 84, 270
# How wide a Latin and a Chinese letter is drawn.
NARROW, WIDE = 7, 12


@dataclass(frozen=True)
class Node:
    """`hint` is drawn beside the text, `title` is what it says in full where it had to be cut."""

    text: str
    hint: str
    x: int
    y: int
    title: str = ""


@dataclass(frozen=True)
class MergeLine:
    merge: Merge
    reason: str
    score: float | None


@dataclass(frozen=True)
class IdentityStory:
    """A drawing `width` × `height`: the customer, its origins, their identifiers, joined by `lines` (SVG paths)."""

    nodes: list[Node]
    lines: list[str]
    merges: list[MergeLine]
    height: int
    more: int
    may_part: bool
    width: int = WIDTH

    @classmethod
    def of(cls, viewer: Viewer, customer: Customer) -> "IdentityStory":
        merged = Customer.objects.filter(merged_into=customer).select_related("batch").order_by("pk")
        origins = [customer, *merged[:MOST_ORIGINS]]
        held, names = _held(viewer, origins), source_names(origin.batch.source for origin in origins)
        nodes, lines, y = [], [], 20
        for origin in origins:
            mine = held[origin.pk][:MOST_IDENTIFIERS] or [("", "—")]
            middle = y + ROW * (len(mine) - 1) // 2
            source, day = names[origin.batch.source], f"{origin.created_at:%Y-%m-%d}"
            nodes.append(
                Node(
                    f"#{origin.pk}", _short(source, beside=f"#{origin.pk} "), COLUMNS[1], middle, f"{source}, {day}"
                )
            )
            for label, value in mine:
                nodes.append(Node(value, label, COLUMNS[2], y))
                lines.append(_line(ORIGIN_ENDS, middle, COLUMNS[2] - 4, y))
                y += ROW
            y += 8
        rows = [node.y for node in nodes if node.x == COLUMNS[1]]
        top = (rows[0] + rows[-1]) // 2
        lines += [_line(CUSTOMER_ENDS, top, COLUMNS[1] - 4, row) for row in rows]
        nodes.insert(0, Node(gettext("Customer") + f" #{customer.pk}", "", COLUMNS[0], top))
        more = max(0, merged.count() - MOST_ORIGINS)
        return cls(nodes, lines, _merges(origins), y, more, may(viewer, "access.merge_customers"))


def _short(source: str, beside: str) -> str:
    """A source's name, cut to the room there is beside the number of the row that came from it."""
    room = ORIGIN_ENDS - COLUMNS[1] - _width(beside)
    if _width(source) <= room:
        return source
    ends = [end for end in range(len(source)) if _width(f"{source[:end]}…") <= room]
    return f"{source[: max(ends, default=0)]}…"


def _width(text: str) -> int:
    return sum(WIDE if east_asian_width(letter) in "WFA" else NARROW for letter in text)


def _line(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (x + to_x) // 2
    return f"M{x} {y} C{half} {y} {half} {to_y} {to_x} {to_y}"


def _held(viewer: Viewer, origins: list[Customer]) -> dict[int, list[tuple[str, str]]]:
    """Origin → (name of the type, value as this viewer may see it)."""
    types = {kind.slug: kind for kind in IdentifierType.objects.all()}
    clear = sees_personal(viewer)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Identifier.objects.filter(origin__in=origins).order_by("-primary", "type", "value")
    for origin, slug, value in rows.values_list("origin_id", "type", "value"):
        kind = types.get(slug)
        hidden = not clear and (kind is None or kind.personal)
        found[origin].append((kind.name if kind else slug, masked(value) if hidden else value))
    return found


def _merges(origins: list[Customer]) -> list[MergeLine]:
    """Those in force between these origins, the latest first, with the score of the match each came of."""
    merges = Merge.objects.filter(loser__in=origins, winner__in=origins, undone_at=None)
    found = merges.select_related("merged_by", "verdict").prefetch_related("verdict__reviews").order_by("-pk")
    return [MergeLine(merge, gettext(merge.reason) if merge.reason else "", _score(merge)) for merge in found]


def _score(merge: Merge) -> float | None:
    if merge.verdict is None:
        return None
    return next((100 * review.score for review in merge.verdict.reviews.all() if review.score), None)
