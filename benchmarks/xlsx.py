"""A workbook of 100,000 rows and 12 columns, from file to queryable, beside calamine's bare reading of it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import FastExcel

from benchmarks.loads import measured, run_alone
from benchmarks.place import place

ROWS = 100_000
CUSTOMERS = 30_000
PROVINCES = ("浙江省", "广东省", "江苏省", "上海", "北京", "四川省", "湖北省", "山东省", "内蒙古", "福建省")
MAPPING = {
    "kind": "events",
    "name": "purchase",
    "time": {"column": "下单时间", "zone": "Asia/Shanghai"},
    "key": "订单编号",
    "identifiers": {"phone": "手机号"},
    "attributes": {"name": "收货人", "gender": "性别", "province": "省份", "city": "城市"},
    "properties": {
        "product": {"column": "商品名称", "kind": "text"},
        "category": {"column": "类目", "kind": "text"},
        "quantity": {"column": "数量", "kind": "number"},
        "amount": {"column": "实付金额", "kind": "money"},
        "note": {"column": "备注", "kind": "text"},
    },
}


def run() -> dict[str, Any]:
    folder = place("xlsx")
    file = folder / f"orders-{ROWS}-{CUSTOMERS}.xlsx"
    if not file.exists():
        FastExcel(str(file)).sheet("订单", orders()).save()
    ours, bare = measured(lambda: run_alone(folder, file, MAPPING), lambda: bare_seconds(file))
    return {
        "rows": ROWS,
        "columns": 12,
        "customers": CUSTOMERS,
        "bytes": file.stat().st_size,
        "seconds": ours,
        "bare_seconds": bare,
        "ratio": round(ours / bare, 2),
    }


def bare_seconds(file: Path) -> float:
    begin = time.perf_counter()
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    seconds = time.perf_counter() - begin
    if len(rows) != ROWS + 1:
        raise SystemExit(f"{file} has {len(rows)} rows")
    return seconds


def orders() -> Iterator[dict[str, Any]]:
    """The same orders every time."""
    for i in range(ROWS):
        who = (i * 7919) % CUSTOMERS
        yield {
            "订单编号": f"6200{i:08}",
            "手机号": f"1{3 + who % 7}{who * 104_729 % 1_000_000_000:09}",
            "收货人": f"客户{who}",
            "性别": "女" if who % 3 else "男",
            "省份": PROVINCES[who % 10],
            "城市": f"城市{who % 300}",
            "商品名称": f"商品 {i * 31 % 2000}",
            "类目": f"类目{i * 31 % 40}",
            "数量": 1 + i % 5,
            "实付金额": (i * 997 % 90_000) / 100,
            "下单时间": f"2024-{1 + i % 12:02}-{1 + i % 28:02} {i % 24:02}:{i % 60:02}:{i * 7 % 60:02}",
            "备注": "" if i % 4 else f"请在{i % 7}点后送达",
        }
