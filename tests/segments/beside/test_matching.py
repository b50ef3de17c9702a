"""The same value of several groups stands in one row, and what is hidden of one stays hidden."""

from segments.beside.matching import matched
from segments.beside.series import series_of
from segments.dashboards.figures.beside import grouped_bars


def content(rows, *, size=1000, shape="bars", slug="attribute-gender", **more):
    data = {"shape": shape, "base": [size, 10_000, 20], "rows": rows, **more}
    chart = {"slug": slug, "title": "Gender", "note": "", "figure": {"layout": {"height": 1}}, "data": data}
    return {"sections": [{"slug": "who", "title": "Who they are", "charts": [chart]}]}


HERS = content([["f", "female", 800, 5000], ["m", "male", None, 5000]])
HIS = content([["f", "female", 100, 5000], ["m", "male", 400, 5000]], size=500)


def test_each_value_has_a_cell_for_each_group_in_their_order():
    (chart,) = matched([HERS, HIS])
    assert [(row.label, [cell.share for cell in row.cells]) for row in chart.rows] == [
        ("female", [0.8, 0.2]),
        ("male", [None, 0.8]),
    ]
    assert [cell.way for cell in chart.rows[0].cells] == ["over", "under"]
    assert chart.rows[1].cells[0].mark == "<20"
    assert chart.sizes == (1000, 500)


def test_against_a_base_its_own_shares_count_and_none_where_they_are_hidden():
    base = content([["f", "female", 400, 5000], ["m", "male", None, 5000]], size=400)
    (chart,) = matched([HERS, HIS], base)
    female, male = chart.rows
    assert (female.beside.share, female.cells[0].index) == (1.0, 80)
    assert (male.beside, male.cells[1].index, male.cells[1].share) == (None, None, 0.8)


def test_a_value_that_is_among_the_top_of_one_group_only_is_found_in_the_rest_of_the_other():
    tea, soup = ["tea", "tea", 300, 2000], ["soup", "soup", 200, 900]
    one = content([tea], more=[["soup", "soup", 30, 900]])
    (chart,) = matched([one, content([soup])])
    assert [(row.value, [cell and cell.count for cell in row.cells]) for row in chart.rows] == [
        ("tea", [300, None]),
        ("soup", [30, 200]),
    ]


def test_months_are_those_of_all_in_their_order_and_a_week_is_a_small_picture_each():
    one = content([["2026-02", "2026-02", 10, 90]], shape="months")
    two = content([["2026-01", "2026-01", 30, 90], ["2026-02", "2026-02", 40, 90]], shape="months")
    (chart,) = matched([one, two])
    assert [row.value for row in chart.rows] == ["2026-01", "2026-02"]
    (week,) = matched([content([], shape="week"), content([], shape="week")])
    assert (week.rows, len(week.figures)) == ((), 2)


def test_bars_are_one_for_each_group_and_a_grey_one(settings):
    (chart,) = matched([HERS, HIS])
    figure = grouped_bars(["female", "male"], series_of(chart, [("Hers", "#111"), ("His", "#222")], "Everyone"))
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    assert [(bar["name"], bar["x"]) for bar in bars] == [
        ("Hers", [0.8, 0]),
        ("His", [0.2, 0.8]),
        ("Everyone", [0.5, 0.5]),
    ]
    texts = [trace["text"] for trace in figure["data"] if trace["type"] == "scatter"]
    assert [text.strip() for text in texts[0]] == ["80% ▲", "<20"]
    assert "n = 800 / 1,000" in bars[0]["customdata"][0] and "<20" in bars[0]["customdata"][1]
