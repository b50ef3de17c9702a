"""What some members answered when they were asked: why they buy, what a price means to them, whom they brought."""

import numpy as np
import pyarrow as pa

from .accounts import Accounts
from .people import People

MOTIVES = ("品质", "价格实惠", "新鲜感", "送礼", "朋友推荐", "省心省时")
SENSITIVITY = ("高", "中", "低")
CAME_BY = ("朋友邀请", "社交媒体", "门店", "广告", "搜索")
ANSWERED = 0.45


def survey_make(rng: np.random.Generator, people: People, members: Accounts) -> Accounts:
    """By member number. Who hunts coupons looks at the price, and the loyal bring friends."""
    rows = np.flatnonzero(people.member)
    asked = rng.random(len(rows)) < ANSWERED
    some = rows[asked]
    hunts, loyal = people.coupon_hunter[some], people.habit[some] == 0
    attributes = {
        "row": pa.array(some, pa.int64()),
        "motives": _motives(rng, hunts, loyal),
        "price_sensitivity": pa.array(np.array(SENSITIVITY)[_sensitivity(rng, hunts, loyal)], pa.string()),
        "joined_through": pa.array(
            rng.choice(np.array(CAME_BY), len(some), p=[0.27, 0.25, 0.2, 0.18, 0.1]), pa.string()
        ),
        "friends_invited": pa.array(rng.poisson(np.where(loyal, 3.2, 0.9)).astype(float)),
    }
    known = members.identifiers.select(["row", "member_no"]).filter(pa.array(asked))
    return Accounts("demo_survey", "other", known, pa.table(attributes))


def _motives(rng: np.random.Generator, hunts: np.ndarray, loyal: np.ndarray) -> pa.Array:
    liking = np.tile(np.array([0.4, 0.3, 0.2, 0.15, 0.2, 0.3]), (len(hunts), 1))
    liking[:, MOTIVES.index("价格实惠")] += 0.5 * hunts
    liking[:, MOTIVES.index("品质")] += 0.3 * loyal
    has = rng.random(liking.shape) < liking
    return pa.array(
        [[MOTIVES[place] for place in np.flatnonzero(row)] or None for row in has], pa.list_(pa.string())
    )


def _sensitivity(rng: np.random.Generator, hunts: np.ndarray, loyal: np.ndarray) -> np.ndarray:
    """Places in SENSITIVITY."""
    high = np.where(hunts, 0.75, np.where(loyal, 0.12, 0.3))
    luck = rng.random(len(hunts))
    return np.where(luck < high, 0, np.where(luck < high + (1 - high) * 0.6, 1, 2))
