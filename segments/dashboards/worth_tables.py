"""The numbers behind the charts of what customers are worth, as tables of plain JSON."""

from collections.abc import Callable, Iterator
from itertools import product

from django.utils.translation import gettext as _

from segments.personas.evidence import share_interval
from segments.personas.statistics import Base, Share

from .figures.house import Words
from .figures.marks import ours_mark, theirs_mark
from .figures.rfm import HIGH_FIRST, LOW_FIRST, Scores
from .figures.stages import Stages
from .tables import DECIMAL, SHARE, TEXT, WHOLE, Table, Value

# In a chart's tables those of R by F come first: share, index, average M.
SQUARES = 3


def rfm_tables(data: Scores, words: Words) -> Iterator[Table]:
    """R by F three times; then a row for each three scores that enough customers have."""
    base, cube = data.base, data.cube

    def grid(title: str, unit: str, of: Callable[[int, int], Value]) -> Table:
        rows = tuple((f"R{r}", *(of(r, f) for f in LOW_FIRST)) for r in HIGH_FIRST)
        return Table(title, ("", *(f"F{f}" for f in LOW_FIRST)), (TEXT, *[unit] * len(LOW_FIRST)), rows)

    def share(r: int, f: int) -> Value:
        square = cube.square(r, f)
        return ours_mark(square, base) or square.group_share(base)

    yield grid(_("Share: %(whom)s") % {"whom": words.group}, SHARE, share)
    yield grid(words.tgi, WHOLE, lambda r, f: cube.square(r, f).tgi(base))
    yield grid(data.money, DECIMAL, lambda r, f: cube.money(r, f)[0])
    places = product(HIGH_FIRST, reversed(LOW_FIRST), reversed(LOW_FIRST))
    pieces = [(place, cube.piece(*place)) for place in places]
    heads = ("RFM", *_heads(words), words.tgi)
    units = (TEXT, WHOLE, SHARE, WHOLE, SHARE, WHOLE)
    yield Table("", heads, units, tuple(_piece(one, base) for _place, one in pieces if one.everyone >= base.least))


def _heads(words: Words) -> tuple[str, ...]:
    number, share = _("Number: %(whom)s"), _("Share: %(whom)s")
    ours, theirs = {"whom": words.group}, {"whom": words.everyone}
    return number % ours, share % ours, number % theirs, share % theirs


def _piece(one: Share, base: Base) -> tuple[Value, ...]:
    mark, beside = ours_mark(one, base), theirs_mark(one, base)
    ours: tuple[Value, Value] = (mark, mark) if mark else (one.group, one.group_share(base))
    theirs: tuple[Value, Value] = (beside, beside) if beside else (one.everyone, one.everyone_share(base))
    return (one.label, *ours, *theirs, one.tgi(base))


def stage_tables(data: Stages, words: Words) -> Iterator[Table]:
    """A row a move: of those in a stage then, who is in which one now."""
    heads = (
        _("From"),
        _("To"),
        _("Number: %(whom)s") % {"whom": words.group},
        _("Share: %(whom)s") % {"whom": words.group},
        _("At least (95%)"),
        _("At most (95%)"),
        _("Share: %(whom)s") % {"whom": words.everyone},
        words.tgi,
    )
    units = (TEXT, TEXT, WHOLE, SHARE, SHARE, SHARE, SHARE, WHOLE)
    title = f"{data.days[0]} → {data.days[1]}"
    yield Table(title, heads, units, tuple(_moves(data)))


def _moves(data: Stages) -> Iterator[tuple[Value, ...]]:
    for move in data.moves.told():
        share, base = move.share, move.base
        found = share_interval(share.group, base.group)
        names = data.names[move.then], data.names[move.now]
        theirs = theirs_mark(share, base) or share.everyone_share(base)
        yield *names, share.group, share.group_share(base), found.low, found.high, theirs, share.tgi(base)
