"""What is not told of a few, nor of a few others, is told in no chart, file or sentence; and why is said."""

import io
import json
import re

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pptx import Presentation

from segments.beside.matching import matched
from segments.dashboards.behind import has_untold, numbers_behind, row_of, rows_of
from segments.dashboards.figures.bars import comparison_bars
from segments.dashboards.figures.trend import Months, trend_lines
from segments.dashboards.files.charts import charts_of
from segments.dashboards.files.pdf.charts import drawn, texts_of
from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from segments.dashboards.wording import words
from segments.personas.statistics import Base, Distribution, Share
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

BASE = Base(1000, 10_000, 20)
# A few members; members whose number one of a few would follow from; five others; a few of everyone.
SHARES = (
    Share("a", 12, 900),
    Share("b", 300, 1500, veiled=True),
    Share("c", 50, 55),
    Share("d", 0, 13),
    Share("e", 638, 7532),
)
WHY = "– 不显示，以免从中推算出少于 %s 人的数字"


def behind(shares=SHARES, base=BASE):
    with translation.override("zh-hans"):
        return numbers_behind(comparison_bars, Distribution(shares, base), words())


def test_what_is_kept_of_a_chart_holds_no_number_that_is_not_told():
    data = behind()
    assert [row[2:] for row in data["rows"]] == [[None, 900], ["–", 1500], [50, "–"], [0, None], [638, 7532]]
    assert data["base"] == [1000, 10_000, 20] and has_untold(data)
    assert not has_untold(behind((SHARES[0], SHARES[4])))


def test_of_whom_all_but_a_few_are_members_even_the_whole_is_not_kept():
    data = behind((Share("a", 490, 490), Share("b", 10, 20)), Base(500, 510, 20))
    assert data["base"] == [500, None, 20]
    assert [row[2:] for row in data["rows"]] == [[490, "–"], [None, "–"]]


def test_rows_say_the_same_marks_that_were_kept():
    few, veiled, others, none, told = rows_of(behind())
    assert (few.members_mark, few.share, few.tgi, few.everyone) == ("<20", None, None, 900)
    assert (veiled.members_mark, veiled.share, veiled.tgi) == ("–", None, None)
    assert (others.members, others.share, others.everyone_mark, others.everyone) == (50, 0.05, "–", None)
    assert (none.members, none.everyone_mark, none.everyone_share) == (0, "<20", None)
    assert (told.members_mark, told.everyone_mark, told.low is not None) == ("", "", True)


def test_what_was_kept_before_everyones_numbers_were_veiled_is_veiled_when_it_is_read():
    found = row_of(BASE, "a", "a", 50, 55)
    assert (found.members, found.everyone, found.everyone_share, found.tgi) == (50, None, None, None)
    assert row_of(BASE, "a", "a", 0, 13).everyone_mark == "<20"
    assert row_of(BASE, "a", "a", None, 900).members_mark == "<20"


def test_months_of_few_others_are_kept_without_everyone():
    trend = Months(["2026-01", "2026-02"], [500, 100], [510, 1000], BASE)
    data = numbers_behind(trend_lines, trend, words())
    assert [row[2:] for row in data["rows"]] == [[500, "–"], [100, 1000]]


def test_beside_each_other_everyone_is_told_of_no_group_where_it_is_not_of_one():
    def content(rows, size):
        data = {"shape": "bars", "base": [size, 10_000, 20], "rows": rows}
        chart = {"slug": "s", "title": "S", "note": "", "figure": {}, "data": data}
        return {"sections": [{"slug": "who", "title": "Who", "charts": [chart]}]}

    mine = content([["a", "a", 50, "–"], ["b", "b", "–", 900]], 1000)
    his = content([["a", "a", 20, 55], ["b", "b", None, 900]], 500)
    (chart,) = matched([mine, his])
    one, other = chart.rows
    assert (one.beside, [cell.share for cell in one.cells]) == (None, [0.05, 0.04])
    assert [cell.index for cell in one.cells] == [None, None]
    assert (other.beside.count, [cell.mark for cell in other.cells]) == (900, ["–", "<20"])


@pytest.fixture
def friends(settled, client, django_user_model, django_capture_on_commit_callbacks, settings):
    """The picture of three of eight, where two are the fewest that are shown."""
    settings.CDP_MIN_GROUP = 2
    client.force_login(django_user_model.objects.create_user("anna", password="x", is_staff=True))
    client.cookies["django_language"] = "zh-hans"
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友")
    with django_capture_on_commit_callbacks(execute=True):
        asked = render_request(segment=segment, language="zh-hans")
    return Render.objects.get(pk=asked.pk)


def charts(render):
    return [chart for section in render.content["sections"] for chart in section["charts"]]


def taken(client, render, form):
    return io.BytesIO(client.get(reverse("personas:file", args=[render.pk, form])).content)


def test_no_chart_of_a_page_tells_of_one_alone_or_of_one_who_is_not_in_the_group(friends):
    counts = [row[2:4] for chart in charts(friends) for row in chart["data"]["rows"]]
    assert [1, None] not in counts and any(None in pair for pair in counts) and any("–" in pair for pair in counts)
    for ours, theirs in counts:
        known = isinstance(ours, int) and isinstance(theirs, int)
        assert 1 not in (ours, theirs, theirs - ours if known else 0)
    hovers = [
        text
        for chart in charts(friends)
        for text in re.findall(r"n = ([\d,]+)\)", json.dumps(chart["figure"], ensure_ascii=False))
    ]
    assert hovers and "1" not in hovers
    findings = friends.content["over"] + friends.content["under"]
    told = [one["counts"] for one in findings]
    told += [one["counts"] for sentence in friends.content["narrative"] for one in sentence["figures"]]
    for ours, _size, theirs, _everyone in filter(None, told):
        assert 1 not in (ours, theirs, theirs - ours)


def test_a_chart_with_a_dash_says_beneath_what_it_means_and_no_other_does(friends, client):
    with_dash = [chart for chart in charts(friends) if has_untold(chart["data"])]
    assert with_dash
    for chart in charts(friends):
        assert chart["note"].endswith(WHY % 2) is (chart in with_dash)
    assert WHY % 2 in client.get(reverse("personas:segment", args=["friends"])).content.decode()


def test_every_file_has_the_dash_and_its_reason(friends, client):
    book = load_workbook(taken(client, friends, "xlsx"))
    deck = {slide.shapes.title.text: slide for slide in Presentation(taken(client, friends, "pptx")).slides}
    looked = 0
    for chart, pdf in zip(charts(friends), charts_of(friends.content), strict=True):
        if chart["data"]["shape"] not in ("bars", "columns") or not has_untold(chart["data"]):
            continue
        looked += 1
        (sheet,) = [one for one in book.worksheets if one["A1"].value == chart["title"]]
        cells = {row[0]: row[1:5] for row in sheet.iter_rows(values_only=True)}
        assert WHY % 2 in sheet["A2"].value
        said = {}
        for shape in deck[chart["title"]].shapes:
            if shape.has_table:
                said = {row.cells[0].text: [cell.text for cell in row.cells][1:] for row in shape.table.rows}
        assert any(WHY % 2 in s.text_frame.text for s in deck[chart["title"]].shapes if s.has_text_frame)
        for row in rows_of(chart["data"]):
            members, share, everyone, everyone_share = cells[row.label]
            assert (members, share) == ((row.members_mark,) * 2 if row.members_mark else (row.members, row.share))
            assert (everyone in ("<2", "–")) is bool(row.everyone_mark) is isinstance(everyone_share, str)
            if row.label in said and row.everyone_mark:
                assert said[row.label][2] == row.everyone_mark
        assert "–" in texts_of(drawn(pdf, "Helvetica"))
    assert looked
