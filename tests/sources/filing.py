"""Small files of the shapes people really have, written where a test wants them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cdp.engine import workspace
from cdp.sources.readers import files

USERS = (
    "user_id,age,sex,user_lv_cd,user_reg_tm\n"
    "200001,56岁以上,2,5,2016-01-26\n"
    "200002,-1,0,1,2016-01-26\n"
    "200003,36-45岁,1,4,2016-01-26\n"
)
ACTIONS = (
    "user_id,sku_id,time,model_id,type,cate,brand\n"
    "200001.0,138778,2016-01-31 23:59:02,,1,8,403\n"
    "200001.0,138778,2016-01-31 23:59:03,0,6,8,403\n"
    "200001.0,138778,2016-01-31 23:59:03,0,6,8,403\n"
    "266079.0,61226,2016-02-01 00:30:00,,2,8,30\n"
    "266079.0,61226,2016-02-01 00:30:00,,2,8,30\n"
    "266079.0,61226,2016-02-01 00:30:00,,2,8,30\n"
    "266079.0,61226,2016-02-01 08:00:00,,4,8,30\n"
)
ORDERS = (
    "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
    "1,178.8,0.0,上海,2020-02-21 00:00:00,,0.0\n"
    "2,21.0,21.0,内蒙古自治区,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0\n"
    "3,64.8,0.0,江苏省,2020-02-20 23:57:04,2020-02-20 23:57:11,64.8\n"
)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def bomb(path: Path, mebibytes: int) -> Path:
    """A zip that looks like a workbook whose sheet is all spaces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(mebibytes):
                sheet.write(b" " * (1 << 20))
    return path


def read(path: Path, sheet: str = "") -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    """The columns and the rows of table `raw`, each with the number a spreadsheet shows."""
    shape = files.look(path, sheet)
    with workspace() as connection:
        files.stage(connection, path, shape)
        rows = connection.execute(
            f"SELECT rowid + {shape.first_data_row}, * EXCLUDE (overflow) FROM raw ORDER BY rowid"
        ).fetchall()
    return shape.columns, [tuple("" if cell is None else cell for cell in row) for row in rows]
