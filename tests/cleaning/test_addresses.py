"""Where addresses lie, as people write them."""

import re

import pytest
from phonenumbers.geodata import GEOCODE_DATA

from cdp.cleaning.addresses import NOT_A_PLACE, SEVERAL_PLACES, place_of
from cdp.cleaning.divisions import places
from cdp.cleaning.regions import PROVINCES

ADDRESSES = {
    "浙江省杭州市西湖区文三路1号": ("浙江省", "杭州市", "西湖区"),
    "浙江 杭州 西湖区": ("浙江省", "杭州市", "西湖区"),
    "昆山市前进路": ("江苏省", "苏州市", "昆山市"),
    "北京朝阳区": ("北京市", "北京市", "朝阳区"),
    "北京市市辖区海淀区": ("北京市", "北京市", "海淀区"),
    "上海市上海市浦东新区": ("上海市", "上海市", "浦东新区"),
    "重庆": ("重庆市", "重庆市", ""),
    "吉林": ("吉林省", "", ""),
    "吉林市": ("吉林省", "吉林市", ""),
    "吉林昌邑区": ("吉林省", "吉林市", "昌邑区"),
    "海南": ("海南省", "", ""),
    "海南州共和县": ("青海省", "海南藏族自治州", "共和县"),
    "河北": ("河北省", "", ""),
    "西安长安区": ("陕西省", "西安市", "长安区"),
    "佛山顺德": ("广东省", "佛山市", "顺德区"),
    "福建鼓楼区": ("福建省", "福州市", "鼓楼区"),
    "廣東省廣州市": ("广东省", "广州市", ""),
    "臺灣臺北": ("台湾省", "台北市", "台北市"),
    "延边州延吉市": ("吉林省", "延边朝鲜族自治州", "延吉市"),
    "内蒙古 锡林郭勒": ("内蒙古自治区", "锡林郭勒盟", ""),
    "襄樊": ("湖北省", "襄阳市", ""),
    "仙桃": ("湖北省", "仙桃市", "仙桃市"),
    "上海南京东路": ("上海市", "上海市", ""),
    "中国香港湾仔区": ("香港特别行政区", "湾仔区", "湾仔区"),
    "朝阳区": SEVERAL_PLACES,
    "鼓楼区": SEVERAL_PLACES,
    "中山路88号": NOT_A_PLACE,
    "和平": NOT_A_PLACE,
    "火星": NOT_A_PLACE,
}


@pytest.mark.parametrize(("text", "want"), ADDRESSES.items())
def test_an_address_lies_where_it_says_and_a_name_of_several_places_is_not_guessed(text, want):
    assert place_of(text) == want


def test_every_place_is_found_by_its_names_from_the_province_on():
    for place in places():
        assert place_of("".join(dict.fromkeys(part for part in place if part))) == place or place.city == ""


def test_there_are_all_provinces_and_all_cities_and_no_name_twice_in_one_city():
    found = places()
    assert {place.province for place in found} == set(PROVINCES)
    cities = {place.city for place in found if place.city and place.city != place.district}
    assert len(cities) == 337
    assert len(found) == len(set(found))


def test_the_cities_telephone_companies_know_are_known_too():
    """An independent list: the areas of phone numbers. Some of its names are of before they became cities."""
    areas = {names["zh"] for prefix, names in GEOCODE_DATA.items() if prefix.startswith("86") and "zh" in names}
    known = {name for place in places() for name in place}
    cities = {city for area in areas for city in re.findall(r"(?:省|自治区)(\w+市)$", area)}
    assert len(cities) > 250
    assert cities - known == {"莱芜市", "襄樊市"}
