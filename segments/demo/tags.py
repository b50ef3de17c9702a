"""The demo world's tags. A value is stored in the words of its brand's people, and named in English."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .brand import CATEGORIES, CHANNELS, sales
from .places import REGIONS
from .rules import EVER, Rule, ago, all_of, any_of, attribute, bought, did, last, prop, spent

Words = tuple[str, str, str]  # zh-hans, zh-hant, en

# Slug → position and names.
GROUPS: dict[str, tuple[int, Words]] = {
    "lifecycle": (10, ("生命周期", "生命週期", "Lifecycle")),
    "value": (20, ("价值", "價值", "Value")),
    "activity": (30, ("活跃", "活躍", "Activity")),
    "preference": (40, ("偏好", "偏好", "Preference")),
    "channel": (50, ("渠道", "通路", "Channel")),
    "marketing": (60, ("营销", "行銷", "Marketing")),
    "demographics": (70, ("人口特征", "人口特徵", "Demographics")),
    "risk": (80, ("风险", "風險", "Risk")),
}


@dataclass(frozen=True)
class TagPlan:
    slug: str
    group: str
    names: Words
    description: Words
    definition: dict[str, Any] = field(repr=False)
    kind: str = "labels"


def words(names: Words) -> dict[str, str]:
    return dict(zip(("zh-hans", "zh-hant", "en"), names, strict=True))


def value(names: Words, when: Rule) -> dict[str, Any]:
    return {"value": names[0], "names": words(names), "when": when}


def labels(*layers: dict[str, Any], rest: Words | None = None, multiple: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"v": 1, "layers": list(layers), "multiple": multiple}
    return made | ({"rest": {"value": rest[0], "names": words(rest)}} if rest else {})


def tag_plans(end: date) -> list[TagPlan]:
    """Those that others are built from come first."""
    return [*_stages(), *_worth(), *_habits(), *_tastes(), *_campaigns(end), *_who_they_are()]


def _stages() -> list[TagPlan]:
    quiet = {"agg": "days_since_last"}
    lifecycle = labels(
        value(("潜在", "潛在", "Prospect"), bought("=", 0, EVER)),
        value(("新客", "新客", "New"), did("purchase", "<=", 30, EVER, agg="days_since_first")),
        value(("活跃", "活躍", "Active"), did("purchase", "<=", 90, EVER, **quiet)),
        value(("沉睡", "沉睡", "Dormant"), did("purchase", "<=", 180, EVER, **quiet)),
        value(("流失", "流失", "Churned"), did("purchase", ">", 180, EVER, **quiet)),
    )
    leaving = labels(
        value(
            ("高", "高", "High"),
            all_of(bought(">=", 3, ago(240, 60)), bought("=", 0, last(60))),
        ),
        value(
            ("中", "中", "Medium"),
            all_of(bought(">=", 2, ago(180, 45)), bought("=", 0, last(45))),
        ),
    )
    return [
        TagPlan(
            "lifecycle",
            "lifecycle",
            ("生命周期阶段", "生命週期階段", "Lifecycle stage"),
            ("按首次与最近购买的时间", "按首次與最近購買的時間", "By the first and the latest purchase"),
            lifecycle,
        ),
        TagPlan(
            "churn_risk",
            "risk",
            ("流失风险", "流失風險", "Risk of leaving"),
            ("以前常买，最近不买了", "以前常買，最近不買了", "Bought often, and not lately"),
            leaving,
        ),
    ]


def _worth() -> list[TagPlan]:
    year = last(365)
    tier = labels(
        value(("高价值", "高價值", "High"), spent(">=", 3000, year)),
        value(("中价值", "中價值", "Middle"), spent(">=", 800, year)),
        value(("低价值", "低價值", "Low"), spent(">", 0, year)),
        rest=("未消费", "未消費", "Nothing"),
    )
    often = labels(
        value(("高频", "高頻", "Often"), bought(">=", 12, year)),
        value(("中频", "中頻", "Sometimes"), bought(">=", 4, year)),
        value(("低频", "低頻", "Seldom"), bought(">=", 1, year)),
    )
    spend = {"v": 1, "measure": {"event": "purchase", "agg": "sum", "property": "amount", "window": year}}
    basket = {"v": 1, "measure": {"event": "purchase", "agg": "avg", "property": "amount", "window": EVER}}
    return [
        TagPlan(
            "value_tier",
            "value",
            ("消费层级", "消費層級", "Value tier"),
            ("近一年消费金额", "近一年消費金額", "Spend over the last year"),
            tier,
        ),
        TagPlan(
            "purchase_frequency",
            "value",
            ("购买频次", "購買頻次", "How often they buy"),
            ("近一年购买次数", "近一年購買次數", "Purchases over the last year"),
            often,
        ),
        TagPlan(
            "spend_12m",
            "value",
            ("近一年消费额", "近一年消費額", "Spend in a year"),
            ("元", "元", "In yuan"),
            spend,
            "measure",
        ),
        TagPlan(
            "average_order",
            "value",
            ("客单价", "客單價", "Average order"),
            ("每单平均金额，元", "每單平均金額，元", "Average amount of an order, in yuan"),
            basket,
            "measure",
        ),
    ]


def _habits() -> list[TagPlan]:
    seen = ["browse", "add_to_cart", "purchase"]
    days = {"agg": "days"}
    activity = labels(
        value(("高活跃", "高活躍", "Very active"), did(seen, ">=", 6, last(30), **days)),
        value(("中活跃", "中活躍", "Active"), did(seen, ">=", 2, last(30), **days)),
        value(("低活跃", "低活躍", "Hardly active"), did(seen, ">=", 1, last(30), **days)),
        rest=("沉默", "沉默", "Silent"),
    )
    late, weekend = prop("hour", "in", [22, 23, 0, 1]), prop("weekday", "in", [6, 7])
    when = labels(
        value(("夜猫子", "夜貓子", "Night owl"), did("purchase", ">=", 3, last(365), where=late)),
        value(("周末党", "週末黨", "Weekender"), did("purchase", ">=", 4, last(365), where=weekend)),
        multiple=True,
    )
    return [
        TagPlan(
            "activity",
            "activity",
            ("活跃度", "活躍度", "Activity"),
            ("近 30 天有行为的天数", "近 30 天有行為的天數", "Days with any activity in the last 30 days"),
            activity,
        ),
        TagPlan(
            "shopping_time",
            "activity",
            ("购物时段", "購物時段", "When they shop"),
            ("近一年购买时间", "近一年購買時間", "When they bought over the last year"),
            when,
        ),
    ]


def _tastes() -> list[TagPlan]:
    english = ("Beauty", "Mother and baby", "Home", "Food", "Electronics", "Sports", "Fashion")
    traditional = ("美妝護膚", "母嬰用品", "家居生活", "食品零食", "數位電器", "運動戶外", "服飾鞋包")
    likes = labels(
        *(
            value((name, hant, en), bought(">=", 2, last(365), prop("category", "is", name)))
            for name, hant, en in zip(CATEGORIES, traditional, english, strict=True)
        ),
        multiple=True,
    )
    places: tuple[Words, ...] = (
        ("App", "App", "App"),
        ("官网", "官網", "Web shop"),
        ("天猫", "天貓", "Tmall"),
        ("京东", "京東", "JD"),
        ("微信小程序", "微信小程式", "WeChat"),
        ("抖音", "抖音", "Douyin"),
        ("门店", "門市", "Store"),
    )
    channels = labels(
        *(
            value(names, bought(">=", 2, last(365), prop("channel", "is", slug)))
            for names, slug in zip(places, CHANNELS, strict=True)
        ),
        multiple=True,
    )
    return [
        TagPlan(
            "category_liking",
            "preference",
            ("偏好品类", "偏好品類", "Liked categories"),
            (
                "近一年买过两次以上的品类",
                "近一年買過兩次以上的品類",
                "Categories bought twice or more over the last year",
            ),
            likes,
        ),
        TagPlan(
            "main_channels",
            "channel",
            ("主要渠道", "主要通路", "Main channels"),
            (
                "近一年买过两次以上的渠道",
                "近一年買過兩次以上的通路",
                "Channels bought on twice or more over the last year",
            ),
            channels,
        ),
    ]


def _campaigns(end: date) -> list[TagPlan]:
    with_coupon = prop("coupon", "exists")
    coupons = labels(
        value(
            ("优惠券达人", "優惠券達人", "Coupon hunter"),
            all_of(
                bought(">=", 3, last(365), with_coupon),
                any_of(did("coupon_claim", ">=", 3, last(365)), bought(">=", 5, last(365), with_coupon)),
            ),
        ),
        value(("偶尔用券", "偶爾用券", "Uses some"), bought(">=", 1, last(365), with_coupon)),
        rest=("不用券", "不用券", "Uses none"),
    )
    forgot = labels(
        value(
            ("加购未买", "加購未買", "Left the cart"),
            all_of(did("add_to_cart", ">=", 1, last(30)), bought("=", 0, last(30))),
        )
    )
    return [
        TagPlan(
            "coupon_use",
            "marketing",
            ("优惠敏感度", "優惠敏感度", "Use of coupons"),
            ("近一年用券与领券", "近一年用券與領券", "Coupons used and claimed over the last year"),
            coupons,
        ),
        TagPlan(
            "cart_left",
            "marketing",
            ("购物车", "購物車", "Cart"),
            (
                "近 30 天加入购物车却没有购买",
                "近 30 天加入購物車卻沒有購買",
                "Put something into the cart in the last 30 days and did not buy",
            ),
            forgot,
        ),
        TagPlan(
            "sales_joined",
            "marketing",
            ("大促参与", "大促參與", "Sales joined"),
            ("最近一次大促期间有购买", "最近一次大促期間有購買", "Bought during the latest big sales"),
            _seasons(end),
        ),
    ]


SEASONS: dict[str, Words] = {
    "1111": ("双11", "雙11", "11.11"),
    "618": ("618", "618", "6.18"),
    "spring": ("年货节", "年貨節", "Spring Festival"),
}


def _seasons(end: date) -> dict[str, Any]:
    """The latest of each season that had begun by then."""
    latest = {sale.slug: sale for sale in sales(end - timedelta(days=400), end - timedelta(days=1))}
    layers = []
    for slug, names in SEASONS.items():
        sale = latest[slug]
        window = {"from": sale.first.isoformat(), "to": (sale.last + timedelta(days=1)).isoformat()}
        layers.append(value(names, bought(">=", 1, window)))
    return labels(*layers, multiple=True)


def _who_they_are() -> list[TagPlan]:
    age = "age"
    generations = labels(
        value(("Z世代", "Z世代", "Generation Z"), attribute(age, "<", 30)),
        value(("千禧一代", "千禧世代", "Millennials"), attribute(age, "<", 45)),
        value(("熟龄", "熟齡", "Middle-aged"), attribute(age, "<", 60)),
        value(("银发", "銀髮", "Silver"), attribute(age, ">=", 60)),
    )
    english = ("East", "South", "North", "Central", "Southwest", "Northwest", "Northeast")
    traditional = ("華東", "華南", "華北", "華中", "西南", "西北", "東北")
    regions = labels(
        *(
            value((name, hant, en), attribute("province", "in", list(REGIONS[name])))
            for name, hant, en in zip(REGIONS, traditional, english, strict=True)
        ),
        rest=("未知", "未知", "Unknown"),
    )
    birthday = labels(
        value(("30天内生日", "30天內生日", "Within 30 days"), attribute("birthday", "anniversary_within", _SOON)),
    )
    return [
        TagPlan(
            "generation",
            "demographics",
            ("世代", "世代", "Generation"),
            ("按年龄", "按年齡", "By age"),
            generations,
        ),
        TagPlan("region", "demographics", ("大区", "大區", "Region"), ("按省份", "按省份", "By province"), regions),
        TagPlan(
            "birthday_soon",
            "marketing",
            ("生日将近", "生日將近", "Birthday soon"),
            ("可以送上生日礼", "可以送上生日禮", "A good moment for a birthday present"),
            birthday,
        ),
    ]


_SOON = {"n": 30, "unit": "day"}
