"""Orders in one file, their lines in another."""

import csv
import json
from decimal import Decimal
from io import BytesIO

import pytest

from cdp.sources.joining import files_joined
from cdp.sources.models import Upload
from cdp.sources.pages import joined_text
from cdp.sources.services import upload_receive
from cdp.store.lake import snapshot

from .filing import write
from .test_load_command import run

pytestmark = pytest.mark.django_db
ORDERS = (
    "订单编号,手机号,下单时间,订单金额\n"
    '="001",13800138000,2026-09-01 10:00,88.00\n'
    "2.0,13900139000,2026-09-02 10:00,50.00\n"
    "3,13700137000,2026-09-03 10:00,9.90\n"
)
LINES = "订单编号,商品编码,商品,数量\n'001,A,坚果,2\n'001,B,茶,1\n2,A,坚果,1\n9,C,糖,1\n"
MAPPING = {
    "kind": "events",
    "name": "purchase",
    "time": "下单时间",
    "key": ["订单编号", "商品编码"],
    "identifiers": {"phone": "手机号"},
    "properties": {"order_amount": {"column": "订单金额", "kind": "money"}, "商品": "text"},
}


@pytest.fixture
def given(tmp_path):
    files = {"o.csv": ORDERS, "l.csv": LINES, "m.json": json.dumps(MAPPING)}
    return [str(write(tmp_path / name, text)) for name, text in files.items()]


def test_lines_come_with_what_their_order_says_and_money_is_counted_once(given):
    orders, lines, mapping = given
    code, text, total = run(orders, "--lines", lines, "--source", "s", "--mapping", mapping, "--yes")
    assert code == 0, text
    assert "没有订单的明细：1" in text and "没有明细的订单：1" in text
    assert (total["rows"], total["events"], total["rejected"]) == (5, 3, 2)
    with snapshot() as lake:
        stored = lake.frame(lake.tables.events.order_by(["time", "商品"])).to_pylist()
    assert sorted((event["商品"], event["order_amount"]) for event in stored[:2]) == [
        ("坚果", Decimal("88.00")),
        ("茶", None),
    ]
    assert (stored[2]["商品"], stored[2]["order_amount"]) == ("坚果", Decimal("50.00"))


def test_orders_and_lines_without_a_number_are_all_kept_and_belong_to_nobody(tmp_path):
    orders = upload('订单编号,手机号\n1,138\n,139\n="",137\n')
    lines = upload('订单编号,商品\n1,茶\n,糖\n="",盐\n')
    joined = files_joined(orders, lines, tmp_path)
    assert (joined.lines_alone, joined.heads_alone) == (2, 2)
    with joined.path.open(encoding="utf-8") as file:
        rows = [(row["手机号"], row["商品"]) for row in csv.DictReader(file)]
    assert rows == [("138", "茶"), ("", "糖"), ("", "盐"), ("139", ""), ("137", "")]


def test_orders_that_come_again_are_left_out_and_that_is_said(tmp_path):
    orders = upload("订单编号,手机号\n1,138\n1,139\n2,137\n1,138\n")
    joined = files_joined(orders, upload("订单编号,商品\n1,茶\n2,糖\n"), tmp_path)
    assert joined.heads_again == 2
    assert "相同订单号而未采用的行：2。" in joined_text(joined)
    once = files_joined(upload("订单编号,手机号\n1,138\n"), upload("订单编号,商品\n1,茶\n"), tmp_path)
    assert (once.heads_again, "未采用" in joined_text(once)) == (0, False)


def upload(text: str) -> Upload:
    return upload_receive(file=BytesIO(text.encode()), name="f.csv", by=None)


def test_files_without_a_common_number_are_refused_with_their_columns(given, tmp_path):
    other = str(write(tmp_path / "x.csv", "货号,数量\n1,2\n"))
    code, text, _total = run(given[0], "--lines", other, "--source", "s", "--yes")
    assert code == 1
    assert "货号" in text


def test_both_files_are_taken_on_the_upload_page(admin_client):
    sent = {name: BytesIO(text.encode()) for name, text in (("file", ORDERS), ("lines", LINES))}
    for name, stream in sent.items():
        stream.name = f"{name}.csv"
    answer = admin_client.post("/data/upload/", sent | {"source": "+", "name": "s"}, follow=True)
    assert "没有订单的明细：1" in answer.content.decode()
    assert Upload.objects.filter(name="file + lines.csv").exists()
