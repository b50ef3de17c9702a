"""What the invented customers do: purchases first, and then what leads to them and follows from them."""

from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from .brand import CATEGORIES, CHANNELS, PER_SHELF, PRICES, day_weights
from .people import DAYS, HABIT_NAMES, People
from .truths import (
    LINES,
    NIGHT_SHARE,
    NIGHT_SHELF,
    RETURNED_MORE,
    RETURNING_CITY,
    SEVERAL_SHARE,
    TOGETHER,
    TOGETHER_SHARE,
)

EVENTS = ("browse", "add_to_cart", "purchase", "refund", "review", "coupon_claim", "service_call")
OWN_CHANNELS = tuple(CHANNELS.index(channel) for channel in ("app", "web", "wechat"))
COUPONS = ("新客立减20", "满199减30", "满399减80", "会员九折")
TOPICS = ("物流", "退换货", "商品咨询", "优惠券")
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Acts:
    """Arrays of one length, a place for each event; -1 (or NaN for money) where it has no such property."""

    event: np.ndarray  # place in EVENTS
    person: np.ndarray
    second: np.ndarray  # business-local seconds since the first day's midnight
    channel: np.ndarray  # place in CHANNELS
    product: np.ndarray
    quantity: np.ndarray
    amount: np.ndarray  # yuan
    discount: np.ndarray  # yuan
    coupon: np.ndarray  # place in COUPONS
    order: np.ndarray
    score: np.ndarray
    topic: np.ndarray  # place in TOPICS

    def __len__(self) -> int:
        return len(self.event)

    def where(self, chosen: np.ndarray) -> "Acts":
        return Acts(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def acts_make(rng: np.random.Generator, people: People, first: date) -> Acts:
    """Everything everybody did, in order of time."""
    busy = day_weights(first, DAYS)
    bought = _purchases(rng, people, busy / busy.mean())
    wandered = _visits(rng, people)
    parts = [bought, _before(rng, bought), *_after(rng, people, bought), wandered, _forgotten(rng, wandered)]
    parts.append(_coupons(rng, people))
    acts = _joined(parts)
    acts = acts.where((acts.second >= 0) & (acts.second < DAYS * DAY_SECONDS))
    return acts.where(np.lexsort((acts.event, acts.person, acts.second)))


def _joined(parts: list[Acts]) -> Acts:
    return Acts(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Acts)})


def _acts(event: str, person: np.ndarray, second: np.ndarray, channel: np.ndarray, product: np.ndarray) -> Acts:
    """Events without any further property."""
    none, nothing = np.full(len(person), -1), np.full(len(person), np.nan)
    kind = np.full(len(person), EVENTS.index(event))
    return Acts(kind, person, second, channel, product, none, nothing, nothing, none, none, none, none)


def _purchases(rng: np.random.Generator, people: People, busy: np.ndarray) -> Acts:
    cumulative = np.concatenate([[0.0], np.cumsum(busy)])
    low, high = cumulative[people.first_day], cumulative[people.last_day + 1]
    times = rng.poisson(people.rate * (high - low))
    times = np.where(people.habit == HABIT_NAMES.index("once"), np.maximum(times, 1), times)
    person = np.repeat(np.arange(len(people)), times)
    # A day in the person's active ones, as likely as it is busy.
    place = low[person] + rng.random(len(person)) * (high - low)[person]
    day = np.clip(np.searchsorted(cumulative, place, side="right") - 1, 0, DAYS - 1)
    channel = _pick(rng, people.channel[person])
    second = day * DAY_SECONDS + _seconds_of_day(rng, people.night_owl[person], channel)
    product = _products(rng, people, person)
    acts = orders_made(rng, _acts("purchase", person, second, channel, product))
    return _paid(rng, people, acts, busy[acts.second // DAY_SECONDS] > 1.5)


def orders_made(rng: np.random.Generator, acts: Acts) -> Acts:
    """Purchases by person and time, what one person bought one after the other made lines of one order where it has
    several: at the time and on the channel of the last, and with goods that belong together."""
    if not len(acts):
        return acts
    acts = acts.where(np.lexsort((acts.second, acts.person)))
    several = rng.random(len(acts)) < SEVERAL_SHARE
    lines = np.where(several, rng.choice(np.array([2, 3, 4]), len(acts), p=LINES), 1)
    # Runs of so many lines, cut where another person begins.
    run = np.searchsorted(np.cumsum(lines), np.arange(len(acts)), side="right")
    begins = (np.diff(run, prepend=-1) != 0) | (np.diff(acts.person, prepend=-1) != 0)
    order = np.cumsum(begins) - 1
    last = np.append(np.flatnonzero(begins)[1:], len(acts)) - 1
    product = _paired(rng, acts.product, order)
    return replace(
        acts, second=acts.second[last][order], channel=acts.channel[last][order], product=product, order=order
    )


def _paired(rng: np.random.Generator, product: np.ndarray, order: np.ndarray) -> np.ndarray:
    """In orders with the one shelf of the pair, the first line from elsewhere is often from the other."""
    one, other = (CATEGORIES.index(shelf) for shelf in TOGETHER)
    holds = np.zeros(len(order) and order[-1] + 1, bool)
    holds[order[product // PER_SHELF == one]] = True
    place = np.flatnonzero(holds[order] & (product // PER_SHELF != one))
    firsts = place[np.unique(order[place], return_index=True)[1]]
    chosen = firsts[rng.random(len(firsts)) < TOGETHER_SHARE]
    product = product.copy()
    product[chosen] = other * PER_SHELF + product[chosen] % PER_SHELF
    return product


def _pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """A column for each row, as likely as its share."""
    picked = (rng.random((len(shares), 1)) > np.cumsum(shares, axis=1)).sum(axis=1)
    return np.minimum(picked, shares.shape[1] - 1)


def _seconds_of_day(rng: np.random.Generator, night_owl: np.ndarray, channel: np.ndarray) -> np.ndarray:
    count = len(night_owl)
    hour = rng.choice(np.array([10.5, 13.0, 16.0, 20.5]), count, p=[0.25, 0.15, 0.2, 0.4]) + rng.normal(
        0, 1.4, count
    )
    late = night_owl & (rng.random(count) < 0.75)
    hour = np.where(late, rng.choice(np.array([22, 23, 0, 1]), count) + rng.random(count), hour)
    in_store = channel == CHANNELS.index("store")
    hour = np.where(in_store, 10 + 11 * rng.beta(2, 2, count), hour)
    return (np.clip(hour, 0, 23.99) * 3600).astype(np.int64)


def _products(rng: np.random.Generator, people: People, person: np.ndarray) -> np.ndarray:
    luck = rng.random(len(person))
    anything = rng.integers(0, len(CATEGORIES), len(person))
    chosen = np.where(luck < 0.55, people.favourite[person], np.where(luck < 0.75, people.second[person], anything))
    at_night = people.night_owl[person] & (rng.random(len(person)) < NIGHT_SHARE)
    chosen = np.where(at_night, CATEGORIES.index(NIGHT_SHELF), chosen)
    # The first things on a shelf sell better.
    on_shelf = (PER_SHELF * rng.beta(1.0, 1.6, len(person))).astype(int)
    return chosen * PER_SHELF + on_shelf


def _paid(rng: np.random.Generator, people: People, acts: Acts, on_sale: np.ndarray) -> Acts:
    count = len(acts)
    quantity = 1 + rng.poisson(np.where(PRICES[acts.product] < 100, 0.6, 0.1))
    with_coupon = rng.random(count) < np.where(people.coupon_hunter[acts.person], 0.75, 0.1) + 0.15 * on_sale
    full = PRICES[acts.product] * quantity
    off = np.where(with_coupon, rng.uniform(0.1, 0.25, count), 0.0) + np.where(on_sale, 0.1, 0.0)
    discount = np.round(full * off, 2)
    return replace(
        acts,
        quantity=quantity,
        amount=np.round(full - discount, 2),
        discount=discount,
        coupon=np.where(with_coupon, rng.integers(0, len(COUPONS), count), -1),
    )


def _before(rng: np.random.Generator, bought: Acts) -> Acts:
    """In the brand's own shops we see people look and put things into the cart first."""
    ours = bought.where(np.isin(bought.channel, OWN_CHANNELS))
    looks = ours.where(np.repeat(np.arange(len(ours)), 1 + rng.poisson(0.8, len(ours))))
    seen = _acts(
        "browse", looks.person, looks.second - rng.integers(300, 5400, len(looks)), looks.channel, looks.product
    )
    carts = ours.where(rng.random(len(ours)) < 0.8)
    second = carts.second - rng.integers(30, 300, len(carts))
    cart = replace(
        _acts("add_to_cart", carts.person, second, carts.channel, carts.product), quantity=carts.quantity
    )
    return _joined([seen, cart])


def _after(rng: np.random.Generator, people: People, bought: Acts) -> list[Acts]:
    clothes = bought.product // PER_SHELF == CATEGORIES.index("服饰鞋包")
    more = RETURNED_MORE * (people.city[bought.person] == RETURNING_CITY)
    back = bought.where(rng.random(len(bought)) < np.where(clothes, 0.12, 0.025) + more)
    second = back.second + rng.integers(1, 7 * DAY_SECONDS, len(back))
    refund = replace(
        _acts("refund", back.person, second, back.channel, back.product), amount=back.amount, order=back.order
    )
    told = bought.where(rng.random(len(bought)) < 0.12)
    second = told.second + rng.integers(3 * DAY_SECONDS, 12 * DAY_SECONDS, len(told))
    stars = rng.choice(np.array([5, 4, 3, 2, 1]), len(told), p=[0.62, 0.2, 0.09, 0.04, 0.05])
    review = replace(_acts("review", told.person, second, told.channel, told.product), score=stars)
    asked = bought.where(rng.random(len(bought)) < 0.03)
    second = asked.second + rng.integers(600, 5 * DAY_SECONDS, len(asked))
    call = replace(
        _acts("service_call", asked.person, second, asked.channel, np.full(len(asked), -1)),
        topic=rng.integers(0, len(TOPICS), len(asked)),
    )
    return [refund, review, call]


def _visits(rng: np.random.Generator, people: People) -> Acts:
    """People look around in our own shops without buying; those who are only looking, most of all."""
    own = people.channel[:, OWN_CHANNELS]
    looking = people.habit == HABIT_NAMES.index("looking")
    a_day = (own.sum(axis=1) > 0) * (0.008 + 0.4 * people.rate * own.sum(axis=1) + 0.03 * looking)
    return _wander(rng, people, a_day, "browse")


def _wander(rng: np.random.Generator, people: People, a_day: np.ndarray, event: str) -> Acts:
    days = people.last_day - people.first_day + 1
    person = np.repeat(np.arange(len(people)), rng.poisson(a_day * days))
    day = people.first_day[person] + (rng.random(len(person)) * days[person]).astype(int)
    shares = people.channel[:, OWN_CHANNELS][person]
    channel = np.array(OWN_CHANNELS)[_pick(rng, shares / shares.sum(axis=1, keepdims=True))]
    second = day * DAY_SECONDS + _seconds_of_day(rng, people.night_owl[person], channel)
    return _acts(event, person, second, channel, _products(rng, people, person))


def _forgotten(rng: np.random.Generator, wandered: Acts) -> Acts:
    """Carts that nothing came of."""
    left = wandered.where(rng.random(len(wandered)) < 0.22)
    second = left.second + rng.integers(20, 400, len(left))
    return replace(
        _acts("add_to_cart", left.person, second, left.channel, left.product), quantity=np.ones(len(left), int)
    )


def _coupons(rng: np.random.Generator, people: People) -> Acts:
    own = people.channel[:, OWN_CHANNELS].sum(axis=1) > 0
    claimed = _wander(rng, people, own * np.where(people.coupon_hunter, 0.03, 0.002), "coupon_claim")
    coupon = rng.integers(0, len(COUPONS), len(claimed))
    return replace(claimed, coupon=coupon, product=np.full(len(claimed), -1))
