"""Which of an organisation's events and properties mean a purchase, its amount and its goods.

Decided by name, the first that exists, so that files from any shop give a dashboard without a setting.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

PURCHASES = ("purchase", "order", "pay", "buy")
AMOUNTS = ("amount", "paid_amount", "pay_amount", "order_amount", "total_amount", "total", "金额", "实付金额")
GOODS = (
    ("category", "product_category", "cate", "品类", "类目"),
    ("brand", "品牌"),
    ("product", "product_name", "sku_name", "item", "商品", "商品名称", "sku_id", "item_id"),
)


@dataclass(frozen=True)
class Meaning:
    """`purchase`: event slug or None; `amount`: property slug or None; `goods`: property slugs."""

    purchase: str | None
    amount: str | None
    goods: tuple[str, ...]


def meaning_of(events: Collection[str], properties: Mapping[str, str]) -> Meaning:
    """`properties` maps slug to kind."""
    money = [slug for slug, kind in properties.items() if kind == "money"]
    amounts = [slug for slug in AMOUNTS if properties.get(slug) in ("money", "number")] + sorted(money)
    texts = {slug for slug, kind in properties.items() if kind in ("text", "list")}
    goods = (next((slug for slug in names if slug in texts), None) for names in GOODS)
    return Meaning(
        purchase=next((slug for slug in PURCHASES if slug in events), None),
        amount=amounts[0] if amounts else None,
        goods=tuple(slug for slug in goods if slug),
    )
