"""From a province to its cities: told with the picture, drawn when somebody asks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from segments.personas.statistics import Distribution

from .behind import base_of, has_untold, numbers_behind, share_of
from .conditions import attribute_rule
from .figures.bars import comparison_bars
from .figures.house import figure_json
from .figures.numerals import whole
from .group import Group
from .queries.answer import Answer
from .queries.people import PROVINCE
from .queries.places import CITY, cities
from .wording import untold_of, value_label, words

BEGINS = "cities-"


def cities_told(group: Group, answers: Sequence[Answer] = ()) -> list[dict[str, Any]]:
    """The provinces with enough members, and of their cities what a chart's numbers are. `answers` are the charts
    of all they are told beside."""
    return [_told(group, province, found) for province, found in cities(group, answers)]


def _told(group: Group, province: str, found: Distribution) -> dict[str, Any]:
    data = numbers_behind(comparison_bars, found, words(group.against))
    return {"value": province, "label": value_label(PROVINCE, province, group.language), "data": data}


def provinces_in(content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The chart of its cities, the province and its name, for each that can be opened."""
    told = content.get("cities", [])
    return [(f"{BEGINS}{place}", one["value"], one["label"]) for place, one in enumerate(told)]


def city_charts(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """As the charts of a section are, without their figures."""
    for place, one in enumerate(content.get("cities", [])):
        data, base = one["data"], base_of(one["data"])
        yield {
            "slug": f"{BEGINS}{place}",
            "title": _("%(province)s: cities") % {"province": one["label"]},
            "note": with_untold(_("known of %(n)s members") % {"n": whole(base.group)}, data),
            "data": data | {"rules": [_rule(one["value"], row[0]) for row in data["rows"]]},
        }


def with_cities(content: Mapping[str, Any]) -> dict[str, Any]:
    """A dashboard for where nothing can be asked later: the cities of all provinces are a section of it."""
    charts = [chart | {"figure": figure_json(city_figure(chart, content))} for chart in city_charts(content)]
    sections = list(content.get("sections", []))
    if charts:
        sections.append({"slug": "cities", "title": _("Cities of the provinces"), "charts": charts})
    return {**content, "sections": sections}


def with_untold(note: str, data: Mapping[str, Any]) -> str:
    """Beneath a chart, what its `–` means, where there is one."""
    return f"{note} · {untold_of(data)}" if has_untold(data) else note


def _rule(province: str, city: str) -> dict[str, Any] | None:
    if not city:
        return None
    return {"all": [attribute_rule(slug, "text", value) for slug, value in ((PROVINCE, province), (CITY, city))]}


def city_figure(chart: Mapping[str, Any], content: Mapping[str, Any]) -> Any:
    """The bars of one province, from its numbers."""
    rows, base = chart["data"]["rows"], base_of(chart["data"])
    shares = tuple(share_of(base, *row) for row in rows)
    return comparison_bars(Distribution(shares, base), words(content.get("against", "")))
