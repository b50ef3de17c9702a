import pyarrow as pa
import pytest

from benchmarks.febrl import measured
from benchmarks.match import found
from benchmarks.people import all_different, chinese_customers, hotel_guests, tiny_list
from cdp.errors import UserError
from cdp.identity.matching.matcher import match
from cdp.identity.matching.people import Groups
from cdp.identity.matching.prepare import Records
from cdp.sources.people_headers import people_columns


def records(rows):
    names = list(rows[0])
    table = pa.table({name: [row[name] or None for row in rows] for name in names})
    return Records(table, tuple(people_columns(names)))


@pytest.mark.parametrize(
    "people, least",
    [(chinese_customers(300, 11), 0.97), (hotel_guests(250, 12), 0.95), (tiny_list(50, 13), 0.85)],
    ids=["Chinese customers", "two files of hotel guests", "fifty rows"],
)
def test_people_are_found_again_by_the_names_of_the_columns_alone(people, least):
    precision, _recall, f1 = measured(found(people), people.pairs())
    assert f1 >= least and precision >= 0.98


def test_where_everybody_is_different_nobody_is_merged():
    assert found(all_different(400, 14)) == set()


def test_the_same_records_give_the_same_pairs_and_weights():
    rows = records(tiny_list(60, 15).files[0])
    assert match([rows]).merged.equals(match([rows]).merged)


def test_a_couple_stays_two_and_a_stranger_of_the_same_name_too():
    rows = chinese_customers(400, 16).files[0]
    home = {"省份": "浙江省", "城市": "杭州市", "地址": "西湖区文三路901号7栋1201室", "手机号": "13900139000"}
    couple = [
        {"姓名": "陈静", "性别": "女", "生日": "1985-02-11"} | home,
        {"姓名": "李强", "性别": "男", "生日": "1983-09-30"} | home,
        {
            "姓名": "李强",
            "性别": "男",
            "生日": "1961-01-05",
            "省份": "四川省",
            "城市": "绵阳市",
            "地址": "",
            "手机号": "",
        },
    ]
    merged = match([records([*couple, *rows])]).merged.select(["l", "r"]).to_pylist()
    assert not [pair for pair in merged if pair["l"] < 3 and pair["r"] < 3]


def test_columns_that_say_nothing_about_people_are_refused():
    with pytest.raises(UserError, match="nothing to compare"):
        match([records([{"colour": "red", "size": "3"}, {"colour": "blue", "size": "4"}])])


def test_whoever_must_stay_apart_is_not_joined_through_a_third():
    groups = Groups(4, apart=[(0, 2)])
    assert groups.join(0, 1)
    assert not groups.join(1, 2)
    assert groups.join(2, 3)
    assert groups.larger() == [[0, 1], [2, 3]]
