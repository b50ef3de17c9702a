"""A small shop whose customers and orders go through the real store."""

import hashlib
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from django.contrib.auth.models import User

from cdp.identity.models import Identifier
from cdp.store.models import Customer
from cdp.store.services import (
    attribute_register,
    batch_commit,
    batch_open,
    event_type_register,
    events_add,
    property_register,
    records_add,
)
from tags.models import Tag
from tags.services import tag_publish, tag_save

AS_OF = datetime.fromisoformat("2026-06-30T12:00:00+08:00")


class Shop:
    """`buy` and `know` add to what the store knows, one batch each."""

    def __init__(self) -> None:
        attribute_register(slug="province", kind="text", name_zh_hans="省份", name_en="province")
        event_type_register(slug="purchase", name_zh_hans="购买", name_en="purchase")
        property_register(slug="amount", kind="money", name_zh_hans="金额", name_en="amount")
        self.orders = 0

    def people(self, count: int, province: str | None = None) -> list[int]:
        batch = batch_open(source="crm")
        made = Customer.objects.bulk_create(Customer(batch=batch) for _ in range(count))
        ids = [customer.pk for customer in made]
        if province:
            self._records(batch, ids, province)
        batch_commit(batch=batch)
        return ids

    def move(self, ids: list[int], province: str) -> None:
        batch = batch_open(source="crm")
        self._records(batch, ids, province)
        batch_commit(batch=batch)

    def _records(self, batch, ids, province):
        table = pa.table({"origin_id": pa.array(ids, pa.int32()), "province": [province] * len(ids)})
        records_add(batch=batch, records=table)

    def identify(self, customer_id: int, **identifiers: str) -> None:
        batch = Customer.objects.get(pk=customer_id).batch
        for kind, value in identifiers.items():
            Identifier.objects.create(type=kind, value=value, origin_id=customer_id, batch=batch)

    def buy(self, *orders: tuple[int, str, float], event: str = "purchase") -> None:
        """Each order, or what else was done to a thing of some price: customer, UTC time, amount."""
        batch = batch_open(source="shop", channel="web")
        keys = [str(self.orders + number) for number in range(len(orders))]
        self.orders += len(orders)
        table = pa.table(
            {
                "event_id": pa.array([hashlib.md5(key.encode()).digest() for key in keys], pa.binary()),
                "origin_id": pa.array([order[0] for order in orders], pa.int32()),
                "event": [event] * len(orders),
                "time": pa.array([datetime.fromisoformat(order[1]) for order in orders], pa.timestamp("us")),
                "amount": pa.array([Decimal(str(order[2])) for order in orders], pa.decimal128(18, 2)),
            }
        )
        events_add(batch=batch, events=table)
        batch_commit(batch=batch)


def lives_in(*provinces: str) -> dict:
    return {"attribute": "province", "op": "in", "value": list(provinces)}


def bought(at_least: int = 1) -> dict:
    return {"event": "purchase", "measure": {"agg": "count"}, "window": "ever", "op": ">=", "value": at_least}


SPENT = {"event": "purchase", "agg": "sum", "property": "amount", "window": "ever"}


def labels(*layers: tuple[str, dict], **more) -> dict:
    return {"v": 1, "layers": [{"value": value, "when": when} for value, when in layers], **more}


def tag_make(slug: str, definition: dict, actor: User, **more) -> Tag:
    """A published tag, not yet computed."""
    kind = "measure" if "measure" in definition else "labels"
    tag = tag_save(slug=slug, kind=kind, definition=definition, actor=actor, **more)
    tag_publish(tag=tag, actor=actor)
    return tag
