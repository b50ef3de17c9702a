"""A rule of three levels is made wholly in the form: the sentence says each part, the count is the right one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from cdp.store.services import event_type_register
from segments.models import Segment
from tests.browser.hands import RuleForm, both_hands
from tests.shop import bought, labels, tag_make

RULE = {
    "v": 1,
    "all": [
        {"attribute": "province", "op": "in", "value": ["浙江省"]},
        {
            "any": [
                {
                    "sequence": [{"event": "add_to_cart"}, {"event": "purchase", "absent": True}],
                    "within": {"n": 24, "unit": "hour"},
                    "window": {"last": 30, "unit": "day"},
                },
                {
                    "all": [
                        {
                            "event": "purchase",
                            "measure": {"agg": "sum", "property": "amount"},
                            "window": {"this": "quarter"},
                            "op": "<",
                            "value": {
                                "measure": {
                                    "event": "purchase",
                                    "agg": "sum",
                                    "property": "amount",
                                    "window": {"previous": "quarter"},
                                },
                                "times": 0.5,
                            },
                        },
                        {"tag": "loyalty", "op": "in", "value": ["loyal"]},
                    ]
                },
            ]
        },
    ],
}
ENGLISH = [
    "Province is one of 浙江省",
    "“Add to cart” → no “Purchase” within 24 hours",
    "this quarter (",
    "total amount of “Purchase” is below 0.5 × their total amount of “Purchase” last quarter",
    "tag “Loyalty” is one of loyal",
]
CHINESE = [
    "省份属于浙江省，且（",
    "在 24 小时内依次：「加入购物车」 → 没有「购买」",
    "本季度（",
    "「购买」的金额合计少于 本人上个季度（",
    "的 0.5 倍",
    "，且标签「忠诚度」属于loyal）",
]
CARTS, ORDERS = "add_to_cart", "purchase"


def quarters(now: datetime) -> tuple[datetime, datetime]:
    """A moment of this quarter and one of the quarter before, by the business's calendar."""
    local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    began = local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return began + (local - began) / 2, began - timedelta(days=20)


class Cast:
    """Nine customers by name: where they live, and what they did when, for the shop and for counting here."""

    HOMES = dict.fromkeys(("anna", "ben", "cem", "dora", "eve", "fay", "gus", "ivy"), "浙江省")
    HOMES["hal"] = "上海市"

    def __init__(self, shop, now: datetime) -> None:
        self.now, (lately, before) = now, quarters(now)
        left = now - timedelta(days=3)
        self.carts = {"anna": left, "ben": left, "cem": left, "dora": now - timedelta(hours=2)}
        self.orders = [("ben", left + timedelta(hours=2), 30), ("cem", left + timedelta(hours=30), 30)]
        for name, *spent_before, spent_lately in (
            ("eve", 100, 100, 50),
            ("fay", 100, 100, 150),
            ("gus", 200, 50),
            ("hal", 100, 100, 50),
            ("ivy", 100, 100, 100),
        ):
            self.orders += [(name, before, spent) for spent in spent_before]
            self.orders.append((name, lately, spent_lately))
        self.ids = {name: shop.people(1, home)[0] for name, home in self.HOMES.items()}
        shop.buy(*[(self.ids[who], utc(at), 10) for who, at in self.carts.items()], event=CARTS)
        shop.buy(*[(self.ids[who], utc(at), spent) for who, at, spent in self.orders], event=ORDERS)

    def meant(self) -> set[str]:
        """Whom the rule means, in plain Python."""
        return {name for name, home in self.HOMES.items() if home == "浙江省" and self._is_meant(name)}

    def _is_meant(self, name: str) -> bool:
        day = timedelta(hours=24)
        cart, orders = self.carts.get(name), [(at, spent) for who, at, spent in self.orders if who == name]
        if cart and cart + day <= self.now and not any(cart < at <= cart + day for at, _spent in orders):
            return True
        lately, before = quarters(self.now)
        spent = [sum(spent for at, spent in orders if at == when) for when in (lately, before)]
        return spent[0] < spent[1] / 2 and len(orders) >= 3


def utc(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat()


@pytest.fixture
def cast(transactional_db, shop, wang):
    event_type_register(slug=CARTS, name_zh_hans="加入购物车", name_en="add to cart")
    cast = Cast(shop, timezone.now())
    often = labels(("loyal", bought(3)))
    tag_make("loyalty", often, wang, names={"en": "Loyalty", "zh-hans": "忠诚度"})
    call_command("refresh")
    return cast


@both_hands(quick="keyboard")
def test_a_rule_of_three_levels_is_made_in_the_form(visit, cast, picture, hand):
    language, save = ("en", "Save segment") if hand == "mouse" else ("zh-hans", "保存分群")
    tab = visit("/segments/new/", language=language)
    form = RuleForm(tab, hand)
    form.hand.write(tab.locator("#name"), "Nearly lost")
    form.find("rule.items.0.attribute", "province")
    form.pick("rule.items.0.value.many", "浙江省")
    form.do("add group rule.items")
    cart_left(form, "rule.items.1.items")
    form.do("add group rule.items.1.items")
    form.turn("rule.items.1.items.1.join", "all")
    spends_less(form, "rule.items.1.items.1.items")
    is_loyal(form, "rule.items.1.items.1.items")
    picture(tab, "form")

    assert cast.meant() == {"anna", "cem", "eve"}
    expect(tab.locator("#live-total")).to_have_text(str(len(cast.meant())))
    said = tab.locator(".qb-say")
    for part in ENGLISH if language == "en" else CHINESE:
        expect(said).to_contain_text(part)

    form.save(save)
    expect(tab.locator("h1")).to_have_text("Nearly lost")
    members = tab.locator("#members tbody a")
    expect(members).to_have_count(3)
    assert {int(one[1:]) for one in members.all_inner_texts()} == {cast.ids[name] for name in cast.meant()}
    assert Segment.objects.get().definition == RULE
    picture(tab, "segment")


def cart_left(form: RuleForm, items: str) -> None:
    """A cart is filled, and nothing bought within a day; what a new group begins with goes."""
    form.do(f"add first {items}")
    form.do(f"remove {items}.0")
    here = f"{items}.0"
    form.turn(f"{here}.type", "sequence")
    form.find(f"{here}.steps.0.event.0", CARTS)
    form.choose(f"{here}.steps.1.absent", "1")
    form.find(f"{here}.steps.1.event.0", ORDERS)
    form.write(f"{here}.within.n", "24")
    form.choose(f"{here}.within.unit", "hour")


def spends_less(form: RuleForm, items: str) -> None:
    """Less this quarter than half of what it was in the quarter before."""
    form.do(f"add event {items}")
    form.do(f"remove {items}.0")
    here = f"{items}.0"
    form.find(f"{here}.event.0", ORDERS)
    form.turn(f"{here}.agg", "sum")
    form.find(f"{here}.property", "amount")
    form.turn(f"{here}.window.shape", "this")
    form.choose(f"{here}.window.calendar", "quarter")
    form.turn(f"{here}.op", "<")
    form.do(f"compare measure {here}")
    form.write(f"{here}.value.times", "0.5")
    expect(form.field(f"{here}.value.measure.window.shape")).to_have_value("previous")
    expect(form.field(f"{here}.value.measure.window.calendar")).to_have_value("quarter")


def is_loyal(form: RuleForm, items: str) -> None:
    form.do(f"add tag {items}")
    form.find(f"{items}.1.tag", "loyalty")
    form.pick(f"{items}.1.value.many", "loyal")
