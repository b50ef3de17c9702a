"""The whole world from a seed and an end date, as the tables that are loaded."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .accounts import Accounts, accounts_make
from .behaviour import COUPONS, EVENTS, TOPICS, Acts, acts_make
from .brand import BRANDS, CATEGORIES, CHANNELS, PER_SHELF, PRODUCTS
from .people import DAYS, People, people_make
from .survey import survey_make

MONEY = pa.decimal128(18, 2)


@dataclass(frozen=True)
class World:
    """`events` by channel; their column `row` is the person's place, as in the accounts. The world
    ends with the last moment before `end`."""

    first: date
    end: date
    people: People
    accounts: list[Accounts]
    events: dict[str, pa.Table]


def world_make(*, customers: int, seed: int, end: date, zone: str) -> World:
    """The same arguments give the same world, to the last bit."""
    rng = np.random.default_rng(seed)
    first = end - timedelta(days=DAYS)
    people = people_make(rng, customers, end)
    accounts = accounts_make(rng, people, first, end)
    # With luck of its own, so that all else stays as it is.
    accounts.insert(1, survey_make(np.random.default_rng((seed, 1)), people, accounts[0]))
    acts = acts_make(rng, people, first)
    ids = pa.Array.from_buffers(pa.binary(16), len(acts), [None, pa.py_buffer(rng.bytes(16 * len(acts)))])
    table = _table(acts, first, zone).append_column("event_id", ids)
    by_channel = {name: table.filter(pa.array(acts.channel == place)) for place, name in enumerate(CHANNELS)}
    return World(first, end, people, accounts, by_channel)


def _table(acts: Acts, first: date, zone: str) -> pa.Table:
    bought = acts.product >= 0
    shelf = np.where(bought, acts.product // PER_SHELF, 0)
    return pa.table(
        {
            "row": pa.array(acts.person, pa.int64()),
            "event": pa.array(np.array(EVENTS)[acts.event], pa.string()),
            "time": _utc(acts.second, first, zone),
            "product": _text(PRODUCTS, acts.product),
            "category": pa.array(np.array(CATEGORIES)[shelf], pa.string(), mask=~bought),
            "brand": pa.array(BRANDS[shelf], pa.string(), mask=~bought),
            "quantity": pa.array(acts.quantity.astype(float), mask=acts.quantity < 0),
            "amount": _money(acts.amount),
            "discount": _money(acts.discount),
            "coupon": _text(np.array(COUPONS), acts.coupon),
            "order_no": pa.array(
                np.char.add("D", (acts.order + 100_000_000).astype(str)), pa.string(), mask=acts.order < 0
            ),
            "score": pa.array(acts.score.astype(float), mask=acts.score < 0),
            "topic": _text(np.array(TOPICS), acts.topic),
        }
    )


def _text(names: np.ndarray, places: np.ndarray) -> pa.Array:
    return pa.array(names[np.maximum(places, 0)], pa.string(), mask=places < 0)


def _money(yuan: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(yuan, mask=np.isnan(yuan)), MONEY)


def _utc(seconds: np.ndarray, first: date, zone: str) -> pa.Array:
    """Business-local seconds to naive UTC timestamps."""
    ZoneInfo(zone)
    local = np.datetime64(first, "us") + seconds.astype("timedelta64[s]")
    known = pc.assume_timezone(pa.array(local), zone, ambiguous="earliest", nonexistent="latest")
    return pc.cast(pc.cast(known, pa.timestamp("us", "UTC")), pa.timestamp("us"))
