"""A CSV of a million orders with phones, from file to queryable, beside DuckDB's bare read and write as Parquet."""

import shutil
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.loads import measured, run_alone
from benchmarks.place import place

ROWS = 1_000_000
CUSTOMERS = 250_000
MAPPING = {
    "kind": "events",
    "name": "purchase",
    "time": {"column": "下单时间", "zone": "Asia/Shanghai"},
    "key": "订单编号",
    "identifiers": {"phone": "手机号"},
    "attributes": {"province": "收货省份"},
    "properties": {
        "amount": {"column": "实付金额", "kind": "money"},
        "total_amount": {"column": "订单总金额", "kind": "money"},
        "quantity": {"column": "数量", "kind": "number"},
        "product": {"column": "商品名称", "kind": "text"},
        "category": {"column": "类目", "kind": "text"},
        "paid_at": {"column": "付款时间", "kind": "date"},
    },
}


def run() -> dict[str, Any]:
    folder = place("load")
    file = folder / f"orders-{ROWS}-{CUSTOMERS}.csv"
    if not file.exists():
        make_orders(file)
    ours, plain = measured(lambda: run_alone(folder, file, MAPPING), lambda: plain_seconds(file, folder))
    return {
        "rows": ROWS,
        "customers": CUSTOMERS,
        "bytes": file.stat().st_size,
        "seconds": ours,
        "plain_seconds": plain,
        "ratio": round(ours / plain, 2),
    }


def plain_seconds(file: Path, folder: Path) -> float:
    """What DuckDB alone needs to read the file and write it as Parquet."""
    target = folder / "plain.parquet"
    with duckdb.connect(config={"threads": 2}) as connection:
        begin = time.perf_counter()
        connection.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{target}' (FORMAT parquet)").fetchall()
        seconds = time.perf_counter() - begin
    target.unlink()
    return seconds


def make_orders(file: Path) -> None:
    """The same orders every time: one phone in twenty written with +86, one amount in fifty with a ¥ sign."""
    provinces = "['浙江省', '广东省', '江苏省', '上海', '北京', '四川省', '湖北省', '山东省', '内蒙古', '福建省']"
    part = file.with_suffix(".part")
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"""COPY (
            SELECT 620000000000 + i AS 订单编号,
                   CASE WHEN i % 20 = 0 THEN '+86 ' ELSE '' END
                       || (13000000000 + (hash(i) % {CUSTOMERS}) * 7919) AS 手机号,
                   {provinces}[1 + (hash(i, 1) % 10)::INT] AS 收货省份,
                   '商品 ' || (hash(i, 2) % 2000) AS 商品名称,
                   '类目' || (hash(i, 2) % 40) AS 类目,
                   1 + hash(i, 3) % 5 AS 数量,
                   (hash(i, 4) % 100000) / 100.0 AS 订单总金额,
                   CASE WHEN i % 50 = 0 THEN '¥' ELSE '' END || (hash(i, 4) % 90000) / 100.0 AS 实付金额,
                   strftime(TIMESTAMP '2024-01-01' + to_seconds((hash(i, 5) % 31536000)::BIGINT),
                            '%Y-%m-%d %H:%M:%S') AS 下单时间,
                   strftime(TIMESTAMP '2024-01-01' + to_seconds((hash(i, 5) % 31536000 + 60)::BIGINT),
                            '%Y-%m-%d %H:%M:%S') AS 付款时间
            FROM range({ROWS}) AS t(i)) TO '{part}' (HEADER)"""
        ).fetchall()
    shutil.move(part, file)
