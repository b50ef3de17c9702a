"""All tags of one customer, out of three hundred: what the customer's page and the API ask for."""

import random
import time
from typing import Any

from benchmarks.memory import resident_mib
from benchmarks.spread import percentile_ms
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import prepare_copy
from benchmarks.tags_many import tags_make
from benchmarks.tags_world import SEED

TAGS = 300
CUSTOMERS = 2000
WARM = 50


def run() -> dict[str, Any]:
    prepare_copy("profile")
    tags_make(TAGS)
    _refreshed()
    seconds, found = _asked()
    return {
        "tags": TAGS,
        "customers": CUSTOMERS,
        "tags_found": found,
        "p50_ms": percentile_ms(seconds, 50),
        "p99_ms": percentile_ms(seconds, 99),
        "resident_mib": round(resident_mib()),
    }


def _refreshed() -> None:
    from cdp.ledger.services import job_run
    from segments.models import Refresh
    from segments.refresh import refresh_create, refresh_run

    refresh = refresh_create(as_of=MOMENT.as_of)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    if refresh.state != "done":
        raise AssertionError(refresh.problems)


def _asked() -> tuple[list[float], int]:
    """Seconds a customer, and how many tags all of them had together."""
    from cdp.access.viewer import SYSTEM
    from cdp.store.models import Customer
    from tags.selectors import tags_of

    dice = random.Random(SEED)
    ids = dice.sample(list(Customer.objects.values_list("pk", flat=True)), CUSTOMERS + WARM)
    for customer in ids[:WARM]:
        tags_of(SYSTEM, customer)
    seconds, found = [], 0
    for customer in ids[WARM:]:
        started = time.perf_counter()
        found += len(tags_of(SYSTEM, customer))
        seconds.append(time.perf_counter() - started)
    return seconds, found
