"""Where they live, in what is taken away: cities of provinces, and the organisation's own map."""

import io
import json
import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pptx import Presentation
from reportlab.graphics.shapes import Polygon

from cdp.access.viewer import SYSTEM
from segments.dashboards.behind import rows_of
from segments.dashboards.cities import city_charts
from segments.dashboards.figures.numerals import index, percent
from segments.dashboards.figures.outline import color_of, outlines_drawn
from segments.dashboards.figures.tiles import PROVINCES
from segments.dashboards.files.charts import charts_of, city_charts_of
from segments.dashboards.files.pdf.charts import drawn, texts_of
from segments.dashboards.files.pdf.document import board_pdf, story_of
from segments.dashboards.files.pdf.style import SUNKEN, Style
from segments.dashboards.maps.reading import outlines_read
from segments.dashboards.models import MapState, OwnMap, Render
from segments.dashboards.pages import board_drawn
from segments.dashboards.services import render_request
from tests.segments.dashboards.test_own_map import SQUARE, feature, file_of
from tests.segments.dashboards.test_pdf import paragraphs
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LIN_TAO

pytestmark = pytest.mark.usefixtures("settled")
PLAIN = Style("Helvetica")


@pytest.fixture
def friends(django_capture_on_commit_callbacks, client, db):
    def draw():
        client.force_login(User.objects.get_or_create(username="anna", is_staff=True)[0])
        client.cookies["django_language"] = "zh-hans"
        segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LIN_TAO}, name="老朋友")
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="zh-hans")
        return Render.objects.get(pk=asked.pk)

    return draw


@pytest.fixture
def mapped(friends):
    """Drawn in a map that has Zhejiang, an island nobody lives on, and a square that is no province."""
    aside = [[[x + 5, y] for x, y in SQUARE]]
    found = outlines_read(file_of(feature(), feature("海南省", coordinates=aside), feature("某某")))
    OwnMap.objects.create(source="GS(2026)0001", digest="0", outlines=found.rings, state=MapState.IN_USE)
    return friends()


def taken(client, render, form):
    answer = client.get(reverse("personas:file", args=[render.pk, form]))
    assert answer.status_code == 200
    return io.BytesIO(answer.content)


def slides(client, render):
    deck = Presentation(taken(client, render, "pptx"))
    return [
        (slide.shapes.title.text, [one.chart for one in slide.shapes if one.has_chart]) for slide in deck.slides
    ]


def cells(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def data_in(page):
    return json.loads(re.search(r'id="dashboard-data" type="application/json">(.*?)</script>', page, re.S)[1])


def province(render):
    with translation.override("zh-hans"):
        return next(chart for chart in charts_of(render.content) if chart.shape == "tiles")


def test_slides_have_the_cities_of_a_province_as_a_chart_to_edit(client, friends):
    render = friends()
    ((one, *_none),) = [charts for title, charts in slides(client, render) if title == "各省的城市"]
    rows = rows_of(render.content["cities"][0]["data"])
    assert list(one.plots[0].categories) == [row.label for row in rows] and "杭州市" in one.plots[0].categories
    ours, theirs = one.plots[0].series
    assert list(ours.values) == [row.share for row in rows]
    assert list(theirs.values) == [row.everyone_share for row in rows]


def test_the_pdf_has_a_part_with_the_cities(friends):
    render = friends()
    with translation.override("zh-hans"):
        said = list(paragraphs(story_of(board_drawn(SYSTEM, render), PLAIN)))
        (chart,) = city_charts_of(render.content)
    assert said.index("各省的城市") < said.index("浙江省：城市") and chart.note in said
    drawn_texts = texts_of(drawn(chart, "Helvetica"))
    for row in chart.rows:
        assert f"{percent(row.share)} | TGI {index(row.tgi)}" in drawn_texts and row.label in drawn_texts


def test_the_page_to_take_away_has_the_cities_as_pictures(client, friends):
    render = friends()
    page = taken(client, render, "html").getvalue().decode()
    (figure,) = [figure for slug, figure in data_in(page)["charts"].items() if slug.startswith("cities-")]
    assert figure["data"][0]["y"] == [row.label for row in rows_of(render.content["cities"][0]["data"])]
    assert "各省的城市" in page and 'data-chart="cities-0"' in page
    shown = client.get(reverse("personas:segment", args=["friends"])).content.decode()
    assert "cities-0" not in data_in(shown)["charts"]


def test_a_city_of_too_few_is_in_the_files_as_on_the_page(client, friends):
    render = friends()
    data = render.content["cities"][0]["data"]
    data["rows"][0][2], data["base"][2] = None, 20
    render.save(update_fields=["content"])
    ((one, *_none),) = [charts for title, charts in slides(client, render) if title == "各省的城市"]
    assert one.plots[0].categories[0].endswith("(<20)") and one.plots[0].series[0].values[0] is None
    with translation.override("zh-hans"):
        (chart,) = city_charts_of(render.content)
    assert "–" in texts_of(drawn(chart, "Helvetica"))
    book = load_workbook(taken(client, render, "xlsx"))
    assert "<20" in cells(book["各省的城市"])[4]


def test_of_many_provinces_the_largest_are_on_slides_and_the_others_are_told(client, friends):
    render = friends()
    (one,) = render.content["cities"]
    many = [json.loads(json.dumps(one)) | {"value": f"p{n}", "label": f"省{n:02}"} for n in range(15)]
    for n, city in enumerate(many):
        city["data"]["base"][0] += n
    render.content["cities"] = many
    render.save(update_fields=["content"])
    deck = Presentation(taken(client, render, "pptx"))
    found = [slide for slide in deck.slides if slide.shapes.title.text == "各省的城市"]
    said = [" ".join(one.text_frame.text for one in slide.shapes if one.has_text_frame) for slide in found]
    assert len(found) == 6 and "省14：城市" in said[0] and "省13：城市" in said[0]
    assert not any("省02：城市" in text for text in said) and all("另有 3 个省" in text for text in said)
    assert len(list(city_charts(render.content))) == 15


def test_outlines_are_read_back_from_the_picture_they_were_drawn_in(mapped):
    found = province(mapped).outlines
    own = OwnMap.objects.get().outlines
    assert set(found) == {"浙江省", "海南省", ""}
    # Each ring is closed once more.
    assert {name: [[list(point) for point in ring[:-1]] for ring in rings] for name, rings in found.items()} == own
    assert outlines_drawn({"data": [{"type": "heatmap", "z": [[1]]}]}) == {}


def test_the_pdf_draws_the_own_map_in_the_colours_of_the_page(mapped):
    chart = province(mapped)
    drawing = drawn(chart, "Helvetica")
    shapes = [one for one in drawing.contents if isinstance(one, Polygon)]
    (zhejiang,) = [row for row in chart.rows if row.value == "浙江省"]
    (coloured,) = [one for one in shapes if one.fillColor not in (None, SUNKEN)]
    red, green, blue = (round(part * 255) for part in coloured.fillColor.rgb())
    assert f"rgb({red},{green},{blue})" == color_of(zhejiang.tgi)
    assert sorted(str(one.fillColor) for one in shapes) == sorted([str(coloured.fillColor), str(SUNKEN), "None"])
    xs = [x for one in shapes for x in one.points[::2]]
    assert min(xs) >= 0 and max(xs) <= drawing.width
    # A degree to the north is longer than one to the east.
    wide, high = (max(coloured.points[way::2]) - min(coloured.points[way::2]) for way in (0, 1))
    assert high > wide
    assert (
        f"{percent(zhejiang.share)} / {percent(zhejiang.everyone_share)} | TGI {index(zhejiang.tgi)}"
        in texts_of(drawing)
    )
    with translation.override("zh-hans"):
        assert board_pdf(board_drawn(SYSTEM, mapped)).startswith(b"%PDF")


def test_the_workbook_has_a_table_of_the_areas_and_what_the_map_lacks_below(client, mapped):
    chart = province(mapped)
    rows = cells(load_workbook(taken(client, mapped, "xlsx"))[chart.title])
    names = [row[0] for row in rows if row]
    assert rows[1][0].endswith("GS(2026)0001")
    assert names[2:5] == ["地图上的区域", "浙江省", "海南省"]
    assert names[5:] == ["不在地图上", "值", *(row.label for row in chart.elsewhere)] and chart.elsewhere
    found = {row[0]: row for row in rows if row}
    (zhejiang,) = [row for row in chart.rows if row.value == "浙江省"]
    assert found["浙江省"][1:3] == [zhejiang.members, zhejiang.share] and found["海南省"][1:5] == [0, 0, 0, 0]


def test_slides_have_the_areas_as_a_chart_to_edit(client, mapped):
    chart = province(mapped)
    ((one,),) = [charts for title, charts in slides(client, mapped) if title == chart.title]
    shares = {row.value: row.share for row in chart.rows}
    told = dict(zip(one.plots[0].categories, one.plots[0].series[0].values, strict=True))
    # Those the map has no outline of as well, and so where it has none of any.
    assert told == shares and {"浙江省", "江苏省"} <= told.keys()


def test_slides_of_a_map_with_none_of_their_provinces_tell_them_all_the_same(client, mapped):
    (chart,) = [c for s in mapped.content["sections"] for c in s["charts"] if c["slug"] == "province-province"]
    chart["figure"]["data"] = [trace | {"meta": "西藏自治区"} for trace in chart["figure"]["data"][:1]]
    mapped.save(update_fields=["content"])
    ((one,),) = [charts for title, charts in slides(client, mapped) if title == chart["title"]]
    assert set(one.plots[0].categories) == {row.value for row in province(mapped).rows}


def test_many_areas_are_two_charts_of_one_scale(client, mapped):
    (chart,) = [c for s in mapped.content["sections"] for c in s["charts"] if c["slug"] == "province-province"]
    traces = [trace | {"meta": province.name} for trace in chart["figure"]["data"][:1] for province in PROVINCES]
    chart["figure"]["data"] = traces
    rows = [[one.name, one.name, None if n < 5 else 20 + n, 40 + 2 * n] for n, one in enumerate(PROVINCES)]
    chart["data"] |= {"rows": rows, "base": [2000, 9000, 20]}
    mapped.save(update_fields=["content"])
    ((left, right),) = [charts for title, charts in slides(client, mapped) if title == chart["title"]]
    told = [*left.plots[0].categories, *right.plots[0].categories]
    assert told[0] == PROVINCES[-1].name and len(told) == 34
    assert all(name.endswith("(<20)") for name in told[-5:])
    assert left.value_axis.maximum_scale == right.value_axis.maximum_scale > 53 / 2000


def test_the_page_to_take_away_shows_the_own_map(client, mapped):
    drawn = data_in(taken(client, mapped, "html").getvalue().decode())["charts"]["province-province"]
    assert {trace["type"] for trace in drawn["data"]} == {"scatter"}
    assert {"浙江省", "海南省"} <= {trace.get("meta") for trace in drawn["data"]}
