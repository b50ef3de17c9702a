"""What is true of the demo world because it was made so, and what means nothing in it.

Whoever looks at a segment should find the first among what sets it apart, and never the second.
"""

from dataclasses import dataclass
from typing import Any

NIGHT_SHELF = "食品零食"
RETURNING_CITY = "无锡市"
# Of what night owls buy, so much is from one shelf; of what one city buys, so much more goes back.
NIGHT_SHARE, RETURNED_MORE = 0.6, 0.3

# The goods that are in one order more often than by chance (`behaviour.orders_made`). About three orders in ten
# have two, three or four lines: SEVERAL_SHARE are meant to, with the chances LINES, and do as far as the person
# buys so much. Of those with the first of the pair and something else, TOGETHER_SHARE have the second. All other
# pairs are rarer than by chance, since most orders have one line.
TOGETHER = ("家居生活", "数码电器")
SEVERAL_SHARE, LINES, TOGETHER_SHARE = 0.35, (0.55, 0.3, 0.15), 0.7

_BUYERS = {"event": "purchase"}
_OFTEN = {"event": "purchase", "measure": {"agg": "count"}, "op": ">=", "value": 3}


@dataclass(frozen=True)
class Truth:
    """Members of `rule`, beside those of `beside`, have `value` of `subject` more often. Why is in `made_by`."""

    slug: str
    rule: dict[str, Any]
    beside: dict[str, Any] | None
    subject: str
    value: str
    made_by: str


TRUTHS = (
    Truth(
        "night-snacks",
        {"tag": "shopping_time", "op": "has", "value": "夜猫子"},
        _BUYERS,
        "category",
        NIGHT_SHELF,
        "behaviour._products",
    ),
    # Who buys much sends much back, too; these send back a fourth of it.
    Truth(
        "returning-city",
        {
            "all": [
                _OFTEN,
                {"event": "refund"},
                {
                    "event": "refund",
                    "measure": {"agg": "count"},
                    "op": ">=",
                    "value": {"measure": {"event": "purchase", "agg": "count"}, "times": 0.25},
                },
            ]
        },
        _OFTEN,
        "city",
        RETURNING_CITY,
        "behaviour._after",
    ),
    Truth(
        "mothers",
        {
            "all": [
                _BUYERS,
                {"attribute": "gender", "op": "is", "value": "female"},
                {"attribute": "age", "op": "between", "value": [28, 38]},
            ]
        },
        _BUYERS,
        "category",
        "母婴用品",
        "people._favourites",
    ),
    Truth(
        "young-on-douyin",
        {"attribute": "age", "op": "<", "value": 30},
        None,
        "channel",
        "douyin",
        "people._channel_shares",
    ),
    Truth(
        "older-in-stores",
        {"attribute": "age", "op": ">", "value": 50},
        None,
        "channel",
        "store",
        "people._channel_shares",
    ),
)

# Subjects and values that nothing in the world depends on, and that depend on nothing.
NOTHINGS = (("interests", "宠物"), ("agrees_to_mail", "true"), ("agrees_to_mail", "false"))
