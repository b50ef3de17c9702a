"""Forty files as people really have them, each made here and now, with what has to come of it.

A mess is a file, what its rows say once they are clean, and which rows come back: (row, column, why).
"""
# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from .filing import book, write

LI = {"phone": "+8613800138000", "name": "李雷"}
HAN = {"phone": "+8613900139000", "name": "韩梅梅"}
BOTH = [LI, HAN]
PEOPLE = "手机号,姓名\n13800138000,李雷\n13900139000,韩梅梅\n"
NOT_A_PHONE, HIDDEN, NOT_A_DATE = "not a phone number", "hidden by asterisks", "not a date"


@dataclass(frozen=True)
class Mess:
    make: Callable[[Path], Path]
    rows: list[dict[str, Any]] = field(default_factory=list)
    back: list[tuple[int, str, str]] = field(default_factory=list)
    mapping: dict[str, Any] | None = None
    refused: str = ""  # why the file as a whole is


def text(content: str, encoding: str = "utf-8", name: str = "mess.csv") -> Callable[[Path], Path]:
    return lambda folder: write(folder / name, content, encoding)


def raw(content: bytes, name: str = "mess.csv") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def sheets(**named: list[list[Any]]) -> Callable[[Path], Path]:
    return lambda folder: book(folder / "mess.xlsx", named)


def workbook(fill: Callable[[Workbook], None]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        made = Workbook()
        fill(made)
        made.save(folder / "mess.xlsx")
        return folder / "mess.xlsx"

    return make


def titled(made: Workbook) -> None:
    sheet = made.active
    sheet.append(["2026 年会员名单（内部）"])
    sheet.merge_cells("A1:B1")
    for row in (["手机号", "姓名"], [13800138000, "李雷"], [13900139000, "韩梅梅"]):
        sheet.append(row)


def merged(made: Workbook) -> None:
    sheet = made.active
    for row in (["手机号", "订单号", "时间"], ["13800138000", "A1", "2026-09-01"], [None, "A2", "2026-09-02"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")


def hidden_first(made: Workbook) -> None:
    made.active.title = "字典"
    made.active.append(["编码", "含义"])
    made.active.append(["1", "男"])
    made.active.sheet_state = "hidden"
    shown = made.create_sheet("会员")
    for row in (["手机号", "姓名"], ["13800138000", "李雷"], ["13900139000", "韩梅梅"]):
        shown.append(row)


def failed_formulas(made: Workbook) -> None:
    sheet = made.active
    rows = [
        ["手机号", "姓名", "备注"],
        ["13800138000", "李雷", "#N/A"],
        ["13900139000", "#REF!", "x"],
        ["#VALUE!", "林涛", ""],
    ]
    for row in rows:
        sheet.append(row)


HTML = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    "<style>td{mso-number-format:'\\@'}</style></head><body><table border=1><tr><th>手机号</th><th>姓名</th></tr>"
    "<tr><td>13800138000</td><td>李雷<br></td></tr><tr><td>13900139000<td>&#38889;梅梅</td></tr></table></body></html>"
)
XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="会员"><Table><Row><Cell><Data ss:Type="String">手机号</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">姓名</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">13800138000</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">李雷</Data></Cell></Row></Table></Worksheet></Workbook>'
)
ORDER = {
    "kind": "events",
    "name": "purchase",
    "time": "时间",
    "key": "订单号",
    "identifiers": {"phone": "手机号"},
    "properties": {"amount": {"column": "金额", "kind": "money"}},
}
VISIT = {"kind": "events", "name": "visit", "time": "时间", "identifiers": {"phone": "手机号"}}
CARDS = {"kind": "customers", "identifiers": {"member_no": "会员号"}, "attributes": {"name": "姓名"}}


def bought(order: str, amount: str, day: int = 1) -> dict[str, Any]:
    return {
        "phone": LI["phone"],
        "key": order,
        "amount": amount,
        "event": "purchase",
        "at": f"2026-09-0{day} 02:00:00",
    }


def orders(*amounts: str) -> str:
    lines = [f'A{n},13800138000,2026-09-0{n} 10:00,"{amount}"' for n, amount in enumerate(amounts, 1)]
    return "\n".join(["订单号,手机号,时间,金额", *lines]) + "\n"


def visits(*times: str) -> str:
    return "手机号,时间\n" + "".join(f"13800138000,{time}\n" for time in times)


def visited(at: str) -> dict[str, Any]:
    return {"phone": LI["phone"], "event": "visit", "at": at}


MESSES: dict[str, Mess] = {
    "GB18030 without a mark": Mess(text(PEOPLE, "gb18030"), BOTH),
    "UTF-8 with a mark": Mess(text(PEOPLE, "utf-8-sig"), BOTH),
    "UTF-16 with tabs, called .csv": Mess(text(PEOPLE.replace(",", "\t"), "utf-16"), BOTH),
    "UTF-16 without a mark": Mess(text(PEOPLE, "utf-16-le"), BOTH),
    "two encodings in one file": Mess(
        raw("姓名,城市\n李雷,杭州\n".encode() + "韩梅梅,上海市浦东新区\n".encode("gbk") * 3),
        refused="mixes encodings",
    ),
    "headers with spaces, a line break and a mark": Mess(
        text('\ufeff 手机号 \t,"姓\n名"\n13800138000,李雷\n', "utf-8"), [{"phone": LI["phone"], "name": "李雷"}]
    ),
    "the same header twice": Mess(text("手机号,姓名,姓名\n13800138000,李雷,Lei\n"), [LI | {"姓名_2": "Lei"}]),
    "title rows above the header": Mess(text("会员名单,\n导出人：王五,\n\n" + PEOPLE), BOTH),
    "a merged title in a workbook": Mess(workbook(titled), BOTH),
    "cells merged over rows": Mess(
        workbook(merged),
        [
            {"phone": LI["phone"], "订单号": "A1", "event": "visit", "at": "2026-08-31 16:00:00"},
            {"phone": LI["phone"], "订单号": "A2", "event": "visit", "at": "2026-09-01 16:00:00"},
        ],
        mapping=VISIT | {"properties": {"订单号": "text"}},
    ),
    "a row of totals at the end": Mess(
        text("会员号,姓名\nM1,李雷\n合计：1 人,\n"),
        [{"member_no": "M1", "name": "李雷"}],
        [(3, "会员号", "row of totals")],
        CARDS,
    ),
    "blank rows between": Mess(
        text("手机号,姓名\n\n13800138000,李雷\n,,\n\n139,韩梅梅\n"), [LI], [(6, "手机号", NOT_A_PHONE)]
    ),
    "blank columns around": Mess(text(",手机号,,姓名,\n,13800138000,,李雷,\n,13900139000,,韩梅梅,\n"), BOTH),
    "ids as floats": Mess(
        text("会员号,姓名\n266079.0,李雷\n"), [{"member_no": "266079", "name": "李雷"}], mapping=CARDS
    ),
    "ids in scientific notation": Mess(
        text("会员号,姓名\n6.20E+17,李雷\nM2,韩梅梅\n"),
        [{"member_no": "M2", "name": "韩梅梅"}],
        [(2, "会员号", "scientific notation")],
        CARDS,
    ),
    "numbers of a workbook": Mess(
        sheets(会员=[["会员号", "姓名"], [266079, "李雷"], [620000000000000012, "韩梅梅"]]),
        [{"member_no": "266079", "name": "李雷"}],
        [(3, "会员号", "scientific notation")],
        CARDS,
    ),
    "dates in five forms": Mess(
        text(
            visits(
                "2026-09-01 10:00:00",
                "2026/9/1 10:00",
                "2026年9月1日 上午10点",
                "20260901 100000",
                "2026-09-01T02:00:00Z",
                "九月一号",
            )
        ),
        [visited("2026-09-01 02:00:00")] * 5,
        [(7, "时间", NOT_A_DATE)],
        VISIT,
    ),
    "days as serial numbers": Mess(
        text(visits("46266.4166666667", "46266")),
        [visited("2026-09-01 02:00:00"), visited("2026-08-31 16:00:00")],
        mapping=VISIT,
    ),
    "dates of a workbook": Mess(
        sheets(
            访问=[
                ["手机号", "时间"],
                ["13800138000", datetime.fromisoformat("2026-09-01 10:00")],
                ["13800138000", date(2026, 9, 1)],
            ]
        ),
        [visited("2026-09-01 02:00:00"), visited("2026-08-31 16:00:00")],
        mapping=VISIT,
    ),
    "negative refunds": Mess(
        text(orders("-64.80", "(35.00)", "−1.50")),
        [bought("A1", "-64.80"), bought("A2", "-35.00", 2), bought("A3", "-1.50", 3)],
        mapping=ORDER,
    ),
    "money in words and signs": Mess(
        text(orders("¥1,234.00元", "￥ 12.5", "1.2万元", "免费")),
        [bought("A1", "1234.00"), bought("A2", "12.50", 2), bought("A3", "12000.00", 3)],
        [(5, "金额", "not an amount")],
        ORDER,
    ),
    "full-width digits": Mess(
        text("手机号,姓名\n１３８００１３８０００,李雷\n＋８６ １３９００１３９０００,韩梅梅\n"), BOTH
    ),
    "quotation marks in the middle": Mess(
        text('手机号,姓名\n13800138000,李"雷"\n"13900139000","韩梅梅"\n'), [LI | {"name": '李"雷"'}, HAN]
    ),
    "a quotation mark never closed": Mess(
        text('手机号,姓名,备注\n13800138000,"李雷,x\n13900139000,韩梅梅,y\n'), refused="never closed"
    ),
    "two delimiters": Mess(
        text("手机号,姓名\n13800138000;李雷\n13900139000,韩梅梅\n"), [HAN], [(2, "手机号", NOT_A_PHONE)]
    ),
    "semicolons and decimal commas": Mess(text(PEOPLE.replace(",", ";")), BOTH),
    "tabs, called .xls": Mess(text(PEOPLE.replace(",", "\t"), "gb18030", "mess.xls"), BOTH),
    "a web page, called .xls": Mess(text(HTML, "gb18030", "mess.xls"), BOTH),
    "the XML of 2003, called .xls": Mess(text(XML, name="mess.xls"), [LI]),
    "nothing at all": Mess(raw(b""), refused="empty"),
    "a header and nothing below": Mess(text("手机号,姓名\n"), []),
    "one column": Mess(
        text("手机号\n13800138000\n13900139000\n12345\n"),
        [{"phone": LI["phone"]}, {"phone": HAN["phone"]}],
        [(4, "手机号", NOT_A_PHONE)],
    ),
    "several sheets, the first hidden": Mess(workbook(hidden_first), BOTH),
    "formulas that failed": Mess(
        workbook(failed_formulas),
        [LI, {"phone": HAN["phone"], "备注": "x"}],
        [(4, "手机号", "who the customer is")],
    ),
    "formulas that failed, as CSV": Mess(
        text(PEOPLE + "#VALUE!,林涛\n13700137000,#REF!\n"), BOTH, [(4, "手机号", "formula"), (5, "姓名", "formula")]
    ),
    "hidden phones": Mess(text(PEOPLE + "138****8000,林涛\n"), BOTH, [(4, "手机号", HIDDEN)]),
    "emoji in names": Mess(text("手机号,姓名\n13800138000,李雷🎾👨‍👩‍👧\n"), [LI | {"name": "李雷🎾👨👩👧"}]),
    "signs nobody sees": Mess(
        text("手机号,姓名\n\u200b13800138000\ufeff,李\u200b雷\u00a0\n\u202d13900139000\u202c,韩梅梅\n"), BOTH
    ),
    "NUL bytes": Mess(raw("手机号,姓名\n13800138000,李雷\0\0\n13900139000,韩\0梅梅\n".encode("gb18030")), BOTH),
    "a very long cell": Mess(
        text(f"手机号,姓名\n13800138000,{'长' * 40_000}\n13900139000,韩梅梅\n"), [HAN], [(2, "姓名", "too long")]
    ),
    "ragged rows": Mess(
        text("手机号,姓名\n13800138000,李雷\n13900139000\n13700137000,林,涛\n"),
        [LI, {"phone": HAN["phone"]}],
        [(4, "", "more cells than the header")],
    ),
    "line ends of three kinds": Mess(
        raw("手机号,姓名\r\n13800138000,李雷\r13900139000,韩梅梅\n137,林涛\r\n".encode()),
        BOTH,
        [(4, "手机号", NOT_A_PHONE)],
    ),
    'cells like ="001"': Mess(
        text('会员号,姓名\n="001",李雷\n"=""002""",韩梅梅\n'),
        [{"member_no": "001", "name": "李雷"}, {"member_no": "002", "name": "韩梅梅"}],
        mapping=CARDS,
    ),
    "a leading apostrophe": Mess(text("手机号,姓名\n'13800138000,李雷\n'+86 139 0013 9000,韩梅梅\n"), BOTH),
    "words for nothing": Mess(
        text("手机号,姓名,备注\n13800138000,李雷,无\n13900139000,韩梅梅,NULL\n-,林涛,N/A\n"),
        BOTH,
        [(4, "手机号", "who the customer is")],
    ),
}
