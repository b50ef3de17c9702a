import re
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdp.errors import UserError
from cdp.sources.readers import csvs, files

from .filing import USERS, book, read, write

PEOPLE = "姓名,手机号\n李雷,13800138000\n韩梅梅,13900139000\n"
EXPECTED = (("姓名", "手机号"), [(2, "李雷", "13800138000"), (3, "韩梅梅", "13900139000")])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_same_rows_come_out_of_every_encoding(tmp_path, encoding):
    assert read(write(tmp_path / "people.csv", PEOPLE, encoding)) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    assert read(write(tmp_path / "people.csv", PEOPLE.replace(",", delimiter))) == EXPECTED


def test_an_encoding_is_not_guessed_from_the_head(tmp_path):
    plain = "".join(f"{number},x\n" for number in range(300_000))
    _columns, rows = read(write(tmp_path / "late.csv", f"id,city\n{plain}7,浙江\n", "gb18030"))
    assert rows[-1] == (300_002, "7", "浙江")


def test_title_rows_above_the_header_are_passed_over(tmp_path):
    text = "2024年会员名单\n导出时间：2024-05-01,\n\n" + PEOPLE
    assert read(write(tmp_path / "titled.csv", text))[0] == ("姓名", "手机号")
    assert read(write(tmp_path / "titled.csv", text))[1][0] == (5, "李雷", "13800138000")


def test_a_table_without_a_header_gets_numbered_columns(tmp_path):
    columns, rows = read(write(tmp_path / "bare.csv", "1001,13800138000\n1002,13900139000\n"))
    assert columns == ("column_1", "column_2")
    assert rows[0] == (1, "1001", "13800138000")


def test_headers_are_trimmed_empty_ones_named_and_repeated_ones_numbered(tmp_path):
    columns, _rows = read(write(tmp_path / "h.csv", " 姓名 ,,姓名,\ufeff手机号\n李雷,x,y,1\n"))
    assert columns == ("姓名", "column_2", "姓名_2", "手机号")


def test_quoted_cells_keep_delimiters_and_line_breaks(tmp_path):
    _columns, rows = read(write(tmp_path / "q.csv", 'id,note\n1,"a, b\nc"\n2,"say ""hi"""\n'))
    assert [row[1:] for row in rows] == [("1", "a, b\nc"), ("2", 'say "hi"')]


def test_short_rows_are_filled_up_and_rows_keep_their_numbers(tmp_path):
    _columns, rows = read(write(tmp_path / "ragged.csv", "a,b,c\n1,2,3\n4\n5,6,7,8\n9,9,9\n"))
    assert rows == [(2, "1", "2", "3"), (3, "4", "", ""), (4, "5", "6", "7"), (5, "9", "9", "9")]


def test_whole_numbers_of_a_workbook_stay_whole_and_dates_become_iso(tmp_path):
    path = book(
        tmp_path / "o.xlsx",
        {
            "说明": [],
            "订单": [
                ["订单报表"],
                ["会员号", "金额", "时间", "日期", "电话", "备注"],
                [
                    266079,
                    12.5,
                    datetime(2024, 5, 1, 9, 30, tzinfo=ZoneInfo("UTC")).replace(tzinfo=None),
                    date(2024, 5, 1),
                    "0571",
                    None,
                ],
                [13800138000, 3, None, None, 86, True],
            ],
        },
    )
    columns, rows = read(path)
    assert columns == ("会员号", "金额", "时间", "日期", "电话", "备注")
    assert rows[0] == (3, "266079", "12.5", "2024-05-01 09:30:00", "2024-05-01", "0571", "")
    assert rows[1] == (4, "13800138000", "3", "", "", "86", "true")


def test_an_identifier_a_spreadsheet_rounded_is_not_passed_off_as_exact(tmp_path):
    _columns, rows = read(book(tmp_path / "i.xlsx", {"s": [["订单编号"], [620000000000000012]]}))
    assert "e+17" in rows[0][1]


def test_a_sheet_is_chosen_by_name_and_the_others_are_listed(tmp_path):
    path = book(tmp_path / "s.xlsx", {"一月": [["会员号"], ["a1"]], "二月": [["会员号"], ["b2"]]})
    assert files.look(path).sheets == ("一月", "二月")
    assert read(path, "二月")[1] == [(2, "b2")]


def test_what_a_file_is_does_not_depend_on_its_name(tmp_path):
    assert read(write(tmp_path / "users.xlsx", USERS, "gb18030"))[1][0][1:3] == ("200001", "56岁以上")


@pytest.mark.parametrize("row", ['138,"never closed,3', '138,2,"never closed', '"138,2,3'])
def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_below(tmp_path, row):
    with pytest.raises(UserError) as caught:
        read(write(tmp_path / "open.csv", f"a,b,c\n1,2,3\n{row}\n4,5,6\n7,8,9\n"))
    assert caught.value.problems[0].params["line"] == 3


def test_a_quotation_mark_inside_a_text_is_taken_as_it_is(tmp_path):
    _columns, rows = read(write(tmp_path / "inch.csv", 'a,b,c\n1,27" screen,3\n4,5,6,7\n"8",9,10'))
    assert [row[1:] for row in rows] == [("1", '27" screen', "3"), ("4", "5", "6"), ("8", "9", "10")]


BREAKS = re.compile(rb"(\r\n|\n|\r(?!\n))(\r\n|\n|\r)")


@given(st.lists(st.sampled_from([b"a", b",", b" ", b"\n", b"\r", b"\r\n"]), max_size=12), st.integers(1, 5))
def test_blank_lines_are_seen_wherever_the_file_is_cut_for_reading(parts, block):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csvs, "BLOCK", block)
        file = Path(folder, "f.csv")
        file.write_bytes(b"x" + b"".join(parts))
        assert csvs._has_blank_lines(file) == bool(BREAKS.search(file.read_bytes().rstrip(b"\r\n \t")))
