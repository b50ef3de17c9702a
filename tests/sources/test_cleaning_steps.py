"""Steps in a mapping: from the file to clean values, with every change counted."""

import pytest

from cdp.cleaning.steps.registry import STEPS
from cdp.errors import UserError
from cdp.identity.models import IdentifierType
from cdp.ledger.models import JobState
from cdp.sources.column_steps import steps_json, with_steps, without_steps
from cdp.sources.mapping import parse
from cdp.store.models import Attribute, Customer

from .test_loading import events, load

pytestmark = pytest.mark.django_db

MEMBERS = (
    "手机,姓名,地址,证件,等级\n"
    "手机：138 0013 8000,张 三,浙江省杭州市西湖区文三路,11010519491231002X,1\n"
    "手机：13900139000,李雷先生,昆山市前进路,110105491231002,2\n"
    "手机：13700137000,韩梅梅😀,鼓楼区,,\n"
)
STEPPED = {
    "kind": "customers",
    "identifiers": {"phone": {"column": "手机", "steps": [{"step": "regex", "pattern": "：(.*)"}]}},
    "attributes": {
        "name": {"column": "姓名", "steps": [{"step": "emoji"}, {"step": "person_name"}]},
        "city": {"column": "地址", "steps": [{"step": "region", "part": "city"}]},
        "district": {"column": "地址", "steps": [{"step": "region", "part": "district"}]},
        "gender": {"column": "证件", "steps": [{"step": "id_card", "part": "gender"}]},
        "birthday": {"column": "证件", "kind": "date", "steps": [{"step": "id_card", "part": "birthday"}]},
        "member_level": {
            "column": "等级",
            "steps": [{"step": "values", "values": {"1": "金卡"}}, {"step": "default", "value": "普卡"}],
        },
    },
}


def test_steps_make_clean_values_of_dirty_columns_and_one_column_can_become_several():
    row = load(MEMBERS, "members", STEPPED)
    assert row.state == JobState.DONE
    zhang = Customer.objects.get(identifiers__value="+8613800138000").attributes
    assert (zhang["name"], zhang["city"], zhang["district"]) == ("张三", "杭州市", "西湖区")
    assert (zhang["gender"], zhang["birthday"], zhang["member_level"]) == ("female", "1949-12-31T00:00:00", "金卡")
    li = Customer.objects.get(identifiers__value="+8613900139000").attributes
    assert (li["name"], li["city"], li["member_level"]) == ("李雷", "苏州市", "2")
    assert row.summary["rejected"] == 1, "there is more than one 鼓楼区"


def test_every_change_is_counted_by_column_and_step():
    told = load(MEMBERS, "members", STEPPED, stage="check").summary["cleaning"]
    counts = {
        (found["column"], found["field"]): [(s["step"], s["changed"], s["refused"]) for s in found["steps"]]
        for found in told
    }
    assert counts["手机", "phone"] == [("regex", 3, 0), ("phone", 3, 0)]
    assert counts["姓名", "name"][:2] == [("emoji", 1, 0), ("person_name", 2, 0)]
    assert counts["地址", "city"][0] == ("region", 2, 1)
    assert counts["等级", "member_level"] == [("values", 1, 0), ("default", 1, 0), ("text", 0, 0)]


def test_the_time_the_event_and_the_key_of_a_row_can_be_cleaned_too():
    mapping = {
        "kind": "events",
        "name": {"column": "类型", "steps": [{"step": "case", "to": "lower"}]},
        "time": {"column": "时间", "steps": [{"step": "date", "formats": ["DD/MM/YYYY HH:mm"]}]},
        "key": {"column": "单号", "steps": [{"step": "split", "by": "#", "take": 1}]},
        "identifiers": {"phone": "手机"},
        "properties": {"amount": {"column": "金额", "kind": "money", "steps": [{"step": "money", "times": 0.01}]}},
    }
    text = (
        "类型,时间,单号,手机,金额\n"
        "Purchase,31/12/2024 08:30,A1#x,13800138000,12345\n"
        "PURCHASE,31/12/2024 08:30,A1#y,13800138000,12345\n"
    )
    row = load(text, "till", mapping)
    assert row.state == JobState.DONE, row.problems
    (event,) = events()
    assert (event["event"], str(event["time"])) == ("purchase", "2024-12-31 00:30:00")
    assert str(event["amount"]) == "123.45"
    assert (row.summary["events"], row.summary["repeated"]) == (1, 1)


def test_all_steps_written_wrongly_are_named_with_the_rest_that_is_wrong():
    wrong = STEPPED | {"identifiers": {"phone": {"column": "手机", "steps": [{"step": "fone"}]}}}
    wrong["attributes"] = {"city": {"column": "地址x", "steps": [{"step": "region", "part": "town"}]}}
    with pytest.raises(UserError) as refused:
        parse(wrong, ["手机", "地址"])
    assert {problem.path for problem in refused.value.problems} == {
        ("identifiers", "phone", "steps", 0),
        ("attributes", "city", "column"),
        ("attributes", "city", "steps", 0, "part"),
    }


def test_a_mapping_without_its_steps_and_with_them_again_is_the_same():
    bare = without_steps(STEPPED)
    assert bare["identifiers"] == {"phone": "手机"}
    again = bare
    for place, steps in steps_json(STEPPED).items():
        again = with_steps(again, place, steps)
    assert again == STEPPED


def test_every_step_can_be_used_in_a_load():
    given = {"values": {"1": "2"}, "by": "/", "pattern": "x", "value": "x"}
    for kind in STEPS.values():
        params = {param.name: given[param.name] for param in kind.params if param.required}
        mapping = {"kind": "customers", "identifiers": {"phone": "手机"}}
        mapping["attributes"] = {"note": {"column": "备注", "steps": [{"step": kind.name, **params}]}}
        row = load("手机,备注\n13800138000,\n", "notes", mapping, stage="check")
        assert (row.state, row.summary["rejected"]) == (JobState.DONE, 0), kind.name


def test_the_number_of_an_identity_card_stays_personal_and_what_it_tells_does_not():
    number = {"column": "证件", "steps": [{"step": "id_card"}]}
    mapping = {"kind": "customers", "identifiers": {"id_card": number}}
    mapping["attributes"] = {"card": number, "gender": STEPPED["attributes"]["gender"]}
    load("证件\n11010519491231002X\n", "cards", mapping)
    assert IdentifierType.objects.get(slug="id_card").personal
    personal = Attribute.objects.filter(slug__in=("card", "gender"), personal=True)
    assert [attribute.slug for attribute in personal] == ["card"]
