"""Which of an organisation's events and properties mean a purchase, its amount, what was taken off and its goods,
and which events lead to it.

Decided by name, the first that exists, so that files from any shop give a dashboard without a setting.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

PURCHASES = ("purchase", "order", "pay", "buy")
AMOUNTS = ("amount", "paid_amount", "pay_amount", "order_amount", "total_amount", "total", "金额", "实付金额")
DISCOUNTS = ("discount", "discount_amount", "coupon_amount", "优惠金额", "折扣金额", "优惠")
ORDERS = ("order_no", "order_id", "order_number", "订单号", "订单编号")
ITEMS = ("quantity", "qty", "pieces", "件数", "数量")
COUPONS = ("coupon", "coupon_code", "coupon_name", "coupon_id", "优惠券", "券码")
# What leads to a purchase in a shop, in its order.
STEPS = (
    ("view_item", "product_view", "view", "browse", "page_view", "visit"),
    ("add_to_cart", "cart"),
    ("begin_checkout", "checkout", "submit_order", "place_order"),
)
GOODS = (
    ("category", "product_category", "cate", "品类", "类目"),
    ("brand", "品牌"),
    ("product", "product_name", "sku_name", "item", "商品", "商品名称", "sku_id", "item_id"),
)


@dataclass(frozen=True)
class Meaning:
    """`purchase`: event slug or None; `amount` (paid), `discount` (taken off before) and `coupon`: property slugs
    or None; `goods`: property slugs; `order`: what tells orders of several lines apart, `items`: how many pieces a
    line has, or None."""

    purchase: str | None
    amount: str | None
    goods: tuple[str, ...]
    discount: str | None = None
    coupon: str | None = None
    order: str | None = None
    items: str | None = None

    @property
    def properties(self) -> tuple[str, ...]:
        """Of events, all that anything is told by."""
        one_each = (self.amount, self.discount, self.coupon, self.order, self.items)
        return (*self.goods, *(slug for slug in one_each if slug))


def meaning_of(events: Collection[str], properties: Mapping[str, str]) -> Meaning:
    """`properties` maps slug to kind."""
    numeric = {slug for slug, kind in properties.items() if kind in ("money", "number")}
    discount = _first(DISCOUNTS, numeric)
    money = {slug for slug, kind in properties.items() if kind == "money"} - {discount}
    amounts = [slug for slug in AMOUNTS if slug in numeric] + sorted(money)
    texts = {slug for slug, kind in properties.items() if kind in ("text", "list")}
    goods = (_first(names, texts) for names in GOODS)
    return Meaning(
        purchase=_first(PURCHASES, events),
        amount=amounts[0] if amounts else None,
        goods=tuple(slug for slug in goods if slug),
        discount=discount,
        coupon=_first(COUPONS, {slug for slug, kind in properties.items() if kind == "text"}),
        order=_first(ORDERS, {slug for slug, kind in properties.items() if kind == "text"}),
        items=_first(ITEMS, {slug for slug, kind in properties.items() if kind == "number"}),
    )


def steps_to(purchase: str | None, done: Collection[str]) -> tuple[str, ...]:
    """Of the events somebody did, those that lead to a purchase, it the last one; empty if nothing leads to it."""
    before = [slug for names in STEPS if (slug := _first(names, done))]
    return (*before, purchase) if purchase and purchase in done and before else ()


def _first(names: Iterable[str], there: Collection[str]) -> str | None:
    return next((name for name in names if name in there), None)
