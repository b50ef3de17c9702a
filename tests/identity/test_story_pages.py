"""How a customer came together is drawn, and nothing is drawn over something else."""

import pytest

from cdp.identity import story_pages as drawn


@pytest.mark.parametrize(
    "source", ["京东旗舰店 · 屿禾生活家居", "Flagship store on JD.com", "会员中心", "till", ""]
)
@pytest.mark.parametrize("row", [1, 38_601, 9_999_999])
def test_a_sources_name_ends_where_its_identifiers_begin(source, row):
    beside = f"#{row} "
    shown = drawn._short(source, beside)
    assert drawn.COLUMNS[1] + drawn._width(beside + shown) <= drawn.ORIGIN_ENDS < drawn.COLUMNS[2]
    assert shown == source or (shown.endswith("…") and source.startswith(shown[:-1]))


def test_a_name_that_has_room_is_shown_whole():
    assert drawn._short("会员中心", "#1 ") == "会员中心"
