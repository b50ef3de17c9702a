"""The cast, stored by the product itself, is judged as the oracle judges it."""

from itertools import groupby

import pyarrow as pa
import pytest

from cdp.store.lake import snapshot
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
from tags.rules.evaluate import evaluate
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests import oracle
from tests.rules.memory_lake import MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, ZONE, events_table, profiles_table

RULES = (
    {"event": "purchase", "op": ">=", "value": 3},
    {"event": "purchase", "window": {"last": 30, "unit": "day"}},
    {"event": "purchase", "op": "<", "value": 1, "window": {"previous": "month"}},
    {"event": "*", "where": {"property": "channel", "op": "in", "value": ["tmall", "jd"]}},
    {"event": ["visit", "refund"], "where": [{"property": "hour", "op": ">=", "value": 19}]},
    {"event": "visit", "where": [{"property": "weekday", "op": "in", "value": [6, 7]}], "op": ">=", "value": 1},
    {"event": "purchase", "measure": {"agg": "avg", "property": "amount"}, "op": "<", "value": 33.3334},
    {"event": "purchase", "measure": {"agg": "last"}, "op": "on", "value": "2026-11-20"},
    {"event": "purchase", "where": {"property": "labels", "op": "has", "value": "双11"}},
    {"event": "purchase", "where": {"not": {"property": "gift", "op": "is_true"}}, "op": "=", "value": 3},
    {"attribute": "interests", "op": "has_none", "value": ["零食"]},
    {"attribute": "balance", "op": "<=", "value": 99.99},
    {"attribute": "birthday", "op": "anniversary_within", "value": {"n": 60, "unit": "day"}},
    {"attribute": "registered_at", "op": "within_last", "value": {"n": 30, "unit": "day"}},
    {"attribute": "home", "op": "exists"},
    {"not": {"attribute": "subscribed", "op": "is_true"}},
)


def store_the_cast() -> None:
    for slug, kind in CAST.attributes.items():
        attribute_register(slug=slug, kind=kind)
    for slug, kind in CAST.properties.items():
        property_register(slug=slug, kind=kind)
    for slug in CAST.events:
        event_type_register(slug=slug)
    people = batch_open(source="crm")
    for person in CAST.people:
        Customer.objects.create(pk=person.id, batch=people)
    records_add(batch=people, records=profiles_table(CAST).rename_columns({"customer_id": "origin_id"}))
    batch_commit(batch=people)
    given = ["event_id", "origin_id", "event", "time", *CAST.properties]
    rows = sorted(events_table(CAST).to_pylist(), key=lambda row: (row["channel"], row["source"]))
    for (channel, source), told in groupby(rows, key=lambda row: (row["channel"], row["source"])):
        batch = batch_open(source=source, channel=channel)
        table = pa.Table.from_pylist(list(told), schema=events_table(CAST).schema).select(given)
        events_add(batch=batch, events=table)
        batch_commit(batch=batch)


@pytest.mark.django_db
def test_the_cast_in_the_lake_is_judged_as_by_the_oracle() -> None:
    store_the_cast()
    with snapshot() as lake:
        for rule in RULES:
            node = read_rule(rule, catalog_of(CAST))
            found = evaluate(node, lake=lake, moment=Moment(AS_OF, ZONE), members=MemoryMembers(CAST))
            assert set(found) == oracle.members(node, CAST, AS_OF), rule
