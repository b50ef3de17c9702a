"""The PDF of a dashboard: its charts say and draw the numbers of the page, its words are those of the page."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from reportlab.graphics.shapes import Rect
from reportlab.platypus import KeepTogether, Paragraph, Table

from cdp.access.viewer import SYSTEM
from segments.dashboards.figures.numerals import index, percent
from segments.dashboards.files.charts import charts_of
from segments.dashboards.files.pdf import fonts
from segments.dashboards.files.pdf.charts import drawn, halves, is_wide, texts_of
from segments.dashboards.files.pdf.document import board_pdf, story_of
from segments.dashboards.files.pdf.style import EVERYONE_INK, GROUP_INK, Style
from segments.dashboards.models import Render
from segments.dashboards.pages import board_drawn
from segments.dashboards.services import render_request
from segments.playbook.services import Wish, play_create
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def friends(django_capture_on_commit_callbacks, settings):
    def draw(least=1):
        settings.CDP_MIN_GROUP = least
        segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友")
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="zh-hans")
        return Render.objects.get(pk=asked.pk)

    return draw


@pytest.fixture
def plain(monkeypatch):
    """As on a machine that has no font to embed."""
    monkeypatch.setattr(fonts, "_places", lambda: iter(()))
    fonts._embedded.cache_clear()
    yield Style(fonts.font_of("zh-hans"))
    fonts._embedded.cache_clear()


def charts(render):
    with translation.override("zh-hans"):
        return list(charts_of(render.content))


def test_every_bar_says_its_numbers_and_is_as_long_as_they_are(friends, plain):
    for chart in charts(friends()):
        if is_wide(chart):
            continue
        drawing = drawn(chart, plain.font)
        said = texts_of(drawing)
        for row in chart.rows:
            assert f"{percent(row.share)} | TGI {index(row.tgi)}" in said
            assert percent(row.everyone_share) in said
        for ink, shares in (
            (GROUP_INK, [row.share for row in chart.rows]),
            (EVERYONE_INK, [row.everyone_share for row in chart.rows]),
        ):
            long = [one.width for one in drawing.contents if isinstance(one, Rect) and one.fillColor == ink]
            most = max(shares)
            if most:
                scaled = [max(max(long) * share / most, 0.4) for share in shares]
                assert long == pytest.approx(scaled), chart.title


def test_the_week_the_months_and_the_provinces_say_theirs(friends, plain):
    drawings = {chart.shape: (chart, texts_of(drawn(chart, plain.font))) for chart in charts(friends())}
    week, said = drawings["week"]
    assert all(percent(row.share).replace("%", "") in said for row in week.rows)
    months, said = drawings["months"]
    assert f"{months.used.group} {percent(months.rows[-1].share)}" in said
    tiles, said = drawings["tiles"]
    for row in tiles.rows:
        assert f"{percent(row.share)} / {percent(row.everyone_share)} | TGI {index(row.tgi)}" in said


def test_what_too_few_members_have_is_drawn_nowhere(friends, plain):
    for chart in charts(friends(least=2)):
        hidden = [row for row in chart.rows if row.members is None]
        said = texts_of(drawn(chart, plain.font))
        if hidden and not is_wide(chart):
            few = [row for row in hidden if row.members_mark == "<2"]
            assert sum(text.endswith("(<2)") for text in said) + sum("…" in text for text in said) >= len(few)
            assert said.count("–") == len(hidden) + sum(row.everyone_mark == "–" for row in chart.rows)


def test_two_small_charts_stand_side_by_side_and_a_wide_one_alone(friends):
    found = charts(friends())
    sides = halves(found)
    assert [chart for side in sides for chart in side] == found
    assert {len(side) for side in sides} == {1, 2}
    assert all(len(side) == 1 for side in sides if is_wide(side[0]))


def paragraphs(flowables):
    for one in flowables:
        if isinstance(one, Paragraph):
            yield one.getPlainText()
        elif isinstance(one, KeepTogether):
            yield from paragraphs(one._content)
        elif isinstance(one, Table):
            yield from paragraphs(cell for row in one._cellvalues for cell in row if not isinstance(cell, list))
            yield from paragraphs(
                part for row in one._cellvalues for cell in row if isinstance(cell, list) for part in cell
            )


def test_its_words_are_those_of_the_page(friends, plain):
    render = friends()
    theme = {"name": "送货慢", "count": 3, "size": 4, "share": 0.75, "low": 0.3, "high": 0.95}
    quote = {"text": "等了三天", "who": "P07"}
    said = {"interviews": 4, "meetings": 0, "themes": [theme], "beside": [], "quotes": [quote]}
    render.content |= {"interviews": said}
    play_create(
        wish=Wish(
            names={"en": "Nuts"}, field="property:category", texts={"action": {"zh-hans": "配一件坚果"}}, tgi=0
        ),
        actor=SYSTEM,
    )
    with translation.override("zh-hans"):
        board = board_drawn(SYSTEM, render)
        said = list(paragraphs(story_of(board, plain)))
    told = [sentence["text"] for sentence in render.content["narrative"]]
    assert set(told) <= set(said)
    assert {"老朋友", "文字画像", "他们是谁"} <= set(said)
    for chart in charts(render):
        assert chart.title in said and chart.note in said
    for row in render.content["over"] + render.content["under"]:
        assert f"{row['value']} | {row['subject']}" in said
    assert {"他们怎么说", "送货慢", "30%–95%", "“等了三天” — P07"} <= set(said)
    assert any("李雷" in text for text in said) is False
    assert any("配一件坚果" in text for text in said) is bool(board.suggestions)


def test_it_is_downloaded_from_the_menu_with_numbered_pages_and_a_chinese_font(client, friends, plain, admin_user):
    render = friends()
    client.force_login(admin_user)
    client.cookies["django_language"] = "zh-hans"
    url = reverse("personas:file", args=[render.pk, "pdf"])
    assert url in client.get(reverse("personas:segment", args=["friends"])).content.decode()
    answer = client.get(url)
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert b"STSong-Light" in answer.content
    assert int(re.search(rb"/Count (\d+)", answer.content)[1]) > 2


def test_a_font_the_machine_has_is_embedded(friends, settings):
    if (found := fonts.font_of("zh-hans")) != "Quanxi":
        pytest.skip(f"no TrueType font with Chinese signs here: {found}")
    with translation.override("zh-hans"):
        assert b"FontFile2" in board_pdf(board_drawn(SYSTEM, friends()))


def test_of_a_group_too_small_there_is_no_pdf(client, friends, admin_user):
    client.force_login(admin_user)
    assert client.get(reverse("personas:file", args=[friends(least=4).pk, "pdf"])).status_code == 404
