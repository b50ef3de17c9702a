"""What an attribute or a category of tags is about: the part of a persona it is shown in."""

import re
from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    WHO = "who", _("Who they are")
    DOING = "doing", _("What they do")
    MOVES = "moves", _("What moves them")
    CONNECTS = "connects", _("How they connect")
    WORTH = "worth", _("What they are worth")
    RISK = "risk", _("Risk")


# Words of a short name, and parts of a Chinese one, that tell a theme; the first theme with one is taken.
WORDS: Mapping[Theme, tuple[str, str]] = {
    Theme.RISK: (
        "risk churn complaint fraud overdue credit blacklist blocked leaving",
        "风险 風險 流失 投诉 投訴 逾期 黑名单 黑名單 信用",
    ),
    Theme.CONNECTS: (
        "social referral refer referred referrer invite invited inviter invitation friend fan follower follow "
        "share shared sharing influence influencer community fission wecom wechat added interaction",
        "社交 推荐 推薦 邀请 邀請 好友 粉丝 粉絲 社群 转发 轉發 分享 影响力 影響力 裂变 裂變 互动 互動 带来 帶來",
    ),
    Theme.MOVES: (
        "motive motivation motif interest hobby attitude lifestyle preference need pain reason opinion price "
        "sensitivity discount coupon promotion satisfaction nps concern belief taste style",
        "兴趣 興趣 爱好 愛好 动机 動機 态度 態度 生活方式 偏好 价格 價格 敏感 折扣 优惠 優惠 看重 在意 原因 需求 "
        "痛点 痛點 价值观 價值觀 满意 滿意 风格 風格",
    ),
    Theme.WORTH: (
        "value ltv clv rfm lifecycle balance point spend spending worth deposit",
        "价值 價值 生命周期 生命週期 余额 餘額 积分 積分 储值 儲值 消费能力 消費能力 消费水平",
    ),
    Theme.DOING: ("activity active visit usage behaviour behavior", "活跃 活躍 行为 行為"),
    Theme.WHO: ("demographic demography basic", "人口 基本"),
}


def theme_guessed(slug: str, *names: str) -> Theme | None:
    """From its short name and names; None where none of the known words is in them."""
    words = {part.removesuffix("s") for part in re.split(r"[^a-z]+", slug.lower()) if part}
    text = " ".join((slug, *names))
    for theme, (latin, chinese) in WORDS.items():
        if words & set(latin.split()) or any(part in text for part in chinese.split()):
            return theme
    return None
