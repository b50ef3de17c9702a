"""A dashboard as plain JSON: numbers, what stands out, and every chart that has something to show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from segments.personas.apart import Standout, standouts
from segments.personas.statistics import Base, Distribution, Share, veil
from segments.personas.tree import tree_grown
from segments.playbook.fields import field_of

from .behind import numbers_behind
from .cities import cities_told, with_untold
from .figures.house import Words, figure_json
from .figures.numerals import index, percent, whole
from .figures.outline import province_outlines
from .figures.tiles import province_tiles
from .filters import Filters, cut
from .group import Group
from .narrating import narrative_of
from .nesting import veiled_together
from .queries.answer import Answer
from .queries.baskets import read as orders_read
from .queries.leading import steps_of
from .queries.numbers import key_numbers
from .queries.shopping import buyers_of
from .questions import questions_of
from .registry import CHARTS, SECTIONS, Chart
from .tree_rows import tree_rows
from .wording import words

Progress = Callable[[int, int, str], None]


def content_of(group: Group, progress: Progress) -> dict[str, Any]:
    """In the language that is active. Of a group too small to show, or too much like whom it is compared with, only
    its size."""
    members = whole(group.base.group)
    few = {"members": group.base.group, "too_small": group.least, "numbers": [], "sections": []}
    if group.base.too_small:
        return few
    if group.too_alike:
        return few | {"too_alike": group.against or _("Everyone")}
    group.everyone.ahead(steps_of(group))
    group = replace(group, buyers=buyers_of(group), orders=orders_read(group))
    answers = veiled_together(list(_answered(group, progress)))
    drawn = {_slug(chart, answer): (chart, answer) for chart, answer in answers}
    over, under = standouts(_compared(group, drawn))
    questions = questions_of(group, [answer for _chart, answer in answers])
    tree = tree_grown(questions, group.members & group.universe, group.universe, least=group.least)
    return {
        "members": group.base.group,
        "label": _("%(members)s members") % {"members": members},
        "against": group.against,
        "numbers": [asdict(number) for number in key_numbers(group)],
        "narrative": narrative_of(group, drawn, [*over, *under]),
        "over": [_standout(group, *drawn[found.subject], found) for found in over],
        "under": [_standout(group, *drawn[found.subject], found) for found in under],
        "tree": tree_rows(tree, group),
        "sections": list(_sections(answers, words(group.against), group)),
        "cities": cities_told(group, [answer for _chart, answer in answers]),
    }


def _answered(group: Group, progress: Progress) -> Iterator[tuple[Chart, Answer]]:
    for done, chart in enumerate(CHARTS):
        progress(done, len(CHARTS) + 1, chart.section.title)
        for answer in chart.query(group):
            # Of a few only, even how many something is known of is not told.
            if not (answer.data.empty or answer.data.base.too_small):
                yield chart, answer


def _compared(group: Group, drawn: Mapping[str, tuple[Chart, Answer]]) -> Iterator[tuple[str, Distribution]]:
    """By their charts; not what the segment itself is built on."""
    for slug, (chart, answer) in drawn.items():
        every = _every(answer)
        if chart.compared and isinstance(every, Distribution) and answer.subject not in group.defined_by:
            shares = [one for one in every.shares if f"{answer.subject}={one.value}" not in group.defined_by]
            yield slug, replace(every, shares=tuple(shares))


def _every(answer: Answer) -> Any:
    """All values, those the chart shows as it shows them; of the others nothing that what they are together in it
    would tell a few with."""
    if answer.every is None or not isinstance(answer.data, Distribution):
        return answer.data
    shown = {share.value: share for share in answer.data.shares}
    left = tuple(share for share in answer.every.shares if share.value not in shown)
    if "" in shown:
        sums = (sum(share.group for share in left), sum(share.everyone for share in left))
        left = veil(Distribution(left, Base(*sums, answer.every.base.least))).shares
    told = tuple(shown[share.value] for share in answer.every.shares if share.value in shown)
    return replace(answer.every, shares=(*told, *left))


def _sections(answers: list[tuple[Chart, Answer]], used: Words, group: Group) -> Iterator[dict[str, Any]]:
    for section in SECTIONS:
        charts = [
            _drawn(group, chart, answer, used) for chart, answer in answers if chart.section_of(answer) is section
        ]
        if charts:
            yield {"slug": section.slug, "title": _(section.title), "charts": charts}


def _drawn(group: Group, chart: Chart, answer: Answer, used: Words) -> dict[str, Any]:
    data = numbers_behind(chart.figure, answer.data, used, answer.every)
    own = _on_own_map(group, chart, answer, used)
    if chart.condition and isinstance(answer.data, Distribution):
        shares = answer.data.shares
        data["rules"] = [rule_of(group, chart, answer, share) if share.value else None for share in shares]
    return {
        "slug": _slug(chart, answer),
        "title": _title(chart, answer),
        "note": with_untold(_note(chart, answer, group.filters), data) + (f" · {group.map_source}" if own else ""),
        "figure": figure_json(own or chart.figure(answer.data, used)),
        "data": data,
    }


def _on_own_map(group: Group, chart: Chart, answer: Answer, used: Words) -> go.Figure | None:
    """In the organisation's own outlines, which files read back from the figure."""
    if chart.figure is province_tiles and group.outlines and isinstance(answer.data, Distribution):
        return province_outlines(answer.data, used, group.outlines)
    return None


def _note(chart: Chart, answer: Answer, filters: Filters) -> str:
    note = answer.note or _(chart.note) % {"n": whole(answer.n)}
    uncut = _("at any time, on any channel")
    return note if chart.from_events or not filters else f"{note} · {uncut}"


def _slug(chart: Chart, answer: Answer) -> str:
    return f"{chart.slug}-{answer.subject}"


def _title(chart: Chart, answer: Answer) -> str:
    return _(chart.title) % {"name": answer.name} if chart.title else answer.name


def _standout(group: Group, chart: Chart, answer: Answer, found: Standout) -> dict[str, Any]:
    share, base = found.share, found.base
    return {
        "subject": answer.name or _title(chart, answer),
        "field": field_of(chart.slug, answer.subject),
        "stored": share.value,
        "value": share.label or share.value,
        "share": percent(share.group_share(base)),
        "everyone": percent(share.everyone_share(base)),
        "tgi": index(found.tgi),
        "between": _between(found),
        "n": whole(share.group),
        "counts": [share.group, base.group, share.everyone, base.everyone],
        "rule": rule_of(group, chart, answer, share),
    }


def rule_of(group: Group, chart: Chart, answer: Answer, share: Share) -> dict[str, Any] | None:
    """Whom a value of a chart is true of, in the time and on the channel that count."""
    if chart.condition is None:
        return None
    found = chart.condition(group, answer, share)
    return cut(found, group.filters, group.day) if found and chart.from_events else found


def _between(found: Standout) -> str:
    interval = found.interval
    return f"{index(interval.low)}–{index(interval.high)}" if interval else ""
