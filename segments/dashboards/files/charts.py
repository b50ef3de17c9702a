"""What every file is made of: a dashboard's charts with the numbers behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from segments.personas.statistics import Base

from ..behind import TILES, Row, base_of, row_of, rows_of
from ..cities import city_charts
from ..figures.house import Words
from ..figures.outline import Outlines, outlines_drawn
from ..figures.tiles import BY_NAME
from ..tables import Table
from ..wording import words

# Of a chart of curves: the tables before these hold other figures.
CURVES_FROM = 3


@dataclass(frozen=True)
class Chart:
    """One chart: of `shape` (see `behind`), with a note that tells the sample size; `used` are its words,
    `outlines` those of the organisation's own map, where it was drawn in one."""

    section: str
    title: str
    note: str
    shape: str
    base: Base
    rows: Sequence[Row]
    used: Words
    tables: Sequence[Table] = ()
    outlines: Outlines = field(default_factory=dict)

    @property
    def areas(self) -> list[Row]:
        """Those of the own map, and last the ones where nobody is known to live."""
        found = [row for row in self.rows if row.value in self.outlines]
        empty = sorted(self.outlines.keys() - {row.value for row in found} - {""})
        return [*found, *(row_of(self.base, name, self._name(name), 0, 0) for name in empty)]

    @property
    def elsewhere(self) -> list[Row]:
        """What the own map has no area of."""
        return [row for row in self.rows if row.value not in self.outlines]

    def _name(self, area: str) -> str:
        return BY_NAME[area].full(self.used.language) if area in BY_NAME else area


@dataclass(frozen=True)
class Apart:
    """A value that sets the group apart, `over` or under everyone's."""

    over: bool
    subject: str
    value: str
    row: Row


@dataclass(frozen=True)
class Told:
    """A sentence of the narrative with the figures it rests on, and the titles of their charts."""

    text: str
    figures: Sequence[Mapping[str, Any]]
    charts: Sequence[str]

    @property
    def read_from(self) -> str:
        """`TGI 142 (135–149) · n 512 · Top of category`, one after the other."""
        each = zip(self.figures, self.charts, strict=True)
        return "; ".join(" · ".join(filter(None, _parts(one, title))) for one, title in each)


def _parts(one: Mapping[str, Any], title: str) -> Iterator[str]:
    yield f"TGI {one['tgi']}" + (f" ({one['between']})" if one["between"] else "")
    yield f"n {one['n']}"
    yield title


def told_of(content: Mapping[str, Any]) -> list[Told]:
    """Nothing of pictures from before there were sentences."""
    charts = [chart for section in content["sections"] for chart in section["charts"]]
    titles = {f"chart-{chart['slug']}": chart["title"] for chart in charts} | {"numbers": _("Key numbers")}
    return [
        Told(told["text"], told["figures"], [titles.get(one["place"], "") for one in told["figures"]])
        for told in content.get("narrative", [])
    ]


def words_of(content: Mapping[str, Any]) -> Words:
    return words(content.get("against", ""))


def compared(content: Mapping[str, Any]) -> str:
    return f"{_('Compared with')}: {words_of(content).everyone}"


def charts_of(content: Mapping[str, Any]) -> Iterator[Chart]:
    yield from charts_named(content).values()


def charts_named(content: Mapping[str, Any]) -> dict[str, Chart]:
    """By slug, in their order."""
    used = words_of(content)
    return {
        chart["slug"]: _chart(section["title"], chart, used)
        for section in content["sections"]
        for chart in section["charts"]
    }


def _chart(section: str, chart: Mapping[str, Any], used: Words) -> Chart:
    data = chart["data"]
    tables = [Table(**table) for table in data.get("tables", [])]
    own = outlines_drawn(chart.get("figure", {})) if data["shape"] == TILES else {}
    told = (section, chart["title"], chart["note"], data["shape"])
    return Chart(*told, base_of(data), rows_of(data), used, tables, own)


def city_charts_of(content: Mapping[str, Any]) -> Iterator[Chart]:
    """The cities of each province that can be opened on the page."""
    used, section = words_of(content), _("Cities of the provinces")
    for chart in city_charts(content):
        data = chart["data"]
        yield Chart(section, chart["title"], chart["note"], data["shape"], base_of(data), rows_of(data), used)


def apart_of(content: Mapping[str, Any]) -> Iterator[Apart]:
    for way in ("over", "under"):
        for found in content.get(way, []):
            ours, size, theirs, everyone = found["counts"]
            row = row_of(Base(size, everyone, 0), found["value"], found["value"], ours, theirs)
            yield Apart(way == "over", found["subject"], found["value"], row)
