"""The files a dashboard is taken away as: their numbers are those of the page, and none too small is in them."""

import io
import json
from html import unescape

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pptx import Presentation

from segments.dashboards.behind import has_numbers, rows_of
from segments.dashboards.figures.numerals import percent
from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def marketer(client, django_user_model):
    user = django_user_model.objects.create_user("anna", password="x", is_staff=True)
    client.force_login(user)
    client.cookies["django_language"] = "zh-hans"
    return user


@pytest.fixture
def friends(django_capture_on_commit_callbacks, settings):
    """The picture of three, where one alone is shown; `least` can be changed before it is drawn."""

    def draw(least=1):
        settings.CDP_MIN_GROUP = least
        segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友")
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="zh-hans")
        return Render.objects.get(pk=asked.pk)

    return draw


def taken(client, render, form):
    answer = client.get(reverse("personas:file", args=[render.pk, form]))
    assert answer.status_code == 200
    assert f".{form}" in answer["Content-Disposition"]
    return io.BytesIO(answer.content)


def charts(render):
    return [chart for section in render.content["sections"] for chart in section["charts"]]


def short(cell):
    return float(f"{cell:.16g}") if isinstance(cell, float) else cell


def cells(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_holds_the_numbers_of_every_chart(client, marketer, friends):
    render = friends()
    book = load_workbook(taken(client, render, "xlsx"))
    drawn = charts(render)
    assert len(book.sheetnames) == len(drawn) + 2
    cities = [row for one in render.content["cities"] for row in rows_of(one["data"])]
    assert [row[1:4] for row in cells(book.worksheets[-1])[4:]] == [
        [row.label, row.members, row.share] for row in cities
    ]
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)
    for chart, sheet in zip(drawn, book.worksheets[1:-1], strict=True):
        assert sheet["A1"].value == chart["title"]
        if chart["data"]["shape"] == "week":
            continue
        if tables := chart["data"].get("tables"):
            # Excel's numbers have sixteen digits.
            told = [[short(cell) for cell in row] for table in tables for row in table["rows"]]
            shown = cells(sheet)
            assert [row for row in told if [cell for cell in row if cell is not None] not in shown] == []
            continue
        rows = [row for row in cells(sheet)[4:] if row]
        assert [row[:5] for row in rows] == [
            [row.label, row.members, row.share, row.everyone, row.everyone_share] for row in rows_of(chart["data"])
        ]


def test_the_numbers_are_those_the_charts_draw(client, marketer, friends):
    drawn = {chart["slug"]: chart for chart in charts(friends())}
    bars = drawn["attribute-gender"]
    ours = bars["figure"]["data"][1]["x"]
    assert ours == [row.share for row in rows_of(bars["data"])]
    months = drawn["months-months"]
    assert months["figure"]["data"][1]["y"] == [row.share for row in rows_of(months["data"])]
    week = drawn["week-week"]
    assert [share for day in week["figure"]["data"][0]["z"] for share in day] == [
        row.share for row in rows_of(week["data"])
    ]


def test_the_first_sheet_says_whom_it_is_about_in_cells_of_their_kind(client, marketer, friends):
    render = friends()
    sheet = load_workbook(taken(client, render, "xlsx")).worksheets[0]
    found = {row[0]: row for row in cells(sheet) if row}
    assert sheet["A1"].value == "老朋友"
    assert found["成员"][1] == 3
    numbers = {number["label"]: number for number in render.content["numbers"]}
    for label, number in numbers.items():
        if number["unit"] == "share" and number["value"] is not None:
            assert percent(found[label][1]) == number["text"]


def test_what_too_few_members_have_is_in_no_file_and_not_in_the_content(client, marketer, friends):
    render = friends(least=2)
    hidden = [row for chart in charts(render) for row in rows_of(chart["data"]) if row.members is None]
    assert hidden
    assert all(row.share is None and row.tgi is None for row in hidden)
    counts = [row[2] for chart in charts(render) for row in chart["data"]["rows"]]
    assert 1 not in counts
    book = load_workbook(taken(client, render, "xlsx"))
    assert any("<2" in row for sheet in book.worksheets for row in cells(sheet))


def test_the_slides_have_charts_to_edit_with_these_numbers(client, marketer, friends):
    render = friends()
    deck = Presentation(taken(client, render, "pptx"))
    assert deck.slides[0].shapes.title.text == "老朋友"
    by_title = {slide.shapes.title.text: slide for slide in deck.slides}
    native = [chart for chart in charts(render) if chart["data"]["shape"] in ("bars", "columns", "months")]
    assert len(native) > 6
    for chart in native:
        (made,) = [shape.chart for shape in by_title[chart["title"]].shapes if shape.has_chart]
        rows = rows_of(chart["data"])
        assert list(made.plots[0].categories) == [row.label for row in rows]
        ours, theirs = made.plots[0].series
        assert list(ours.values) == [row.share for row in rows]
        assert list(theirs.values) == [row.everyone_share for row in rows]
        said = [shape.text_frame.text for shape in by_title[chart["title"]].shapes if shape.has_text_frame]
        assert any(chart["note"] in text for text in said)


def test_every_file_tells_the_group_in_the_same_words(client, marketer, friends):
    render = friends()
    told = [sentence["text"] for sentence in render.content["narrative"]]
    assert 5 <= len(told) <= 12
    assert told[0] == "本群有 3 名成员，占全体（8 名客户）的 38%，占消费额的 92%。"
    sheet = load_workbook(taken(client, render, "xlsx")).worksheets[0]
    assert set(told) <= {row[0] for row in cells(sheet) if row}
    deck = Presentation(taken(client, render, "pptx"))
    (table,) = [shape.table for shape in deck.slides[1].shapes if shape.has_table]
    assert [row.cells[0].text for row in table.rows][1:] == told
    page = unescape(taken(client, render, "html").getvalue().decode())
    assert all(text in page for text in told)
    places = {one["place"] for sentence in render.content["narrative"] for one in sentence["figures"]}
    assert places and all(f'id="{place}"' in page for place in places)


def test_the_curve_of_spend_is_a_chart_to_edit_and_who_buys_again_a_table(client, marketer, friends):
    render = friends()
    deck = Presentation(taken(client, render, "pptx"))
    by_title = {slide.shapes.title.text: slide for slide in deck.slides}
    drawn = {chart["slug"]: chart for chart in charts(render)}
    curve, cohorts = drawn["concentration-spend"], drawn["cohorts-purchase"]
    (made,) = [shape.chart for shape in by_title[curve["title"]].shapes if shape.has_chart]
    lines = [table["rows"] for table in curve["data"]["tables"][-2:]]
    assert [list(series.values) for series in made.plots[0].series] == [[y for _x, y in line] for line in lines]
    (table,) = [shape.table for shape in by_title[cohorts["title"]].shapes if shape.has_table]
    shares = cohorts["data"]["tables"][0]["rows"]
    assert [row.cells[0].text for row in list(table.rows)[1:]] == [row[0] for row in shares]
    assert table.rows[1].cells[1].text == percent(shares[0][1]) or shares[0][1] is None


def test_nobody_is_named_in_a_file(client, marketer, friends):
    render = friends()
    book = load_workbook(taken(client, render, "xlsx"))
    assert "李雷" not in json.dumps([cells(sheet) for sheet in book.worksheets], default=str, ensure_ascii=False)


def test_the_menu_names_every_file_there_is(client, marketer, friends):
    render = friends()
    shown = client.get(reverse("personas:segment", args=["friends"])).content.decode()
    for form in ("pptx", "xlsx", "html"):
        assert reverse("personas:file", args=[render.pk, form]) in shown
    assert client.get(reverse("personas:file", args=[render.pk, "docx"])).status_code == 404


def test_a_picture_from_before_numbers_were_kept_gives_no_file_of_numbers(client, marketer, friends):
    render = friends()
    for chart in charts(render):
        del chart["data"]
    render.save()
    assert not has_numbers(render.content)
    assert client.get(reverse("personas:file", args=[render.pk, "xlsx"])).status_code == 404
    assert client.get(reverse("personas:file", args=[render.pk, "html"])).status_code == 200


def test_of_a_group_too_small_there_is_no_file(client, marketer, friends):
    render = friends(least=4)
    for form in ("pptx", "xlsx", "html"):
        assert client.get(reverse("personas:file", args=[render.pk, form])).status_code == 404


def test_what_people_said_in_interviews_is_in_every_file_of_an_edition(client, marketer, friends):
    render = friends()
    theme = {"name": "送货慢", "count": 3, "size": 4, "share": 0.75, "low": 0.3, "high": 0.95}
    quote = {"text": "等了三天", "who": "P07"}
    said = {"interviews": 4, "meetings": 1, "themes": [theme], "beside": [], "quotes": [quote]}
    render.content |= {"interviews": said}
    render.save()
    sheet = cells(load_workbook(taken(client, render, "xlsx")).worksheets[-1])
    assert (
        ["4 次访谈 · 1 次会议"] in sheet
        and ["送货慢", 3, 0.75, 0.3, 0.95] in sheet
        and ["等了三天", "P07"] in sheet
    )
    slide = list(Presentation(taken(client, render, "pptx")).slides)[-1]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in table.rows[1].cells] == ["送货慢", "3", "75%", "30%–95%"]
    assert any("“等了三天” — P07" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "等了三天" in taken(client, render, "html").read().decode()
