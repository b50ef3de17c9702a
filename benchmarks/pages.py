"""How long the server takes for each page, with 1 M customers, 20 M events, 300 tags and 200 segments.

The pages are found in the address table, so a new one is measured without being named here: all whose addresses
need nothing, and those of one tag, segment or customer, of many of them in turn. What may not be asked for by GET,
answers with something else than a page, or leads elsewhere is left out. `queries` is the most that any page asked
of the database, and `queries_vary` names the pages that asked more often for one object than for another.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from benchmarks.spread import percentile_ms
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import prepare_copy
from benchmarks.tags_many import tags_make
from benchmarks.tags_rules import rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, SEED

TAGS, SEGMENTS = 300, 200
ASKED = int(os.environ.get("BENCH_ASKED", "20"))
WARM = 2
SLOWEST = 8
# Stock pages of Django, addresses of machines, and what is logged out by.
LEFT_OUT = re.compile(r"^(admin/|api/|v1|i18n/|healthz|jobs/|static/)|\.(csv|xlsx|json)")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass
class Asked:
    seconds: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)


def run() -> dict[str, Any]:
    # What a page asks a worker to do is only noted.
    os.environ["CELERY_BROKER_URL"] = "memory://"
    prepare_copy("pages")
    _world_make()
    found = {name: asked for name, path in sorted(_pages().items()) if (asked := _asked(path)) is not None}
    worst = sorted(found, key=lambda name: -percentile_ms(found[name].seconds, 95))
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "tags": TAGS,
        "segments": SEGMENTS,
        "pages": len(found),
        "p95_ms": percentile_ms(found[worst[0]].seconds, 95),
        "slowest": {name: percentile_ms(found[name].seconds, 95) for name in worst[:SLOWEST]},
        "queries": max(max(asked.queries) for asked in found.values()),
        "queries_vary": {
            name: sorted(asked.queries) for name, asked in found.items() if len(asked.queries) > 1 and "<" in name
        },
    }


def _world_make() -> None:
    """Tags and segments with results in use, worked out twice, so that there is something to compare."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from cdp.ledger.services import job_run
    from segments.models import Refresh
    from segments.refresh import refresh_create, refresh_run
    from segments.services import segment_save

    call_command("collectstatic", interactive=False, verbosity=0)
    tags_make(TAGS)
    actor = User.objects.get(username="bench")
    for number, rule in enumerate(rules(MOMENT, SEGMENTS, seed=SEED + 2)):
        segment_save(slug=f"segment{number:03d}", rule=rule.json, actor=actor, names={"en": f"Segment {number}"})
    for hours in range(2):
        refresh = refresh_create(as_of=MOMENT.as_of + timedelta(hours=hours))
        job_run(Refresh, refresh.pk, refresh_run)
        refresh.refresh_from_db()
        if refresh.state != "done":
            raise AssertionError(refresh.problems)


def _pages() -> dict[str, Callable[[random.Random], str]]:
    """A page's address as the table has it → one of its addresses."""
    from django.urls import get_resolver

    return {
        route: path
        for route in _routes(get_resolver())
        if not LEFT_OUT.search(route) and (path := _path(route)) is not None
    }


def _routes(resolver: Any, before: str = "") -> Iterator[str]:
    from django.urls import URLPattern

    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _routes(entry, route)


def _path(route: str) -> Callable[[random.Random], str] | None:
    """How to fill its parameters, or None where it is about something else than tags, segments and customers."""
    if route.startswith("^") or "(?P" in route:
        return None
    kind = next(
        (one for one in ("tags/", "segments/", "personas/segment/", "customers/") if route.startswith(one)), ""
    )
    given: dict[str, Callable[[random.Random], str]] = {
        "tags/": lambda dice: f"tag{dice.randrange(TAGS):03d}",
        "segments/": lambda dice: f"segment{dice.randrange(SEGMENTS):03d}",
        "personas/segment/": lambda dice: f"segment{dice.randrange(SEGMENTS):03d}",
        "customers/": lambda dice: str(dice.randint(1, CUSTOMERS)),
    }
    names, kind = PARAMETER.findall(route), next((one for one in given if route.startswith(one)), "")
    if not names:
        return lambda dice: "/" + route
    if names in (["slug"], ["pk"]) and kind:
        return lambda dice: "/" + PARAMETER.sub(given[kind](dice), route)
    return None


def _asked(path: Callable[[random.Random], str]) -> Asked | None:
    """None for what is not a page."""
    from django.contrib.auth.models import User
    from django.db import connection, reset_queries
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    dice, asked = random.Random(SEED), Asked()
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(User.objects.get(username="bench"))
    for turn in range(WARM + ASKED):
        address = path(dice)
        # It keeps the last few thousand only, and what is counted is how many there are more.
        reset_queries()
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        taken = time.perf_counter() - started
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            if answer.status_code >= 500:
                raise AssertionError(f"{address} answers {answer.status_code}")
            return None
        if turn >= WARM:
            asked.seconds.append(taken)
            asked.queries.add(len(queries))
    return asked
