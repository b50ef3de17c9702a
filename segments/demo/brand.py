"""屿禾生活 (Yuhe Living): a retail brand that does not exist, its shelves and its calendar."""

from dataclasses import dataclass
from datetime import date

import numpy as np

BRAND = {
    "zh_hans": "屿禾生活（虚构品牌）",
    "zh_hant": "嶼禾生活（虛構品牌）",
    "en": "Yuhe Living (an invented brand)",
}
CHANNELS = ("app", "web", "tmall", "jd", "wechat", "douyin", "store")

# Category → (own brand, ((product, price in yuan), …)).
SHELVES: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    "美妆护肤": (
        "屿白",
        (
            ("氨基酸洁面乳", 79),
            ("玻尿酸精华液", 239),
            ("轻透防晒霜", 129),
            ("丝绒口红", 169),
            ("保湿面膜十片装", 99),
            ("抗皱眼霜", 329),
            ("卸妆水", 89),
        ),
    ),
    "母婴用品": (
        "小禾苗",
        (
            ("纸尿裤大包装", 139),
            ("婴儿湿巾六连包", 59),
            ("婴幼儿奶粉三段", 298),
            ("儿童保温杯", 129),
            ("轻便婴儿推车", 899),
            ("积木玩具", 159),
            ("儿童牙刷套装", 39),
        ),
    ),
    "家居生活": (
        "栖屿",
        (
            ("香薰蜡烛", 89),
            ("四件套床品", 399),
            ("乳胶枕", 199),
            ("收纳箱三件套", 119),
            ("不粘炒锅", 269),
            ("羽绒被", 799),
            ("加厚毛巾四条", 69),
        ),
    ),
    "食品零食": (
        "禾味",
        (
            ("每日坚果三十包", 109),
            ("冻干咖啡", 79),
            ("低糖饼干", 29),
            ("有机燕麦片", 45),
            ("牛肉干礼盒", 138),
            ("新春坚果礼盒", 188),
            ("龙井茶礼盒", 268),
        ),
    ),
    "数码电器": (
        "屿电",
        (
            ("蓝牙耳机", 299),
            ("空气炸锅", 399),
            ("扫地机器人", 1999),
            ("电动牙刷", 249),
            ("便携充电宝", 129),
            ("加湿器", 159),
            ("护眼台灯", 219),
        ),
    ),
    "运动户外": (
        "远屿",
        (
            ("瑜伽垫", 99),
            ("速干运动衣", 139),
            ("轻量跑鞋", 459),
            ("登山背包", 369),
            ("折叠露营椅", 149),
            ("运动水壶", 59),
            ("双人帐篷", 699),
        ),
    ),
    "服饰鞋包": (
        "禾衣",
        (
            ("纯棉T恤", 79),
            ("羊毛大衣", 1299),
            ("直筒牛仔裤", 239),
            ("真丝衬衫", 459),
            ("通勤托特包", 329),
            ("小白鞋", 269),
            ("轻薄羽绒服", 599),
        ),
    ),
}
CATEGORIES = tuple(SHELVES)
PER_SHELF = 7
PRODUCTS = np.array([name for _brand, shelf in SHELVES.values() for name, _price in shelf])
PRICES = np.array([price for _brand, shelf in SHELVES.values() for _name, price in shelf])
BRANDS = np.array([brand for brand, _shelf in SHELVES.values()])

# Lunar new year's day, for the weeks of shopping before it.
SPRING_FESTIVALS = (
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)


@dataclass(frozen=True)
class Sale:
    """A season of sales: busy from `first` to `last`, wild on `peak`."""

    slug: str
    first: date
    peak: date
    last: date


def sales(first: date, last: date) -> list[Sale]:
    """The seasons that begin between two days."""
    found = []
    for year in range(first.year, last.year + 1):
        found.append(Sale("618", date(year, 6, 1), date(year, 6, 18), date(year, 6, 20)))
        found.append(Sale("1111", date(year, 10, 24), date(year, 11, 11), date(year, 11, 12)))
        found += [
            Sale("spring", date.fromordinal(day.toordinal() - 24), date.fromordinal(day.toordinal() - 12), day)
            for day in SPRING_FESTIVALS
            if day.year == year
        ]
    return [sale for sale in found if first <= sale.first <= last]


def day_weights(first: date, days: int) -> np.ndarray:
    """How busy each day is against an ordinary one (float64, one per day from `first` on)."""
    ordinals = first.toordinal() + np.arange(days)
    weights = np.where((ordinals + 6) % 7 >= 5, 1.35, 1.0)
    for sale in sales(date.fromordinal(first.toordinal() - 60), date.fromordinal(int(ordinals[-1]))):
        weights[(ordinals >= sale.first.toordinal()) & (ordinals <= sale.last.toordinal())] *= 1.7
        weights[ordinals == sale.peak.toordinal()] *= 4.0
        if sale.slug == "spring":  # The shops close, and so do the couriers.
            closed = (ordinals > sale.last.toordinal()) & (ordinals <= sale.last.toordinal() + 7)
            weights[closed] *= 0.4
    return weights
