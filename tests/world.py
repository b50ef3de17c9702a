"""A small named cast, told in plain Python: who they are, what they did, which tags they have.

`CAST` is the world tests share; the functions below make the tables of the lake from any world.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

ZONE = "Asia/Shanghai"
AS_OF = datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo(ZONE))

ARROW_KINDS: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "money": pa.decimal128(18, 2),
    "date": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
    "geo": pa.struct([("lat", pa.float64()), ("lon", pa.float64())]),
}


@dataclass(frozen=True)
class Person:
    """A live customer. `attributes` hold what is known; a date is the business's wall clock."""

    id: int
    name: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """One event. `time` is the business's wall clock, without a zone."""

    customer_id: int
    event: str
    time: datetime
    channel: str = "app"
    source: str = "shop"
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...]
    deeds: tuple[Deed, ...]
    attributes: Mapping[str, str]
    properties: Mapping[str, str]
    events: tuple[str, ...]
    labels: Mapping[str, Mapping[str, frozenset[int]]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    segments: Mapping[str, frozenset[int]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[int]] = field(default_factory=dict)
    zone: str = ZONE

    def ids(self) -> frozenset[int]:
        return frozenset(person.id for person in self.people)


def at(text: str) -> datetime:
    """`2026-11-21 08:30` on the business's wall clock."""
    return datetime.fromisoformat(text)


LI_LEI, HAN_MEIMEI, LUCY, LILY, JIM, LIN_TAO, WEI_HUA, UNCLE_WANG = range(1, 9)

PEOPLE = (
    Person(
        LI_LEI,
        "李雷",
        {
            "province": "浙江省",
            "city": "杭州市",
            "gender": "male",
            "age": 28.0,
            "birthday": at("1998-11-25"),
            "member_level": "gold",
            "registered_at": at("2024-03-01 09:00"),
            "balance": Decimal("120.50"),
            "subscribed": True,
            "interests": ["篮球", "数码"],
            "home": {"lat": 30.27, "lon": 120.16},
        },
    ),
    Person(
        HAN_MEIMEI,
        "韩梅梅",
        {
            "province": "江苏省",
            "city": "南京市",
            "gender": "female",
            "age": 27.0,
            "birthday": at("2000-02-29"),
            "member_level": "Gold",
            "registered_at": at("2026-10-31 23:59"),
            "balance": Decimal("0.00"),
            "subscribed": False,
            "interests": ["零食", "旅行", "数码"],
        },
    ),
    Person(
        LUCY,
        "Lucy",
        {
            "province": "上海市",
            "gender": "female",
            "age": 33.0,
            "member_level": "silver",
            "registered_at": at("2026-11-01"),
            "interests": [],
        },
    ),
    Person(LILY, "Lily", {"province": "上海市", "gender": "female", "age": 33.0, "subscribed": True}),
    Person(JIM, "Jim Green", {"city": "London", "gender": "male", "balance": Decimal("99.99")}),
    Person(
        LIN_TAO,
        "林涛",
        {"province": "浙江省", "city": "宁波市", "age": 41.5, "birthday": at("1985-12-31"), "interests": ["零食"]},
    ),
    Person(WEI_HUA, "魏华", {"member_level": "platinum", "registered_at": at("2026-11-21 20:00")}),
    Person(UNCLE_WANG, "王叔叔", {}),
)


def _order(who: int, when: str, amount: str, category: str, channel: str = "app", **more: Any) -> Deed:
    properties = {"amount": Decimal(amount), "category": category, **more}
    return Deed(who, "purchase", at(when), channel, "shop", properties)


def _visit(who: int, when: str, channel: str = "app", **more: Any) -> Deed:
    return Deed(who, "visit", at(when), channel, "site", more)


DEEDS = (
    _order(LI_LEI, "2026-11-20 21:15", "35.90", "零食", quantity=2.0, gift=False),
    _order(LI_LEI, "2026-11-11 00:03", "1299.00", "数码", "tmall", quantity=1.0, gift=True, labels=["双11"]),
    _order(LI_LEI, "2026-10-22 00:00", "18.00", "零食", quantity=3.0),
    _order(LI_LEI, "2026-06-18 20:00", "64.10", "家居", "jd", quantity=1.0, labels=["618", "满减"]),
    _order(HAN_MEIMEI, "2026-11-21 20:00", "88.00", "零食", "wechat"),
    _order(HAN_MEIMEI, "2026-10-31 23:59", "45.00", "美妆", quantity=0.5, due=at("2026-12-01")),
    _order(HAN_MEIMEI, "2025-11-11 10:30", "500.00", "美妆", "tmall"),
    _order(LUCY, "2026-11-01 00:00", "33.33", "Snacks", "store", gift=True),
    _order(LUCY, "2026-11-02 09:00", "33.33", "snacks", "store"),
    _order(LUCY, "2026-11-03 09:00", "33.34", "图书", "store"),
    _order(LILY, "2026-02-28 23:59", "0.01", "图书", "web"),
    _order(LIN_TAO, "2024-02-29 12:00", "199.00", "家居", "store", quantity=4.0),
    Deed(LIN_TAO, "refund", at("2024-03-05 12:00"), "store", "shop", {"amount": Decimal("-199.00")}),
    _visit(LI_LEI, "2026-11-21 08:30", duration=30.5),
    _visit(LI_LEI, "2026-11-21 19:59", duration=12.0),
    _visit(HAN_MEIMEI, "2026-11-16 07:00", "wechat", duration=3.0),
    _visit(LUCY, "2026-11-15 23:59"),
    _visit(JIM, "2026-09-30 10:00", "web", duration=600.0),
    _visit(JIM, "2026-11-22 10:00", "web"),
    _visit(WEI_HUA, "2026-01-01 00:00", "douyin", duration=0.0),
)

CAST = World(
    people=PEOPLE,
    deeds=DEEDS,
    attributes={
        "province": "text",
        "city": "text",
        "gender": "text",
        "age": "number",
        "birthday": "date",
        "member_level": "text",
        "registered_at": "date",
        "balance": "money",
        "subscribed": "boolean",
        "interests": "list",
        "home": "geo",
    },
    properties={
        "amount": "money",
        "category": "text",
        "quantity": "number",
        "duration": "number",
        "gift": "boolean",
        "labels": "list",
        "due": "date",
    },
    events=("purchase", "refund", "visit"),
    labels={
        "lifecycle": {
            "active": frozenset({LI_LEI, HAN_MEIMEI, LUCY}),
            "dormant": frozenset({LILY}),
            "churned": frozenset({LIN_TAO}),
        },
        "likes": {"snacks": frozenset({LI_LEI, HAN_MEIMEI}), "books": frozenset({LUCY, LILY, HAN_MEIMEI})},
    },
    numbers={"spend": {LI_LEI: 1417.0, HAN_MEIMEI: 545.0, LUCY: 100.0, LILY: 0.01, UNCLE_WANG: 0.0}},
    segments={"vip": frozenset({LI_LEI, WEI_HUA})},
    lists={"summer-invitees": frozenset({LUCY, JIM})},
)


# The lake's tables


def profiles_table(world: World) -> pa.Table:
    columns: dict[str, pa.Array] = {"customer_id": pa.array([p.id for p in world.people], pa.int32())}
    for slug, kind in world.attributes.items():
        columns[slug] = pa.array([p.attributes.get(slug) for p in world.people], ARROW_KINDS[kind])
    return pa.table(columns)


def events_table(world: World) -> pa.Table:
    deeds = sorted(world.deeds, key=lambda d: (d.event, f"{d.time:%Y-%m}", d.customer_id, d.time))
    who = [d.customer_id for d in deeds]
    times = [_utc(d.time, world.zone) for d in deeds]
    columns: dict[str, pa.Array] = {
        "event_id": pa.array([_event_id(i, d) for i, d in enumerate(deeds)], pa.binary()),
        "origin_id": pa.array(who, pa.int32()),
        "customer_id": pa.array(who, pa.int32()),
        "event": pa.array([d.event for d in deeds], pa.string()),
        "month": pa.array([f"{d.time:%Y-%m}" for d in deeds], pa.string()),
        "time": pa.array(times, pa.timestamp("us")),
        "day": pa.array([d.time.date() for d in deeds], pa.date32()),
        "hour": pa.array([d.time.hour for d in deeds], pa.int8()),
        "received_at": pa.array(times, pa.timestamp("us")),
        "channel": pa.array([d.channel for d in deeds], pa.string()),
        "source": pa.array([d.source for d in deeds], pa.string()),
        "batch_id": pa.array([1] * len(deeds), pa.int32()),
    }
    for slug, kind in world.properties.items():
        columns[slug] = pa.array([d.properties.get(slug) for d in deeds], ARROW_KINDS[kind])
    columns["extra"] = pa.array([None] * len(deeds), pa.string())
    return pa.table(columns)


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def _event_id(ordinal: int, deed: Deed) -> bytes:
    told = json.dumps([ordinal, deed.customer_id, deed.event, deed.time.isoformat()])
    return hashlib.md5(told.encode()).digest()
