"""What a group is worth: scores and stages of the cast, on the page and in the files."""

import io
from collections import Counter
from datetime import datetime

import pytest
from django.utils import translation
from openpyxl import load_workbook
from pptx import Presentation

from cdp.access.viewer import SYSTEM
from cdp.store.lake import snapshot
from segments.dashboards import opening
from segments.dashboards.files.charts import charts_of
from segments.dashboards.files.pdf.charts import drawn, texts_of
from segments.dashboards.files.slides import board_slides
from segments.dashboards.files.workbook import board_workbook
from segments.dashboards.models import Render
from segments.dashboards.opening import group_open
from segments.dashboards.pages import board_drawn
from segments.dashboards.queries import people, worth
from segments.dashboards.services import render_request
from tags.selectors import tag_numbers, tag_values
from tags.services import tag_publish, tag_save
from tests.segments.settled import segment_of
from tests.world import AS_OF, HAN_MEIMEI, LI_LEI, LIN_TAO, LUCY, PEOPLE

GROUP = {LI_LEI, HAN_MEIMEI, LUCY, LIN_TAO}
THEN = datetime.fromisoformat("2026-10-01T20:00:00+08:00")
PURCHASE = {"v": 1, "event": "purchase"}
LIMITS = {"recency": [10, 30, 90, 180], "frequency": [2, 3, 4, 5], "monetary": [50, 100, 500, 1000]}
RFM = {**PURCHASE, "window": "ever", "amount": "amount", "scores": LIMITS}
STAGE = {**PURCHASE, "new": 30, "dormant": 90, "churned": 180, "won_back": 30}

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def valued(analyst, compute):
    """The cast with RFM scores and stages, the latter as of October, too."""
    names = {"names": {"en": "Worth", "zh-hans": "价值"}, "actor": analyst}
    rfm = tag_save(slug="worth", kind="rfm", definition=RFM, **names)
    stage = tag_save(slug="stage", kind="lifecycle", definition=STAGE, **names)
    for tag in (rfm, stage):
        tag_publish(tag=tag, actor=analyst)
    compute(stage, as_of=THEN)
    then = tag_values(SYSTEM, "stage")
    compute(rfm, stage, as_of=AS_OF)
    return then


@pytest.fixture
def group(valued):
    with translation.override("en"), snapshot() as lake:
        yield group_open(segment_of("friends", GROUP), lake, "en")


def test_what_was_before_is_asked_once_for_each_state(group, monkeypatch):
    def again(*given):
        raise AssertionError("asked again")

    monkeypatch.setattr(opening, "_before", again)
    with snapshot() as lake:
        other = group_open(segment_of("others", set(list(GROUP)[:2])), lake, "en")
    before = {tag.slug: tag.before for tag in group.tags}
    assert before["stage"] and {tag.slug: tag.before for tag in other.tags} == before


def test_the_cube_counts_the_scores_of_the_tag(group):
    (answer,) = worth.scores(group)
    scored = dict(zip(*tag_numbers(SYSTEM, "worth").to_pydict().values(), strict=True))
    ours = Counter(int(number) for who, number in scored.items() if who in GROUP)
    cube = answer.data.cube
    found = {
        r * 100 + f * 10 + m: cube.piece(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)
    }
    assert {number: piece.group for number, piece in found.items() if piece.group} == dict(ours)
    assert {number: piece.everyone for number, piece in found.items() if piece.everyone} == dict(
        Counter(map(int, scored.values()))
    )
    assert answer.n == len(set(scored) & GROUP)


def test_the_moves_are_from_the_stage_of_then_to_that_of_now(group, valued):
    (answer,) = worth.moves(group)
    now = tag_values(SYSTEM, "stage")
    values = list(now)
    then_of = {who: value for value, members in valued.items() for who in members}
    now_of = {who: value for value, members in now.items() for who in members}
    told = {(values[move.then], values[move.now]): move.share for move in answer.data.moves.told()}
    assert {way: share.group for way, share in told.items()} == dict(
        Counter((then_of[who], now_of[who]) for who in GROUP)
    )
    everyone = Counter((then_of[person.id], now_of[person.id]) for person in PEOPLE)
    assert all(share.everyone == everyone[way] for way, share in told.items())
    assert told["prospect", "new"].group == len({LUCY})
    assert "since 1 Oct 2026" in answer.note


def test_their_stages_and_groups_are_shown_once_and_in_the_order_of_life(group):
    found = {answer.subject: answer for answer in people.tags(group)}
    assert {answer.section for answer in found.values()} == {"worth"}
    stages = [share.value for share in found["stage"].data.shares]
    assert stages == [value for value, members in tag_values(SYSTEM, "stage").items() if members]
    assert not list(people.tag_steps(group))


@pytest.fixture
def board(valued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = render_request(segment=segment_of("friends", GROUP, name="老朋友"), language="zh-hans")
    with translation.override("zh-hans"):
        yield board_drawn(SYSTEM, Render.objects.get(pk=asked.pk))


def of_worth(board):
    (section,) = (one for one in board.content["sections"] if one["slug"] == "worth")
    return {chart["slug"]: chart for chart in section["charts"]}


def test_the_page_has_a_part_on_worth_and_no_chart_twice(board):
    found = of_worth(board)
    assert {"rfm-worth", "moves-stage", "tag-worth", "tag-stage", "spend-spend"} <= set(found)
    slugs = [chart["slug"] for section in board.content["sections"] for chart in section["charts"]]
    assert len(slugs) == len(set(slugs))
    squares = found["rfm-worth"]["figure"]["data"][0]
    shares = [row[1:] for row in found["rfm-worth"]["data"]["tables"][0]["rows"]]
    assert [[bool(share) for share in row] for row in shares] == [
        [z is not None for z in row] for row in squares["z"]
    ]


def test_the_files_hold_their_numbers(board):
    found = of_worth(board)
    book = load_workbook(io.BytesIO(board_workbook(board)))
    deck = Presentation(io.BytesIO(board_slides(board)))
    slides = {slide.shapes.title.text: slide for slide in deck.slides}
    for slug in ("rfm-worth", "moves-stage"):
        chart = found[slug]
        (sheet,) = (one for one in book.worksheets if one["A1"].value == chart["title"])
        cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
        told = [cell for table in chart["data"]["tables"] for row in table["rows"] for cell in row]
        assert {cell if not isinstance(cell, float) else float(f"{cell:.16g}") for cell in told} <= cells
        (table,) = [shape.table for shape in slides[chart["title"]].shapes if shape.has_table]
        said = [cell.text for row in table.rows for cell in row.cells]
        assert any("%" in text for text in said)
        lines = [line for row in table.rows for cell in row.cells for line in cell.text_frame.paragraphs]
        assert all(line.font.size for line in lines), "no line of a cell is left to PowerPoint's large letters"
    (moves,) = (chart for chart in charts_of(board.content) if chart.shape == "stages")
    texts = texts_of(drawn(moves, "Helvetica"))
    assert any("潜在 → 新客" in text for text in texts)
