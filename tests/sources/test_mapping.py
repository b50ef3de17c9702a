import json
import re
from pathlib import Path

import pytest

from cdp.errors import UserError
from cdp.sources.mapping import Column, Name, Time, parse
from cdp.sources.roles import mapping_of, roles_of

ACTIONS = {
    "kind": "events",
    "name": {"column": "type", "values": {"1": "browse", "4": "purchase"}},
    "time": {"column": "time", "zone": "Asia/Shanghai"},
    "key": None,
    "identifiers": {"jd_user": "user_id"},
    "attributes": {},
    "properties": {"sku_id": "text"},
}
COLUMNS = ("user_id", "sku_id", "time", "type", "收货地址")


def test_the_example_of_the_docs_is_read():
    mapping = parse(ACTIONS, COLUMNS)
    assert mapping.name == Name(column="type", values={"1": "browse", "4": "purchase"})
    assert mapping.time == Time("time", "Asia/Shanghai")
    assert mapping.properties == {"sku_id": Column("sku_id", None, "text")}
    assert mapping.key == ()


def test_spaces_around_a_column_name_do_not_matter():
    mapping = parse(
        {"kind": "customers", "identifiers": {"phone": "手机号"}, "attributes": {"province": "收货地址 "}},
        ("手机号", "收货地址"),
    )
    assert mapping.attributes["province"].column == "收货地址"


def test_a_chinese_column_may_be_a_property_of_that_name():
    mapping = parse(ACTIONS | {"properties": {"收货地址": "text"}}, COLUMNS)
    assert mapping.properties["收货地址"] == Column("收货地址", None, "text")


WRONG = [
    ({"kind": "people"}, [("kind",)]),
    ([], [("kind",)]),
    ({"kind": "customers", "identifiers": {}}, [("identifiers",)]),
    (ACTIONS | {"name": "Big Event"}, [("name",)]),
    (ACTIONS | {"name": {"column": "type", "values": {"1": "浏览"}}}, [("name", "values", "1")]),
    (ACTIONS | {"time": None}, [("time",)]),
    (ACTIONS | {"time": {"column": "time", "zone": "Mars/Base"}}, [("time", "zone")]),
    (ACTIONS | {"properties": {"sku_id": "string"}}, [("properties", "sku_id", "kind")]),
    (ACTIONS | {"properties": {"hour": {"column": "time", "kind": "text"}}}, [("properties", "hour")]),
    (ACTIONS | {"attributes": {"Customer_ID": "user_id"}}, [("attributes", "Customer_ID")]),
    (ACTIONS | {"nmae": "x"}, [("nmae",)]),
    (ACTIONS | {"identifiers": {"手机": "user_id"}}, [("identifiers", "手机")]),
    (ACTIONS | {"key": "oder_id", "identifiers": {"jd_user": "userid"}}, [("identifiers", "jd_user"), ("key",)]),
]


@pytest.mark.parametrize(("data", "paths"), WRONG)
def test_every_problem_of_a_mapping_is_named_at_its_place(data, paths):
    with pytest.raises(UserError) as refused:
        parse(data, COLUMNS)
    assert [problem.path for problem in refused.value.problems] == paths
    assert all(problem.hint for problem in refused.value.problems)


def test_a_wrong_column_is_answered_with_the_nearest_ones():
    with pytest.raises(UserError) as refused:
        parse(ACTIONS | {"identifiers": {"jd_user": "userid"}}, COLUMNS)
    assert refused.value.problems[0].params["near"].startswith("user_id")


def test_a_mapping_goes_to_the_columns_of_a_form_and_back():
    given = ACTIONS | {"attributes": {"province": {"column": "收货地址"}}}
    roles = roles_of(given, COLUMNS)
    assert [(role.column, role.role, role.slug) for role in roles] == [
        ("user_id", "identifier", "jd_user"),
        ("sku_id", "property", "sku_id"),
        ("time", "time", ""),
        ("type", "name", ""),
        ("收货地址", "attribute", "province"),
    ]
    assert parse(mapping_of("events", roles, zone="Asia/Shanghai")) == parse(given)


def test_every_mapping_in_the_docs_can_be_read():
    text = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    kinds = [parse(json.loads(block)).kind for block in blocks]
    assert kinds == ["events", "events", "customers", "customers", "events"]
