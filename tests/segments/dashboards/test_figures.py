"""Figures are drawn from numbers alone, in the house style and the language asked."""

import json

import pytest

from segments.dashboards.figures.bars import comparison_bars, ordered_columns, shortened
from segments.dashboards.figures.flow import Flow, Flows, flow_bands
from segments.dashboards.figures.funnel import funnel_bars
from segments.dashboards.figures.heat import Week, week_heat
from segments.dashboards.figures.house import PALETTE, Words, template
from segments.dashboards.figures.numerals import percent, short
from segments.dashboards.figures.tiles import COLUMNS, PROVINCES, ROWS, province_tiles
from segments.dashboards.figures.trend import Months, trend_lines
from segments.personas.statistics import Base, Distribution, Share

BASE = Base(1000, 10_000, least=20)
DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


WHY = "– 不显示，以免推算出少于 20"


def words(language="zh-hans"):
    told = "– 不显示，以免推算出少于 %(least)s"
    return Words(group="本群", everyone="全体", tgi="TGI", weekdays=DAYS, language=language, untold=told)


def levels():
    shares = (Share("gold", 300, 1500, "金卡"), Share("silver", 12, 900, "银卡"), Share("none", 688, 7600, "无"))
    return Distribution(shares, BASE)


def test_bars_name_share_and_index_beside_everyone():
    figure = comparison_bars(levels(), words())
    everyone, ours, labels = figure.data
    assert list(ours.y) == ["金卡", "银卡", "无"]
    assert list(ours.x) == [0.3, 0, 0.688]
    assert list(everyone.x) == [0.15, 0.09, 0.76]
    assert [label.strip() for label in labels.text] == ["<b>30%</b>  TGI 200", "<20", "<b>69%</b>  TGI 91"]
    assert "n = 300" in ours.customdata[0]
    assert "本群: <20<br>" in ours.customdata[1]


def test_a_number_that_is_veiled_though_it_is_no_few_is_a_dash_that_says_why():
    shares = (Share("a", 300, 1500), Share("b", 12, 900), Share("c", 30, 900, veiled=True), Share("d", 0, 13))
    _everyone, ours, labels = comparison_bars(Distribution(shares, BASE), words()).data
    assert [label.strip() for label in labels.text][1:] == ["<20", "–", "<b>0%</b>  TGI –"]
    assert ours.customdata[2] == f"<b>c</b><br>本群: –<br>全体: 9.0% (n = 900)<br>TGI: –<br>{WHY}"
    assert ours.customdata[3] == "<b>d</b><br>本群: 0% (n = 0)<br>全体: <20<br>TGI: –"
    assert not any("–" in ours.customdata[place].split("TGI")[0] for place in (0, 1))
    standing, _grey = ordered_columns(Distribution(shares, BASE), words()).data
    assert list(standing.text) == ["30%", "<20", "–", "0%"]


def test_of_everyone_nothing_is_drawn_where_five_are_not_in_the_group():
    everyone, ours, labels = comparison_bars(Distribution((Share("a", 50, 55),), BASE), words()).data
    assert (list(everyone.x), list(ours.x)) == ([0], [0.05])
    assert labels.text[0].strip() == "<b>5.0%</b>  TGI –"
    assert ours.customdata[0] == f"<b>a</b><br>本群: 5.0% (n = 50)<br>全体: –<br>TGI: –<br>{WHY}"


def test_a_step_of_the_funnel_that_few_were_lost_at_is_a_dash():
    shares = (Share("a", 500, 5000, "看"), Share("b", 490, 4000, "买", veiled=True), Share("c", 300, 305, "评"))
    figure = funnel_bars(Distribution(shares, BASE), words())
    assert [label.strip() for label in figure.data[2].text][1:] == ["–", "<b>30%</b>  TGI –"]
    hover = figure.data[1].customdata
    assert WHY in hover[1] and "<20" not in hover[1] and "看 → 买: – (全体 80%)" in hover[1]
    assert "全体: –" in hover[2] and "买 → 评: – (全体 –)" in hover[2]


def test_values_that_read_alike_keep_a_row_each():
    shares = (Share("a", 300, 900, "其他"), Share("b", 300, 900, "其他"))
    assert len(set(comparison_bars(Distribution(shares, BASE), words()).data[0].y)) == 2


def test_columns_lie_down_when_their_names_do_not_fit_below():
    few = Distribution(tuple(Share(str(n), 100, 1000, f"{n}") for n in range(6)), BASE)
    long = Distribution(tuple(Share(str(n), 100, 1000, f"{n},000–{n},999") for n in range(6)), BASE)
    assert ordered_columns(few, words()).data[0].orientation is None
    assert ordered_columns(long, words()).data[0].orientation == "h"


def test_the_tile_grid_has_all_34_units_and_no_two_in_one_place():
    places = {(province.row, province.column) for province in PROVINCES}
    assert len(PROVINCES) == len(places) == 34
    assert all(row < ROWS and column < COLUMNS for row, column in places)
    assert len({province.iso for province in PROVINCES}) == 34


def test_neighbours_in_the_country_are_near_in_the_grid():
    place = {province.short: (province.row, province.column) for province in PROVINCES}
    assert place["黑龙江"] < place["吉林"] < place["辽宁"]
    assert place["新疆"][1] < place["甘肃"][1] < place["陕西"][1] < place["河南"][1] < place["山东"][1]
    assert place["海南"][0] > place["广西"][0] > place["贵州"][0]


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "浙江"), ("zh-hant", "浙江"), ("en", "ZJ")])
def test_a_tile_says_its_name_and_index_and_stays_empty_for_few(language, name):
    shares = (Share("浙江省", 400, 2000), Share("海南省", 5, 100))
    ground, heat = province_tiles(Distribution(shares, BASE), words(language)).data
    zhejiang = next(p for p in PROVINCES if p.short == "浙江")
    hainan = next(p for p in PROVINCES if p.short == "海南")
    assert heat.text[zhejiang.row][zhejiang.column] == f"{name}<br>200"
    assert heat.z[zhejiang.row][zhejiang.column] == 1.0
    assert heat.z[hainan.row][hainan.column] is None
    assert ground.text[hainan.row][hainan.column]


def test_a_tile_that_is_veiled_does_not_tell_its_number_on_hover():
    shares = (Share("浙江省", 400, 2000, veiled=True), Share("海南省", 0, 13), Share("江苏省", 400, 405))
    _ground, heat = province_tiles(Distribution(shares, BASE), words()).data
    for short_name, ours, theirs in (("浙江", "–", "20% (n = 2,000)"), ("海南", "0% (n = 0)", "<20")):
        tile = next(p for p in PROVINCES if p.short == short_name)
        assert f"本群: {ours}<br>全体: {theirs}<br>" in heat.customdata[tile.row][tile.column]
    jiangsu = next(p for p in PROVINCES if p.short == "江苏")
    assert heat.z[jiangsu.row][jiangsu.column] is None


def test_the_week_shows_how_many_of_the_group_are_active_and_hides_a_few():
    ours, theirs = ([[0] * 24 for _ in range(7)] for _ in range(2))
    ours[0][9], ours[6][23], ours[2][2] = 300, 100, 3
    theirs[0][9], theirs[6][23], theirs[2][2] = 1_000, 10_000, 20
    (heat,) = week_heat(Week(ours, theirs, BASE), words()).data
    assert (heat.z[0][9], heat.z[6][23], heat.z[3][3], heat.z[2][2]) == (0.3, 0.1, 0, None)
    assert "周一 09:00–10:00" in heat.customdata[0][9]
    assert "TGI: 300" in heat.customdata[0][9]
    assert "<20" in heat.customdata[2][2] and "TGI: –" in heat.customdata[2][2]


def test_an_hour_of_a_few_of_everyone_or_of_few_others_tells_nothing_of_everyone():
    ours, theirs = ([[0] * 24 for _ in range(7)] for _ in range(2))
    theirs[0][9], ours[1][9], theirs[1][9] = 13, 300, 305
    (heat,) = week_heat(Week(ours, theirs, BASE), words()).data
    assert "本群: 0%<br>全体: <20<br>TGI: –" in heat.customdata[0][9]
    assert f"本群: 30%<br>全体: –<br>TGI: –<br>{WHY}" in heat.customdata[1][9]


def test_a_month_with_few_members_has_no_point():
    trend = Months(["2026-01", "2026-02"], [500, 3], [2000, 2000], BASE)
    everyone, ours = trend_lines(trend, words()).data
    assert (list(ours.y), list(everyone.y)) == ([0.5, None], [0.2, 0.2])
    trend = Months(["2026-01", "2026-02"], [500, 0], [510, 13], BASE)
    everyone, ours = trend_lines(trend, words()).data
    assert (list(ours.y), list(everyone.y)) == ([0.5, 0], [None, None])


def test_a_band_begins_in_the_first_column_or_where_another_one_ends():
    flows = (Flow(0, "看", "买", 90, 40), Flow(1, "买", "评", 30, 25), Flow(1, "领", "买", 30, 25))
    (drawn,) = flow_bands(Flows(flows, ("1", "2", "3"), "次", BASE), words()).data
    assert list(drawn.node.label) == ["看", "买", "评"]
    assert list(zip(drawn.link.source, drawn.link.target, drawn.link.value, strict=True)) == [
        (0, 1, 90),
        (1, 2, 30),
    ]


def test_light_and_dark_share_colours_and_differ_in_ink():
    light, dark = (template(theme).layout for theme in ("light", "dark"))
    assert list(light.colorway) == list(dark.colorway) == list(PALETTE)
    assert len(set(PALETTE)) == 8
    assert light.font.color != dark.font.color
    assert "Noto Sans CJK SC" in light.font.family


def test_figures_are_plain_json_without_outside_addresses():
    figure = province_tiles(Distribution((Share("浙江省", 400, 2000),), BASE), words())
    text = figure.to_json()
    assert json.loads(text)["layout"]["height"]
    assert "http" not in text


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (8123, "zh-hans", "8,123"),
        (123_456, "zh-hans", "12.3 万"),
        (123_456, "zh-hant", "12.3 萬"),
        (456_000_000, "zh-hans", "4.56 亿"),
        (123_456, "en", "123K"),
        (4_560_000, "en", "4.56M"),
        (12.345, "en", "12.3"),
    ],
)
def test_numbers_read_as_the_language_expects(value, language, text):
    assert short(value, language) == text


def test_small_shares_are_not_rounded_to_nothing():
    assert [percent(share) for share in (None, 0, 0.0004, 0.051, 0.0999, 1)] == [
        "–",
        "0%",
        "<0.1%",
        "5.1%",
        "10%",
        "100%",
    ]


def test_long_names_are_cut_by_their_width():
    assert shortened("西双版纳傣族自治州州府所在地") == "西双版纳傣族自治州州…"
    assert shortened("WeChat mini-program") == "WeChat mini-progra…"
    assert shortened("浙江省") == "浙江省"
