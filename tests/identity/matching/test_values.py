import pytest

from cdp.identity.matching import values


@pytest.mark.parametrize(
    "text, clean",
    [
        ("Smith, JOHN", "john smith"),
        ("Dr. O’Brien", "obrien"),
        ("José  Núñez", "jose nunez"),
        ("張 偉", "张伟"),
        ("王小姐", "王"),
        ("N/A", None),
        ("未知", None),
    ],
)
def test_names(text, clean):
    assert values.name(text) == clean


@pytest.mark.parametrize("one, other", [("张伟", "zhang wei"), ("欧阳娜", "ouyang na"), ("吕布", "lv bu")])
def test_a_chinese_name_sounds_like_its_pinyin(one, other):
    assert values.sound(one) == other


@pytest.mark.parametrize(
    "text, clean",
    [
        ("1990-03-07", "19900307"),
        ("19900307", "19900307"),
        ("1990年3月7日", "19900307"),
        ("07/03/1990", "19900307"),
        ("13/03/1990", "19900313"),
        ("03/13/1990", "19900313"),
        ("7 Mar 1990", "19900307"),
        ("March 7, 1990", "19900307"),
        ("19901507", "19901507"),
        ("-", None),
        ("soon", None),
    ],
)
def test_birthdays(text, clean):
    assert values.birthday(text) == clean


@pytest.mark.parametrize(
    "text, clean",
    [
        ("+86 138 0013 8000", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("138****8000", "138****8000"),
        ("(02) 9876-5432", "0298765432"),
        ("0000000", None),
        ("123", None),
    ],
)
def test_phones(text, clean):
    assert values.phone(text) == clean


@pytest.mark.parametrize(
    "one, other",
    [
        (values.address("文三路１２３号5幢"), values.address("文三路 123号5栋")),
        (values.place("浙江省"), values.place("浙江")),
        (values.place("廣西壯族自治區"), values.place("广西")),
        (values.code("AB-12 34"), values.code("ab1234")),
        (values.letter_sound("西湖"), "xihu"),
    ],
)
def test_two_ways_to_write_one_thing(one, other):
    assert one == other
