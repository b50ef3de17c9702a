"""What every file is made of: a dashboard's charts with the numbers behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from segments.personas.statistics import Base

from ..behind import Row, base_of, row_of, rows_of
from ..figures.house import Words
from ..tables import Table
from ..wording import words

# Of a chart of curves: the tables before these hold other figures.
CURVES_FROM = 3


@dataclass(frozen=True)
class Chart:
    """One chart: of `shape` (see `behind`), with a note that tells the sample size; `used` are its words."""

    section: str
    title: str
    note: str
    shape: str
    base: Base
    rows: Sequence[Row]
    used: Words
    tables: Sequence[Table] = ()


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
    used = words_of(content)
    for section in content["sections"]:
        for chart in section["charts"]:
            data = chart["data"]
            told = (section["title"], chart["title"], chart["note"], data["shape"])
            tables = [Table(**table) for table in data.get("tables", [])]
            yield Chart(*told, base_of(data), rows_of(data), used, tables)


def apart_of(content: Mapping[str, Any]) -> Iterator[Apart]:
    for way in ("over", "under"):
        for found in content.get(way, []):
            ours, size, theirs, everyone = found["counts"]
            row = row_of(found["value"], found["value"], ours, theirs, Base(size, everyone, 0))
            yield Apart(way == "over", found["subject"], found["value"], row)
