"""What changed between two editions of a persona, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from segments.dashboards.figures.numerals import index, percent, short, whole
from segments.dashboards.wording import words

from .beside import AnsweredNote, answered_by
from .differences import ChartChange, Differences, NumberChange, RowChange, differences
from .models import Edition

# Of a chart with many values (a week has 168) the first so many that changed are enough to read.
MOST_ROWS = 12


@dataclass(frozen=True)
class Line:
    """A row of a chart, written: shares, points and indices, and whether chance explains the change (`is_sure`)."""

    label: str
    before: str
    after: str
    points: str
    tgi: str
    way: str
    is_sure: bool


@dataclass(frozen=True)
class ChartLines:
    slug: str
    title: str
    section: str
    sizes: str
    lines: list[Line]
    sure: int
    answered: list[AnsweredNote]


@dataclass(frozen=True)
class NumberLine:
    label: str
    before: str
    after: str
    difference: str
    way: str
    is_sure: bool | None


@dataclass(frozen=True)
class ChangesPage:
    """`found` is from `before` to `after`; `others` are the numbers of the editions it may be compared with."""

    before: Edition
    after: Edition
    others: list[tuple[int, str]]
    found: Differences
    answered: Mapping[str, list[AnsweredNote]]

    @property
    def is_comparable(self) -> bool:
        """Compared with the same ones; otherwise indices mean different things."""
        return self.before.base == self.after.base

    @property
    def after_url(self) -> str:
        return reverse("editions:edition", args=[self.after.persona.slug, self.after.number])

    @property
    def before_url(self) -> str:
        return reverse("editions:edition", args=[self.before.persona.slug, self.before.number])

    @property
    def numbers(self) -> list[NumberLine]:
        return [number_line(number, self.after.language) for number in self.found.numbers]

    @property
    def changed(self) -> list[ChartLines]:
        return [_chart_lines(chart, self.answered.get(chart.slug, [])) for chart in self.found.changed]

    @property
    def answered_else(self) -> list[AnsweredNote]:
        """Comments it answers that are about no chart that changed."""
        shown = {chart.slug for chart in self.found.changed}
        return [note for chart, notes in self.answered.items() if chart not in shown for note in notes]

    @property
    def steady(self) -> list[str]:
        return [chart.title for chart in self.found.steady]

    @property
    def new_charts(self) -> list[str]:
        return [chart.title for chart in self.found.one_sided if chart.before is None]

    @property
    def gone_charts(self) -> list[str]:
        return [chart.title for chart in self.found.one_sided if chart.after is None]


def changes_page(viewer: Viewer, before: Edition, after: Edition, others: list[tuple[int, str]]) -> ChangesPage:
    found = differences(before.content, after.content)
    return ChangesPage(before, after, others, found, answered_by(viewer, after))


def _chart_lines(chart: ChartChange, answered: list[AnsweredNote]) -> ChartLines:
    rows = chart.rows if len(chart.rows) <= MOST_ROWS else chart.sure[:MOST_ROWS]
    sizes = [whole(base.group) if base else "–" for base in (chart.before, chart.after)]
    return ChartLines(
        slug=chart.slug,
        title=chart.title,
        section=chart.section,
        sizes=" → ".join(sizes),
        lines=[row_line(row) for row in rows],
        sure=len(chart.sure),
        answered=answered,
    )


def row_line(row: RowChange) -> Line:
    shares = [percent(one.share) if one else _("none") for one in (row.before, row.after)]
    indices = [index(one.tgi) if one else "–" for one in (row.before, row.after)]
    return Line(
        label=_label(row),
        before=shares[0],
        after=shares[1],
        points=_points(row.points),
        tgi=" → ".join(indices),
        way=_way(row.points),
        is_sure=row.is_sure,
    )


def _label(row: RowChange) -> str:
    return row.label if row.day is None else f"{words().weekdays[row.day]} {row.label}:00"


def number_line(number: NumberChange, language: str) -> NumberLine:
    changed = number.difference
    if changed is None:
        told = "–"
    elif number.unit == "share":
        told = _points(changed)
    else:
        sign = "+" if changed > 0 else "−" if changed < 0 else "±"
        told = f"{sign}{'¥' if number.unit == 'money' else ''}{short(abs(changed), language)}"
        if number.value_before and changed:
            told += f" ({_signed_percent(changed / number.value_before)})"
    return NumberLine(
        label=number.label,
        before=number.before or "–",
        after=number.after or "–",
        difference=told,
        way=_way(changed),
        is_sure=None if number.q is None else number.is_sure,
    )


def _points(change: float | None) -> str:
    """In percentage points with a sign: +3.4."""
    if change is None:
        return "–"
    return f"{100 * change:+.1f}".replace("-", "−") if abs(change) >= 0.0005 else "±0.0"


def _signed_percent(change: float) -> str:
    return f"{100 * change:+.1f}%".replace("-", "−")


def _way(change: float | None) -> str:
    return "" if not change else "up" if change > 0 else "down"
