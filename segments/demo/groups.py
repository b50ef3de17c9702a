"""The demo world's segments and personas."""

from dataclasses import dataclass

from .rules import Rule, all_of, any_of, attribute, bought, did, last, none_of, prop, tag
from .tags import Words


@dataclass(frozen=True)
class SegmentPlan:
    slug: str
    names: Words
    description: Words
    rule: Rule


@dataclass(frozen=True)
class PersonaPlan:
    slug: str
    segment: str
    names: Words
    description: Words


SEGMENTS = (
    SegmentPlan(
        "loyal_high_value",
        ("高价值忠实客户", "高價值忠實客戶", "Loyal and of high value"),
        (
            "买得多、常来、没有离开的迹象",
            "買得多、常來、沒有離開的跡象",
            "Buy much and often, with no sign of leaving",
        ),
        all_of(
            tag("value_tier", "is", "高价值"),
            tag("lifecycle", "is", "活跃"),
            tag("purchase_frequency", "in", ["高频", "中频"]),
        ),
    ),
    SegmentPlan(
        "leaving_high_value",
        ("待挽回的重要客户", "待挽回的重要客戶", "Good customers about to leave"),
        (
            "近一年消费不少，最近不再购买",
            "近一年消費不少，最近不再購買",
            "Spent well over the year, and stopped buying lately",
        ),
        all_of(tag("value_tier", "in", ["高价值", "中价值"]), tag("churn_risk", "exists")),
    ),
    SegmentPlan(
        "young_parents",
        ("新手父母", "新手父母", "Young parents"),
        (
            "常买母婴用品的 24–44 岁客户",
            "常買母嬰用品的 24–44 歲客戶",
            "Aged 24 to 44, and often buying for a baby",
        ),
        all_of(tag("category_liking", "has", "母婴用品"), attribute("age", "between", [24, 44])),
    ),
    SegmentPlan(
        "night_shoppers",
        ("深夜下单的人", "深夜下單的人", "Night shoppers"),
        ("常在 22 点到 2 点之间购买", "常在 22 點到 2 點之間購買", "Often buy between 22:00 and 2:00"),
        tag("shopping_time", "has", "夜猫子"),
    ),
    SegmentPlan(
        "coupon_hunters",
        ("优惠券达人", "優惠券達人", "Coupon hunters"),
        ("领券、用券都多", "領券、用券都多", "Claim many coupons and use them"),
        tag("coupon_use", "is", "优惠券达人"),
    ),
    SegmentPlan(
        "new_buyers",
        ("近期新客", "近期新客", "New buyers"),
        ("近 30 天第一次购买", "近 30 天第一次購買", "Bought for the first time in the last 30 days"),
        tag("lifecycle", "is", "新客"),
    ),
    SegmentPlan(
        "cart_left_buyers",
        ("加购未买的老客", "加購未買的老客", "Old buyers with a full cart"),
        (
            "买过东西的客户，近 30 天加入购物车却没有购买",
            "買過東西的客戶，近 30 天加入購物車卻沒有購買",
            "Bought before, and left something in the cart in the last 30 days",
        ),
        all_of(tag("cart_left", "exists"), none_of(tag("value_tier", "is", "未消费"))),
    ),
    SegmentPlan(
        "wechat_fans_of_beauty",
        ("微信里的美妆爱好者", "微信裡的美妝愛好者", "Beauty lovers on WeChat"),
        (
            "在微信小程序浏览美妆三次以上，或在那里买过",
            "在微信小程式瀏覽美妝三次以上，或在那裡買過",
            "Looked at beauty three times or more in the WeChat mini-program, or bought there",
        ),
        any_of(
            did(
                "browse",
                ">=",
                3,
                last(180),
                where=all_of(prop("channel", "is", "wechat"), prop("category", "is", "美妆护肤")),
            ),
            bought(">=", 1, last(180), all_of(prop("channel", "is", "wechat"), prop("category", "is", "美妆护肤"))),
        ),
    ),
)

PERSONAS = (
    PersonaPlan(
        "loyal-friends",
        "loyal_high_value",
        ("屿禾老友", "嶼禾老友", "Old friends of Yuhe"),
        (
            "他们撑起近一半的销售额：在意品质，愿意为会员服务留下来。（虚构品牌的示例画像）",
            "他們撐起近一半的銷售額：在意品質，願意為會員服務留下來。（虛構品牌的示例畫像）",
            "They carry almost half of the sales: quality matters to them, and the service for members"
            " keeps them. (A persona of an invented brand)",
        ),
    ),
    PersonaPlan(
        "careful-parents",
        "young_parents",
        ("精打细算的新手父母", "精打細算的新手父母", "Careful young parents"),
        (
            "囤货、看评价、对配送时间敏感，是母婴品类的主力。（虚构品牌的示例画像）",
            "囤貨、看評價、對配送時間敏感，是母嬰品類的主力。（虛構品牌的示例畫像）",
            "They stock up, read reviews and watch delivery times, and carry the mother-and-baby category."
            " (A persona of an invented brand)",
        ),
    ),
    PersonaPlan(
        "midnight-stock-up",
        "night_shoppers",
        ("深夜囤货党", "深夜囤貨黨", "Midnight stockers-up"),
        (
            "孩子睡了、加班回家之后才是他们的购物时间，手机下单为主。（虚构品牌的示例画像）",
            "孩子睡了、加班回家之後才是他們的購物時間，手機下單為主。（虛構品牌的示例畫像）",
            "Their time to shop is when the child sleeps or work is over at last, mostly on the phone."
            " (A persona of an invented brand)",
        ),
    ),
)
