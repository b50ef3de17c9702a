"""Events by the names people give them: nobody has to spell a short name."""

import pytest

from cdp.sources.event_names import EventNames, event_names
from cdp.store.services import event_type_register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("purchase", "purchase"),
        ("购买", "purchase"),
        ("購買", "purchase"),
        ("Add to Cart", "add_to_cart"),
        ("砍价", "kan_jia"),
        ("会员日 签到", "hui_yuan_ri_qian_dao"),
        ("Store visit", "store_visit"),
        ("618 大促", "event_618_da_cu"),
        ("", ""),
    ],
)
def test_what_is_typed_leads_to_an_event(typed, slug):
    assert EventNames().slug(typed) == slug


def test_the_name_of_a_new_event_is_kept_as_it_was_typed():
    names = EventNames()
    assert names.used([names.slug("砍价"), names.slug("购买")]) == {"kan_jia": "砍价"}
    assert EventNames({"kan_jia": "砍价"}).shown("kan_jia") == "砍价"


def test_two_names_that_sound_alike_are_two_events():
    event_type_register(slug="shi_yong", name_zh_hans="使用")
    names = EventNames()
    assert [names.slug("试用"), names.slug("适用"), names.slug("使用"), names.slug("试用")] == [
        "shi_yong_2",
        "shi_yong_3",
        "shi_yong",
        "shi_yong_2",
    ]


@pytest.mark.parametrize(
    ("name", "language", "names"),
    [
        ("砍价", "zh-hans", {"name_zh_hans": "砍价"}),
        ("砍價", "zh-hant", {"name_zh_hant": "砍價"}),
        ("Store visit", "zh-hans", {"name_en": "Store visit"}),
        ("", "en", {}),
    ],
)
def test_a_name_belongs_to_the_language_it_is_written_in(name, language, names):
    assert event_names(name, language) == names


def test_a_name_without_letters_is_refused_in_words():
    assert EventNames().slug("！！") == "！！"
    assert "字" in EventNames().explained("！！")
