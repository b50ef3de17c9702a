"""A dashboard of a segment of a million: how long until it is drawn, and until it is shown again.

A million customers with seven attributes, twenty million events, eight computed tags. `cold_s` is one drawing of
all charts when nothing of it is known yet, `warm_ms` the page once it is drawn (the server's time, p95),
`first_paint_ms` the page that is answered before any chart is, `compared_s` five segments one after the other,
cold. `renewed_s` is the drawing of the next state of the data, in which ten thousand of them bought once more, by
the process that drew the state before. The bare limit in the same run: the engine counting the customers of each
day, which is less than one chart needs.
"""

import time
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.spread import percentile_ms
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import prepare_copy
from benchmarks.tags_many import tags_make
from benchmarks.tags_world import CUSTOMERS, EVENTS, SEED

TAGS, ROUNDS, ASKED = 8, 3, 20
CAME = 10_000
PROVINCES = ("浙江省", "江苏省", "广东省", "上海市", "四川省", "北京市", "湖北省", "山东省")
LEVELS = ("普通会员", "银卡会员", "金卡会员", "黑金会员")
INTERESTS = ("骑行", "烘焙", "摄影", "露营", "游戏", "阅读")
# Everybody who did anything, and four parts of them.
SEGMENTS: dict[str, dict[str, Any]] = {
    "everybody": {"event": "*"},
    "buyers": {"event": "purchase"},
    "cart": {"event": "add_to_cart", "window": {"last": 180, "unit": "day"}},
    "east": {"attribute": "province", "op": "in", "value": ["浙江省", "江苏省", "上海市"]},
    "returns": {"event": "refund"},
}


def run() -> dict[str, Any]:
    prepare_copy("persona")
    _world_make()
    cold, bare, compared, renewed = [], [], [], []
    for number in range(ROUNDS):
        _changed(number)
        cold.append(_seconds(lambda: _drawn("everybody")))
        bare.append(_seconds(_bare))
        _bought(number)
        renewed.append(_seconds(lambda: _drawn("everybody")))
        _changed(number + ROUNDS)
        compared.append(_seconds(lambda: [_drawn(slug) for slug in SEGMENTS]))
        print(f"cold {cold[-1]:.2f} s, renewed {renewed[-1]:.2f} s, five {compared[-1]:.2f} s", flush=True)
    first, warm = _pages()
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "members": _members(),
        "charts": _drawn("everybody"),
        "cold_s": round(median(cold), 2),
        "renewed_s": round(median(renewed), 2),
        "compared_s": round(median(compared), 2),
        "bare_s": round(median(bare), 2),
        "ratio": round(median(cold) / median(bare), 2),
        "first_paint_ms": first,
        "warm_ms": percentile_ms(warm, 95),
    }


def _world_make() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from cdp.ledger.services import job_run
    from segments.models import Refresh
    from segments.refresh import refresh_create, refresh_run
    from segments.services import segment_save

    call_command("collectstatic", interactive=False, verbosity=0)
    _attributes_give()
    tags_make(TAGS)
    actor = User.objects.get(username="bench")
    for slug, rule in SEGMENTS.items():
        segment_save(slug=slug, rule=rule, actor=actor, names={"en": slug})
    refresh = refresh_create(as_of=MOMENT.as_of + timedelta(hours=1))
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    if refresh.state != "done":
        raise AssertionError(refresh.problems)


def _attributes_give() -> None:
    from cdp.store.lake import snapshot
    from cdp.store.models import Attribute
    from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

    kinds = {"gender": "text", "province": "text", "city": "text", "member_level": "text"}
    kinds |= {"age": "number", "income": "money", "interests": "list"}
    for slug, kind in kinds.items():
        if not Attribute.objects.filter(slug=slug).exists():
            attribute_register(slug=slug, kind=kind)
    with snapshot() as lake:
        ids = np.asarray(lake.universe().to_array(), dtype=np.int32)
    batch = batch_open(source="bench crm")
    records_add(batch=batch, records=_profiles(ids, set(kinds)))
    batch_commit(batch=batch)


def _profiles(ids: np.ndarray, wanted: set[str]) -> pa.Table:
    dice, count = np.random.default_rng(SEED), len(ids)
    place = dice.integers(0, len(PROVINCES), count)
    columns = {
        "gender": pa.array(np.array(["female", "male"])[dice.integers(0, 2, count)]),
        "province": pa.array(np.array(PROVINCES)[place]),
        "city": pa.array(np.char.add(np.array(PROVINCES)[place], dice.integers(0, 12, count).astype(str))),
        "member_level": pa.array(np.array(LEVELS)[dice.integers(0, len(LEVELS), count)]),
        "age": pa.array(dice.integers(16, 70, count).astype(float)),
        "income": pa.array(np.round(dice.lognormal(8.8, 0.6, count), 2)).cast(pa.decimal128(18, 2), safe=False),
        "interests": pa.array([[INTERESTS[one], INTERESTS[two]] for one, two in dice.integers(0, 6, (count, 2))]),
    }
    return pa.table({"origin_id": pa.array(ids), **{slug: columns[slug] for slug in sorted(wanted)}})


def _changed(number: int) -> None:
    """Something came in, to a process that has drawn nothing yet."""
    from cdp.store.models import Customer
    from cdp.store.services import batch_commit, batch_open, records_add
    from segments.dashboards import states

    states.forget()
    first = Customer.objects.order_by("pk").values_list("pk", flat=True).first()
    batch = batch_open(source="bench crm")
    records_add(
        batch=batch, records=pa.table({"origin_id": pa.array([first], pa.int32()), "age": [float(20 + number)]})
    )
    batch_commit(batch=batch)


def _bought(number: int) -> None:
    """Some of the customers bought something in the last hour."""
    from cdp.store.lake import snapshot
    from cdp.store.services import batch_commit, batch_open, events_add

    dice = np.random.default_rng([SEED, number])
    with snapshot() as lake:
        ids = np.asarray(lake.universe().to_array(), dtype=np.int32)
    batch = batch_open(source="bench shop", channel="app")
    seconds = dice.integers(0, 3600, CAME).astype("timedelta64[s]")
    rows = {
        "event_id": pa.array([b"%08d%08d" % (batch.pk, place) for place in range(CAME)], pa.binary()),
        "origin_id": dice.choice(ids, CAME, replace=False),
        "event": ["purchase"] * CAME,
        "time": np.datetime64(MOMENT.as_of.replace(tzinfo=None) - timedelta(hours=1), "us") + seconds,
        "amount": dice.integers(1, 500, CAME).astype(float),
        "category": ["snacks"] * CAME,
    }
    events_add(batch=batch, events=pa.table(rows))
    batch_commit(batch=batch)


def _drawn(slug: str) -> int:
    """Draw a segment's dashboard as the worker does, and say how many charts it has."""
    from cdp.store.lake import snapshot
    from segments.dashboards.content import content_of
    from segments.dashboards.opening import group_open
    from segments.models import Segment

    segment = Segment.objects.select_related("run").get(slug=slug)
    with snapshot() as lake:
        content = content_of(group_open(segment, lake, "zh-hans"), lambda done, total, step: None)
    return sum(len(section["charts"]) for section in content["sections"])


def _bare() -> None:
    from cdp.engine import engine
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        engine().frame(lake.name, "SELECT day, count(DISTINCT customer_id) FROM events GROUP BY day")


def _pages() -> tuple[float, list[float]]:
    """The page as it is answered while its charts are drawn elsewhere, and again when they are there."""
    from django.contrib.auth.models import User
    from django.test import Client

    from cdp.ledger.services import job_run
    from segments.dashboards.models import Render
    from segments.dashboards.services import render_draw

    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(User.objects.get(username="bench"))
    address = "/personas/segment/everybody/"
    first = _seconds(lambda: client.get(address))
    job_run(Render, Render.objects.latest("pk").pk, render_draw)
    client.get(address)
    return round(1000 * first, 1), [_seconds(lambda: client.get(address)) for _ in range(ASKED)]


def _members() -> int:
    from cdp.access.viewer import SYSTEM
    from segments.selectors import segment_members

    return len(segment_members(SYSTEM, "everybody"))


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
