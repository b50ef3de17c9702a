"""The dashboard in a real browser: drawn, downloaded as one picture, and opened as a file without a network."""

from struct import unpack

import pytest

from tests.segments.settled import segment_of, settle
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE = 120_000


@pytest.fixture
def board(visit, settings):
    settings.CDP_MIN_GROUP = 1
    settle()
    segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友")
    tab = visit("/personas/segment/friends/")
    tab.set_default_timeout(PATIENCE)
    return tab


def drawn(tab):
    tab.wait_for_selector("#dashboard[data-drawn]")
    places = tab.locator("[data-chart]").count()
    assert tab.locator("[data-chart][data-drawn] .main-svg").count() >= places > 8
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return places


def saved(tab, button, file):
    with tab.expect_download(timeout=PATIENCE) as download:
        tab.click(button)
    download.value.save_as(file)
    return download.value.suggested_filename


def test_a_dashboard_is_drawn_downloaded_and_opened_offline(board, chromium, tmp_path, picture):
    places = drawn(board)
    picture(board, "light")

    board.get_by_role("button", name="下载").press("Enter")
    picture(board, "downloads")
    assert saved(board, "[data-download-png]", tmp_path / "board.png") == "老朋友.png"
    content = (tmp_path / "board.png").read_bytes()
    width, height = unpack(">II", content[16:24])
    assert content.startswith(PNG)
    assert (width, height > width) == (2880, True)
    # A blank sheet of that size takes a tenth of it.
    assert len(content) > 200_000

    assert saved(board, "a[download][href*=html]", tmp_path / "board.html") == "老朋友.html"
    offline = chromium.new_context(viewport={"width": 390, "height": 800}, offline=True)
    asked, trouble = [], []
    alone = offline.new_page()
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("pageerror", lambda error: trouble.append(str(error)))
    alone.goto((tmp_path / "board.html").as_uri())
    # The cities of a province, which the page has in a table.
    assert drawn(alone) == places + 1
    assert "老朋友" in alone.inner_text("h1")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert trouble == []
    picture(alone, "file")
    offline.close()

    board.evaluate("document.documentElement.classList.add('dark')")
    board.wait_for_selector("#dashboard[data-drawn=dark]")
    picture(board, "dark")
