"""Golden files: each rule with its sentence in every language and the SQL of its leaves.

`GOLDEN=write pytest tests/rules/test_golden.py` writes them anew; read the difference before keeping it.
"""

import json
import os
from pathlib import Path

import ibis
import pytest

from tags.rules.catalog import Catalog, Field, Names, TagInfo
from tags.rules.compile import Compiled, compile_leaf, compile_measure
from tags.rules.describe import describe
from tags.rules.nodes import Rank
from tags.rules.validate import read_rule
from tags.rules.walk import leaves
from tags.rules.windows import Moment
from tests.rules.memory_lake import MemoryLake
from tests.world import AS_OF, CAST, ZONE

FOLDER = Path(__file__).parents[1] / "golden" / "rules"
LANGUAGES = ("zh-hans", "zh-hant", "en")
RULE, SENTENCES, SQL = "-- rule", "-- sentences", "-- sql"


def named(hans: str, hant: str, en: str) -> Names:
    return {"zh-hans": hans, "zh-hant": hant, "en": en}


ATTRIBUTES = {
    "province": named("省份", "省份", "province"),
    "age": named("年龄", "年齡", "age"),
    "birthday": named("生日", "生日", "birthday"),
    "registered_at": named("注册时间", "註冊時間", "time of registration"),
    "interests": named("兴趣", "興趣", "interests"),
}
CATALOG = Catalog(
    attributes={slug: Field(kind, ATTRIBUTES.get(slug, {})) for slug, kind in CAST.attributes.items()},
    events={"purchase": named("购买", "購買", "purchase"), "visit": named("访问", "訪問", "visit"), "refund": {}},
    properties={
        **{slug: Field(kind) for slug, kind in CAST.properties.items()},
        "amount": Field("money", named("金额", "金額", "amount")),
        "category": Field("text", named("品类", "品類", "category"), {"零食": named("零食", "零食", "snacks")}),
    },
    tags={
        "lifecycle": TagInfo(
            "labels",
            named("生命周期", "生命週期", "lifecycle"),
            {"active": named("活跃", "活躍", "active"), "churned": named("流失", "流失", "churned")},
        ),
        "spend": TagInfo("measure", named("消费额", "消費額", "spend")),
    },
    segments={"vip": named("贵宾", "貴賓", "VIP")},
    lists={"summer-invitees": named("夏日邀请", "夏日邀請", "summer invitees")},
    zone=ZONE,
)


def told(text: str) -> str:
    """The whole file of a rule."""
    node = read_rule(json.loads(text), CATALOG)
    moment = Moment(AS_OF, ZONE)
    sentences = "\n".join(describe(node, CATALOG, moment, language) for language in LANGUAGES)
    return "\n".join((RULE, text.strip(), SENTENCES, sentences, SQL, *sql_of(node, moment))) + "\n"


def sql_of(node: object, moment: Moment) -> list[str]:
    found = []
    for leaf in leaves(node):
        if isinstance(leaf, Compiled):
            query = compile_leaf(leaf, MemoryLake(CAST).tables, moment)
            found.append(("everyone except:\n" if query.complement else "") + ibis.to_sql(query.expr, "duckdb"))
        elif isinstance(leaf, Rank):
            found.append(ibis.to_sql(compile_measure(leaf.measure, MemoryLake(CAST).tables, moment), "duckdb"))
    return found


def cases() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", cases(), ids=lambda file: file.stem)
def test_a_rule_reads_and_compiles_as_its_golden_file_says(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    after = told(before.split(f"{RULE}\n", 1)[1].split(SENTENCES, 1)[0])
    if os.environ.get("GOLDEN") == "write":
        file.write_text(after, encoding="utf-8")
    assert after == file.read_text(encoding="utf-8")


def test_seconds_are_told_only_where_somebody_wrote_them() -> None:
    def read_out(window: dict) -> str:
        rule = read_rule({"event": "purchase", "op": ">=", "value": 1, "window": window}, CATALOG)
        return describe(rule, CATALOG, Moment(AS_OF.replace(second=31), ZONE))

    assert read_out({"last": 2, "unit": "hour"}) == (
        "最近 2 小时（2026-11-21 18:00 至 2026-11-21 20:00，Asia/Shanghai）有「购买」"
    )
    written = read_out({"from": "2026-11-01T00:00:07", "to": "2026-11-02"})
    assert "2026-11-01 00:00:07 至 2026-11-0" in written


def test_there_are_golden_files() -> None:
    assert len(cases()) >= 30
