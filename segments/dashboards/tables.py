"""The numbers behind charts that are more than shares of values, as tables of plain JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from segments.personas.cohorts import Cohort
from segments.personas.concentration import TOPS, Estimate, steps_of
from segments.personas.evidence import share_interval
from segments.personas.statistics import Base, Distribution, Share
from segments.personas.veiling import is_few

from .figures.cohort import Cohorts
from .figures.curve import Curves
from .figures.flow import Flows
from .figures.funnel import onward
from .figures.house import Words
from .figures.marks import mark_of, ours_mark, theirs_mark
from .figures.numerals import percent

Value: TypeAlias = str | int | float | None
TEXT, WHOLE, SHARE, DECIMAL = "text", "whole", "share", "decimal"


@dataclass(frozen=True)
class Table:
    """`units` tell how each column is written: text, whole, share or decimal. What is not shown is a text."""

    title: str
    heads: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def curve_tables(data: Curves, words: Words) -> Iterator[Table]:
    ours, theirs = data.group, data.everyone
    heads = ("", words.group, _("At least (95%)"), _("At most (95%)"), words.everyone)
    rows = [(_("Buyers"), ours.buyers, None, None, theirs.buyers)]
    yield Table("", heads, (TEXT, WHOLE, WHOLE, WHOLE, WHOLE), tuple(rows))
    figures = [(_("Gini coefficient"), *_estimates(ours.gini, theirs.gini))]
    yield Table("", heads, (TEXT, DECIMAL, DECIMAL, DECIMAL, DECIMAL), tuple(figures))
    tops = (
        (top_name(part), *_estimates(one, other))
        for part, one, other in zip(TOPS, ours.tops, theirs.tops, strict=True)
        if one and other
    )
    yield Table(_("Share of spend"), heads, (TEXT, SHARE, SHARE, SHARE, SHARE), tuple(tops))
    for whom, found in ((words.group, ours), (words.everyone, theirs)):
        axes = (_("Share of buyers"), _("Share of spend"))
        yield Table(whom, axes, (SHARE, SHARE), tuple(zip(steps_of(found.curve), found.curve, strict=True)))


def top_name(part: float) -> str:
    return _("Top %(part)s of buyers") % {"part": percent(part)}


def _estimates(ours: Estimate, theirs: Estimate) -> tuple[float, float, float, float]:
    return ours.value, ours.interval.low, ours.interval.high, theirs.value


def cohort_tables(data: Cohorts, words: Words) -> Iterator[Table]:
    """Shares of the group, with all of it and of everyone in front; then the counts, the group's and everyone's."""
    later = tuple(f"+{number + 1}" for number in range(data.columns))
    first = _("First purchase in")
    rows = [_cohort_shares(one, data) for one in data.cohorts]
    yield Table(
        _("Share: %(whom)s") % {"whom": words.group},
        (first, *later),
        (TEXT, *[SHARE] * len(later)),
        (*_averages(data, words), *rows),
    )
    for name, of in ((words.group, "group"), (words.everyone, "everyone")):
        counts = tuple(_cohort_counts(one, data, of) for one in data.cohorts)
        heads, units = (first, _("Buyers"), *later), (TEXT, WHOLE, *[WHOLE] * len(later))
        yield Table(_("Number: %(whom)s") % {"whom": name}, heads, units, counts)


def _averages(data: Cohorts, words: Words) -> Iterator[tuple[Value, ...]]:
    found = [data.averages(later) for later in range(data.columns)]
    for side, name in enumerate((words.group, words.everyone)):
        yield (data.all_of % name, *(one[side] for one in found))


def _cohort_shares(one: Cohort, data: Cohorts) -> tuple[Value, ...]:
    least, base = data.base.least, one.base(data.base.least)
    told = (
        mark_of(one.later[k].group, base) if one.hidden(k, least) else one.later[k].group_share(base)
        for k in data.across(one)
    )
    return one.month, *told


def _cohort_counts(one: Cohort, data: Cohorts, of: str) -> tuple[Value, ...]:
    """Everyone's are told where everyone is enough, the group's where nothing follows from the two."""
    least, base = data.base.least, one.base(data.base.least)
    counts = [getattr(share, of) for share in (one.size, *one.later)]
    if of == "everyone":
        hidden = [is_few(count, least) for count in counts]
    else:
        hidden = [one.is_small(least), *(one.hidden(k, least) for k in data.across(one))]
    told = zip(counts, hidden, strict=True)
    return one.month, *(mark_of(count, base) if veiled else count for count, veiled in told)


def funnel_tables(data: Distribution, words: Words) -> Iterator[Table]:
    """A row a step: who came so far, with the interval of the share, and who went on from the step before."""
    before = _("From the step before: %(whom)s")
    ours, theirs = words.group, words.everyone
    heads = (
        _("Step"),
        _("Number: %(whom)s") % {"whom": ours},
        _("Share: %(whom)s") % {"whom": ours},
        _("At least (95%)"),
        _("At most (95%)"),
        before % {"whom": ours},
        _("Number: %(whom)s") % {"whom": theirs},
        _("Share: %(whom)s") % {"whom": theirs},
        before % {"whom": theirs},
    )
    units = (TEXT, WHOLE, SHARE, SHARE, SHARE, SHARE, WHOLE, SHARE, SHARE)
    rows = [_step(None, data.shares[0], data.base)]
    rows += [_step(earlier, share, data.base) for earlier, share in pairwise(data.shares)]
    yield Table("", heads, units, tuple(rows))


def _step(before: Share | None, share: Share, base: Base) -> tuple[Value, ...]:
    ours, theirs = onward(before, share, base) if before else (None, None)
    mark, beside = ours_mark(share, base), theirs_mark(share, base)
    everyone = (beside, beside, None) if beside else (share.everyone, share.everyone_share(base), theirs)
    if mark or not base.group:
        return (share.label, mark, mark, None, None, None, *everyone)
    found = share_interval(share.group, base.group)
    return (share.label, share.group, share.group_share(base), found.low, found.high, ours, *everyone)


def flow_tables(data: Flows, words: Words) -> Iterator[Table]:
    """A row a way, those gone most first within each column."""
    ranked = sorted(data.flows, key=lambda flow: (flow.column, -flow.count))
    rows = tuple(
        (f"{data.columns[flow.column]} → {data.columns[flow.column + 1]}", flow.source, flow.target, flow.count)
        for flow in ranked
    )
    yield Table("", ("", _("From"), _("To"), data.unit), (TEXT, TEXT, TEXT, WHOLE), rows)
