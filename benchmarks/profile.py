"""All tags of one customer, out of three hundred: what the customer's page asks for in its process, and the profile
API over a real web server (`profile_served.py`)."""

import random
import shutil
import time
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from benchmarks.memory import resident_mib
from benchmarks.place import place, prepare
from benchmarks.profile_served import served
from benchmarks.spread import percentile_ms
from benchmarks.tags_many import tags_make
from benchmarks.tags_world import SCALE, SEED

TAGS = 300
CUSTOMERS = int(1_000_000 * SCALE)
SEGMENTS = 30
ASKED = min(2000, CUSTOMERS // 2)
WARM = 50


def run() -> dict[str, Any]:
    """What was told of every customer asked about is what was put in use, or it raises."""
    from benchmarks.tags import MOMENT

    shutil.rmtree(place("profile"))
    folder = prepare("profile")
    _customers_make()
    tags_make(TAGS)
    expected = _results_write(MOMENT.as_of)
    members = _segments_write(MOMENT.as_of)
    seconds, found = _asked()
    wrong = [customer for customer, count in found.items() if count != int(expected[customer])]
    if wrong:
        raise AssertionError(f"customers {wrong[:10]} have other numbers of tags than were given to them")
    return {
        "tags": TAGS,
        "customers": CUSTOMERS,
        "asked": ASKED,
        "found": round(sum(found.values()) / ASKED, 1),
        "p50_ms": percentile_ms(seconds, 50),
        "p99_ms": percentile_ms(seconds, 99),
        "resident_mib": round(resident_mib()),
        "segments": SEGMENTS,
        **served(folder, _asked_of_served(found, members)),
    }


def _asked_of_served(found: dict[int, int], members: list[BitMap]) -> dict[str, tuple[int, int]]:
    """Phone → how many tags and segments are to be told of whom it belongs to."""
    return {_phone(pk): (tags, sum(pk in some for some in members)) for pk, tags in found.items()}


def _phone(customer: int) -> str:
    return f"+86{13_000_000_000 + customer}"


def _customers_make() -> None:
    from benchmarks.tags_world import kinds_register
    from cdp.identity.models import Identifier
    from cdp.store.models import Customer
    from cdp.store.services import attribute_register, batch_commit, batch_open

    kinds_register()
    known = {"province": "浙江省", "gender": "female", "city": "杭州市", "points": 860.0}
    for slug, value in known.items():
        attribute_register(slug=slug, kind="text" if isinstance(value, str) else "number")
    batch = batch_open(source="bench")
    rows = (Customer(batch=batch, attributes=known) for _ in range(CUSTOMERS))
    Customer.objects.bulk_create(rows, batch_size=20_000)
    ids = Customer.objects.values_list("pk", flat=True)
    held = (Identifier(type="phone", value=_phone(pk), origin_id=pk, batch=batch) for pk in list(ids))
    Identifier.objects.bulk_create(held, batch_size=20_000)
    batch_commit(batch=batch)


def _results_write(as_of: Any) -> np.ndarray:
    """Put a random result of each tag in use, through the services; gives how many tags each customer got."""
    from cdp.ledger.services import job_run
    from cdp.store.models import Customer
    from tags.in_use import Found
    from tags.models import Tag, TagRun
    from tags.runs import put_in_use
    from tags.services import tag_runs_create

    random = np.random.default_rng(SEED)
    ids = np.array(sorted(Customer.objects.values_list("pk", flat=True)), dtype=np.uint32)
    given = np.zeros(int(ids.max()) + 1, dtype=int)
    for run in tag_runs_create(tags=Tag.objects.all(), as_of=as_of):
        some = ids[random.random(len(ids)) < random.choice((0.01, 0.1, 0.5, 0.9))]
        given[some] += 1
        result = _result(run.version.tag.kind, some, random)
        job_run(
            TagRun, run.pk, lambda claimed, result=result: put_in_use(Found(claimed, result, "bench", BitMap(ids)))
        )
    return given


def _segments_write(as_of: Any) -> list[BitMap]:
    """Put random members of each segment in use, through the services; gives them."""
    from cdp.access.viewer import SYSTEM
    from cdp.ledger.services import job_run
    from cdp.store.models import Customer
    from segments.models import SegmentRun
    from segments.runs import put_in_use
    from segments.services import segment_runs_create, segment_save

    random = np.random.default_rng(SEED)
    ids = np.array(sorted(Customer.objects.values_list("pk", flat=True)), dtype=np.uint32)
    rule = {"attribute": "province", "op": "in", "value": ["浙江省"]}
    saved = [segment_save(slug=f"segment{number:02d}", rule=rule, actor=SYSTEM) for number in range(SEGMENTS)]
    found = []
    for run in segment_runs_create(segments=saved, as_of=as_of):
        members = BitMap(ids[random.random(len(ids)) < random.choice((0.01, 0.1, 0.5))])
        job_run(
            SegmentRun,
            run.pk,
            lambda claimed, members=members: put_in_use(claimed, members, "bench", len(ids)),
        )
        found.append(members)
    return found


def _result(kind: str, some: np.ndarray, random: np.random.Generator) -> Any:
    """Two labels, or numbers in three bins, of these customers."""
    from tags.kinds import Result

    if kind == "labels":
        first = random.random(len(some)) < 0.5
        return Result({"value0": BitMap(some[first]), "value1": BitMap(some[~first])})
    numbers = random.lognormal(3, 2, len(some))
    bins = {"low": numbers < 3, "middle": (numbers >= 3) & (numbers < 300), "high": numbers >= 300}
    table = pa.table({"customer_id": some, "value": numbers})
    return Result({value: BitMap(some[those]) for value, those in bins.items()}, table)


def _asked() -> tuple[list[float], dict[int, int]]:
    """Seconds a customer, and customer → how many tags it has."""
    from cdp.access.viewer import SYSTEM
    from cdp.store.models import Customer
    from tags.selectors import tags_of

    dice = random.Random(SEED)
    ids = dice.sample(list(Customer.objects.values_list("pk", flat=True)), ASKED + WARM)
    for customer in ids[:WARM]:
        tags_of(SYSTEM, customer)
    seconds, found = [], {}
    for customer in ids[WARM:]:
        started = time.perf_counter()
        tags = tags_of(SYSTEM, customer)
        seconds.append(time.perf_counter() - started)
        found[customer] = len(tags)
    return seconds, found
