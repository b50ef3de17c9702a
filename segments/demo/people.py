"""Who the invented customers are: their lives, habits and favourite shops, as one array a fact."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .brand import CATEGORIES, CHANNELS
from .places import CITY_OF_PLACE, PROVINCE_OF_PLACE, WEIGHT_OF_PLACE

DAYS = 548
# Kind of customer → (share, purchases a month).
HABITS: dict[str, tuple[float, float]] = {
    "loyal": (0.08, 1.5),
    "regular": (0.27, 0.5),
    "occasional": (0.24, 0.2),
    "once": (0.12, 0.12),
    "churned": (0.14, 0.55),
    "new": (0.07, 0.8),
    "looking": (0.08, 0.0),
}
HABIT_NAMES = tuple(HABITS)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
)
GIVEN = "子梓雨欣怡佳宇浩明晨静雅婷思远航文博嘉俊涵悦宁安然可心诗语若云清岚星辰舒乐知行景和书瑶芷晴逸凡"
MEMBER_LEVELS = ("普通会员", "银卡会员", "金卡会员", "黑金会员")
INTERESTS = ("护肤", "育儿", "烘焙", "咖啡", "露营", "跑步", "瑜伽", "数码", "阅读", "宠物", "旅行", "穿搭")
GOES_WITH = {
    "美妆护肤": ("护肤", "穿搭"),
    "母婴用品": ("育儿", "烘焙"),
    "家居生活": ("阅读", "烘焙"),
    "食品零食": ("咖啡", "烘焙"),
    "数码电器": ("数码",),
    "运动户外": ("露营", "跑步", "瑜伽"),
    "服饰鞋包": ("穿搭", "旅行"),
}


@dataclass(frozen=True)
class People:
    """Arrays of one length, a place for each person. Days are counted from the first day of the world."""

    name: np.ndarray  # text
    gender: np.ndarray  # male, female, unknown
    birthday: np.ndarray  # datetime64[D]
    province: np.ndarray  # text
    city: np.ndarray  # text
    habit: np.ndarray  # place in HABIT_NAMES
    rate: np.ndarray  # purchases a day while active
    first_day: np.ndarray  # active from this day …
    last_day: np.ndarray  # … to this one, inclusive
    night_owl: np.ndarray  # bool
    coupon_hunter: np.ndarray  # bool
    favourite: np.ndarray  # place in CATEGORIES
    second: np.ndarray  # place in CATEGORIES
    channel: np.ndarray  # people × channels, the chance that a purchase happens there
    member: np.ndarray  # bool: has joined the loyalty programme
    level: np.ndarray  # place in MEMBER_LEVELS
    interests: list[list[str]]
    agrees: np.ndarray  # bool: wants to hear from the brand

    def __len__(self) -> int:
        return len(self.name)


def people_make(rng: np.random.Generator, count: int, end: date) -> People:
    habit = rng.choice(len(HABITS), count, p=[share for share, _rate in HABITS.values()])
    gender = rng.choice(np.array(["female", "male", "unknown"]), count, p=[0.58, 0.36, 0.06])
    age = np.clip(rng.gamma(9.0, 3.9, count), 16, 78)
    born = np.datetime64(end) - np.round(age * 365.25).astype("timedelta64[D]")
    place = rng.choice(len(CITY_OF_PLACE), count, p=WEIGHT_OF_PLACE)
    first_day, last_day = _active_days(rng, habit)
    favourite = _favourites(rng, gender, age)
    loyal = habit == HABIT_NAMES.index("loyal")
    night_owl = rng.random(count) < 0.09
    channel = _channel_shares(rng, age)
    member = (rng.random(count) < 0.62) | loyal
    return People(
        name=_names(rng, count),
        gender=gender,
        birthday=born,
        province=PROVINCE_OF_PLACE[place],
        city=CITY_OF_PLACE[place],
        habit=habit,
        rate=_rates(rng, habit),
        first_day=first_day,
        last_day=last_day,
        night_owl=night_owl,
        coupon_hunter=rng.random(count) < np.where(loyal, 0.05, 0.13),
        favourite=favourite,
        second=rng.integers(0, len(CATEGORIES), count),
        channel=channel,
        member=member,
        level=np.where(loyal, rng.integers(2, 4, count), rng.choice(3, count, p=[0.7, 0.22, 0.08])),
        interests=_interests(rng, favourite),
        agrees=rng.random(count) < 0.7,
    )


def _names(rng: np.random.Generator, count: int) -> np.ndarray:
    given = np.array(list(GIVEN))
    second = np.where(rng.random(count) < 0.75, rng.choice(given, count), "")
    full = np.char.add(rng.choice(np.array(list(SURNAMES)), count), rng.choice(given, count))
    return np.char.add(full, second)


def _rates(rng: np.random.Generator, habit: np.ndarray) -> np.ndarray:
    monthly = np.array([rate for _share, rate in HABITS.values()])[habit]
    return monthly / 30 * rng.gamma(4.0, 0.25, len(habit))


def _active_days(rng: np.random.Generator, habit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = len(habit)
    is_habit = {name: habit == place for place, name in enumerate(HABIT_NAMES)}
    first = np.where(rng.random(count) < 0.45, 0, rng.integers(0, DAYS - 60, count))
    first = np.where(is_habit["new"], DAYS - rng.integers(1, 40, count), first)
    first = np.where(is_habit["churned"], rng.integers(0, DAYS - 330, count), first)
    last = np.full(count, DAYS - 1)
    last = np.where(is_habit["churned"], rng.integers(DAYS - 320, DAYS - 95, count), last)
    last = np.where(is_habit["once"], np.minimum(last, first + 14), last)
    return first, last


def _favourites(rng: np.random.Generator, gender: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Parents of small children buy for them, and the young and the old have their own tastes."""
    count = len(age)
    female, male = gender == "female", gender == "male"
    weights = np.ones((count, len(CATEGORIES)))
    weights[:, CATEGORIES.index("美妆护肤")] += 2.2 * female
    weights[:, CATEGORIES.index("母婴用品")] += 2.6 * (female & (age > 26) & (age < 40)) - 0.7 * (age < 24)
    weights[:, CATEGORIES.index("数码电器")] += 2.0 * male
    weights[:, CATEGORIES.index("运动户外")] += 1.2 * male
    weights[:, CATEGORIES.index("食品零食")] += 1.0 * (age < 28)
    weights[:, CATEGORIES.index("家居生活")] += 1.2 * (age > 45)
    edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    return (rng.random((count, 1)) > edges).sum(axis=1)


def _channel_shares(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    """Most people shop in one to three places."""
    young, old = age < 30, age > 50
    liking = np.tile(np.array([1.3, 0.6, 1.6, 1.0, 1.2, 0.7, 0.9]), (len(age), 1))
    liking[:, CHANNELS.index("douyin")] += 0.9 * young
    liking[:, CHANNELS.index("store")] += 1.6 * old
    share = rng.gamma(0.35, 1.0, liking.shape) * liking
    share[share < share.max(axis=1, keepdims=True) * 0.15] = 0
    return share / share.sum(axis=1, keepdims=True)


def _interests(rng: np.random.Generator, favourite: np.ndarray) -> list[list[str]]:
    """A few by chance, and what goes with the shelf they like best."""
    luck = rng.random((len(favourite), len(INTERESTS)))
    fitting = np.array([[interest in GOES_WITH[category] for interest in INTERESTS] for category in CATEGORIES])
    has = luck < np.where(fitting[favourite], 0.5, 0.12)
    return [[INTERESTS[place] for place in np.flatnonzero(row)] for row in has]
