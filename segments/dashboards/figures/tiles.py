"""The 34 province-level units as tiles, laid out to resemble the country. No map, no borders, no outside file.

A published map of China needs an approval number; a grid of names does not, and each tile is as readable
as the next, however small the place.
"""

from dataclasses import dataclass, replace
from math import log2

import plotly.graph_objects as go

from segments.personas.statistics import Distribution, Share

from .bars import hover_text
from .house import EMPTY_TILE, QUIET, Words, figure_new
from .numerals import index

COLUMNS, ROWS = 8, 9
# Two doublings either way: an index of 50 and of 200 are equally far from 100.
REACH = 1.0


@dataclass(frozen=True)
class Province:
    """`name` is the GB/T 2260 full name that profiles hold; `iso` the letters of ISO 3166-2:CN."""

    name: str
    short: str
    traditional: str
    iso: str
    english: str
    row: int
    column: int

    def label(self, language: str) -> str:
        return {"en": self.iso, "zh-hant": self.traditional}.get(language, self.short)

    def full(self, language: str) -> str:
        return {"en": self.english, "zh-hant": self.traditional}.get(language, self.name)


PROVINCES = (
    Province("黑龙江省", "黑龙江", "黑龍江", "HL", "Heilongjiang", 0, 7),
    Province("吉林省", "吉林", "吉林", "JL", "Jilin", 1, 7),
    Province("新疆维吾尔自治区", "新疆", "新疆", "XJ", "Xinjiang", 2, 0),
    Province("内蒙古自治区", "内蒙古", "內蒙古", "NM", "Inner Mongolia", 2, 3),
    Province("北京市", "北京", "北京", "BJ", "Beijing", 2, 5),
    Province("辽宁省", "辽宁", "遼寧", "LN", "Liaoning", 2, 6),
    Province("甘肃省", "甘肃", "甘肅", "GS", "Gansu", 3, 1),
    Province("宁夏回族自治区", "宁夏", "寧夏", "NX", "Ningxia", 3, 2),
    Province("山西省", "山西", "山西", "SX", "Shanxi", 3, 3),
    Province("河北省", "河北", "河北", "HE", "Hebei", 3, 4),
    Province("天津市", "天津", "天津", "TJ", "Tianjin", 3, 5),
    Province("青海省", "青海", "青海", "QH", "Qinghai", 4, 1),
    Province("陕西省", "陕西", "陝西", "SN", "Shaanxi", 4, 2),
    Province("河南省", "河南", "河南", "HA", "Henan", 4, 3),
    Province("山东省", "山东", "山東", "SD", "Shandong", 4, 4),
    Province("江苏省", "江苏", "江蘇", "JS", "Jiangsu", 4, 5),
    Province("上海市", "上海", "上海", "SH", "Shanghai", 4, 6),
    Province("西藏自治区", "西藏", "西藏", "XZ", "Tibet", 5, 0),
    Province("四川省", "四川", "四川", "SC", "Sichuan", 5, 1),
    Province("重庆市", "重庆", "重慶", "CQ", "Chongqing", 5, 2),
    Province("湖北省", "湖北", "湖北", "HB", "Hubei", 5, 3),
    Province("安徽省", "安徽", "安徽", "AH", "Anhui", 5, 4),
    Province("浙江省", "浙江", "浙江", "ZJ", "Zhejiang", 5, 5),
    Province("云南省", "云南", "雲南", "YN", "Yunnan", 6, 1),
    Province("贵州省", "贵州", "貴州", "GZ", "Guizhou", 6, 2),
    Province("湖南省", "湖南", "湖南", "HN", "Hunan", 6, 3),
    Province("江西省", "江西", "江西", "JX", "Jiangxi", 6, 4),
    Province("福建省", "福建", "福建", "FJ", "Fujian", 6, 5),
    Province("台湾省", "台湾", "臺灣", "TW", "Taiwan", 6, 6),
    Province("广西壮族自治区", "广西", "廣西", "GX", "Guangxi", 7, 2),
    Province("广东省", "广东", "廣東", "GD", "Guangdong", 7, 3),
    Province("香港特别行政区", "香港", "香港", "HK", "Hong Kong", 7, 4),
    Province("海南省", "海南", "海南", "HI", "Hainan", 8, 2),
    Province("澳门特别行政区", "澳门", "澳門", "MO", "Macao", 8, 3),
)
BY_NAME = {province.name: province for province in PROVINCES}


def province_tiles(distribution: Distribution, words: Words) -> go.Figure:
    """Heat by TGI around 100; a tile without enough members stays empty."""
    shares = {share.value: share for share in distribution.shares}
    heat: list[list[float | None]] = [[None] * COLUMNS for _ in range(ROWS)]
    ground: list[list[int | None]] = [[None] * COLUMNS for _ in range(ROWS)]
    text = [[""] * COLUMNS for _ in range(ROWS)]
    hover = [[""] * COLUMNS for _ in range(ROWS)]
    for province in PROVINCES:
        row, column = province.row, province.column
        share = shares.get(province.name, Share(province.name, 0, 0))
        tgi = share.tgi(distribution.base)
        ground[row][column] = 0
        heat[row][column] = None if tgi is None else _doublings(tgi)
        text[row][column] = f"{province.label(words.language)}<br>{'' if tgi is None else index(tgi)}"
        named = replace(share, label=province.full(words.language))
        hover[row][column] = hover_text(named, distribution.base, words)
    return _grid(ground, heat, text, hover, words)


def places_by_tile() -> list[list[str]]:
    """Whose tile each is, for whoever is clicked; "" where there is none."""
    places = [[""] * COLUMNS for _ in range(ROWS)]
    for province in PROVINCES:
        places[province.row][province.column] = province.name
    return places


def _doublings(tgi: float) -> float:
    return max(-REACH, min(REACH, log2(tgi / 100))) if tgi > 0 else -REACH


def _grid(ground: list, heat: list, text: list, hover: list, words: Words) -> go.Figure:
    tile = {"xgap": 3, "ygap": 3, "hoverongaps": False, "showscale": False}
    spoken = {"customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    blank = [[0, EMPTY_TILE], [1, EMPTY_TILE]]
    names = [
        [words_ if value is None else "" for words_, value in zip(*rows, strict=True)]
        for rows in zip(text, heat, strict=True)
    ]
    return figure_new(
        go.Heatmap(
            z=ground,
            colorscale=blank,
            text=names,
            texttemplate="%{text}",
            textfont={"color": QUIET},
            **tile,
            **spoken,
        ),
        go.Heatmap(
            z=heat,
            coloraxis="coloraxis",
            text=text,
            texttemplate="%{text}",
            xgap=3,
            ygap=3,
            hoverongaps=False,
            **spoken,
        ),
        height=390,
        meta={"places": places_by_tile()},
        xaxis={"visible": False},
        yaxis={"visible": False, "autorange": "reversed"},
        coloraxis={
            "cmin": -REACH,
            "cmax": REACH,
            "colorbar": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 0.9,
                "yanchor": "bottom",
                "len": 0.5,
                "tickvals": [-REACH, 0, REACH],
                "ticktext": ["≤50", f"{words.tgi} 100", "≥200"],
            },
        },
    )
