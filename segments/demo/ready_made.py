"""The demo world's tags of the ready-made kinds; some are built from those of `tags.py`."""

from .rules import last
from .tags import TagPlan, Words, words


def ready_made_plans() -> list[TagPlan]:
    """What is worked out by a ready-made model of customers."""
    purchase, year = {"v": 1, "event": "purchase"}, last(365)
    rfm = {**purchase, "amount": "amount", "window": year, "scores": "quintiles"}
    stage = {**purchase, "new": 30, "dormant": 90, "churned": 180, "won_back": 30}
    brand = {
        **purchase,
        "property": "brand",
        "window": year,
        "weight": {"half_life": 90},
        "top": 2,
        "min_events": 2,
    }
    thirds: tuple[Words, ...] = (("少", "少", "Little"), ("中", "中", "Middle"), ("多", "多", "Much"))
    values = [{"value": names[0], "names": words(names)} for names in thirds]
    monthly = {
        "v": 1,
        "formula": "round(spend_12m / 12, 2)",
        "bins": {"by": "quantiles", "values": values},
    }
    return [
        TagPlan(
            "rfm",
            "value",
            ("RFM 客户分层", "RFM 客戶分層", "RFM groups"),
            ("近一年购买，五等分评分", "近一年購買，五等分評分", "Purchases of a year, scored in fifths"),
            rfm,
            "rfm",
        ),
        TagPlan(
            "customer_stage",
            "lifecycle",
            ("客户阶段", "客戶階段", "Customer stage"),
            (
                "潜在、新客、活跃、沉睡、流失、赢回，并知道哪天进入",
                "潛在、新客、活躍、沉睡、流失、贏回，並知道哪天進入",
                "From prospect to churned and won back, and the day it began",
            ),
            stage,
            "lifecycle",
        ),
        TagPlan(
            "favourite_brand",
            "preference",
            ("偏爱品牌", "偏愛品牌", "Favourite brands"),
            (
                "近一年常买的品牌，近期的分量更重",
                "近一年常買的品牌，近期的分量更重",
                "Brands often bought in a year; lately counts more",
            ),
            brand,
            "preference",
        ),
        TagPlan(
            "spend_monthly",
            "value",
            ("月均消费", "月均消費", "Spend a month"),
            (
                "近一年消费额除以 12，按人数三等分",
                "近一年消費額除以 12，按人數三等分",
                "Spend in a year divided by 12, in thirds of the customers",
            ),
            monthly,
            "formula",
        ),
        TagPlan(
            "friends_of_the_brand",
            "marketing",
            ("品牌挚友", "品牌摯友", "Friends of the brand"),
            (
                "由同事在活动中认识并手动添加",
                "由同事在活動中認識並手動新增",
                "Met at events and added by colleagues",
            ),
            {"v": 1, "values": [{"value": "KOC"}, {"value": "VIP"}], "multiple": True},
            "list",
        ),
    ]
