"""Which files of the lake a question needs."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from cdp.store.delta import DataFile
from cdp.store.lake import snapshot
from cdp.store.services import batch_writing, events_add
from cdp.store.views import scoped
from tests.store.world import orders, people


def held(event: str, first: str = "", last: str = "") -> DataFile:
    low, high = ({"time": datetime.fromisoformat(text)} if text else {} for text in (first, last))
    return DataFile(f"{event}{first}", 1, 1, {"event": event, "month": first[:7]}, low, high)


OCTOBER = held("purchase", "2026-10-01T00:00", "2026-10-31T15:59")
NOVEMBER = held("purchase", "2026-10-31T16:00", "2026-11-30T15:00")
VISITS = held("visit", "2026-11-01T00:00", "2026-11-02T00:00")
UNKNOWN = held("visit")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("events", "start", "end", "files"),
    [
        (None, None, at("2027-01-01"), [OCTOBER, NOVEMBER, VISITS, UNKNOWN]),
        (("purchase",), None, at("2027-01-01"), [OCTOBER, NOVEMBER]),
        (("visit", "refund"), None, at("2027-01-01"), [VISITS, UNKNOWN]),
        (("purchase",), at("2026-10-31T15:59"), at("2027-01-01"), [OCTOBER, NOVEMBER]),
        (("purchase",), at("2026-10-31T15:59:01"), at("2027-01-01"), [NOVEMBER]),
        (("purchase",), None, at("2026-10-31T16:00"), [OCTOBER]),
        (None, at("2026-12-01"), at("2026-12-02"), [UNKNOWN]),
        (("refund",), None, at("2027-01-01"), []),
    ],
)
def test_only_the_files_that_may_hold_such_events(
    events: tuple, start: datetime, end: datetime, files: list
) -> None:
    assert scoped([OCTOBER, NOVEMBER, VISITS, UNKNOWN], events, start, end) == files


@dataclass(frozen=True)
class Asked:
    events: tuple[str, ...] | None
    start: datetime | None
    end: datetime


@pytest.mark.django_db
def test_what_a_question_would_read_is_told_before_it_is_asked() -> None:
    with batch_writing(source="a") as batch:
        (anna,) = people(batch, 1)
        rows = [(n, anna, "purchase", f"2026-{10 + n % 2}-0{n} 10:00:00") for n in range(1, 6)]
        events_add(batch=batch, events=orders(*rows, (9, anna, "browse", "2026-11-01 10:00:00")))
    with snapshot() as lake:
        everything = lake.scan()
        assert [(p.event, p.month, p.files, p.rows) for p in everything.parts] == [
            ("browse", "2026-11", 1, 1),
            ("purchase", "2026-10", 1, 2),
            ("purchase", "2026-11", 1, 3),
        ]
        late = lake.scan(Asked(("purchase",), at("2026-11-01T00:00"), at("2027-01-01T00:00")))
        assert (late.files, late.rows) == (1, 3)
        assert late.bytes == everything.parts[2].bytes > 0
        assert lake.scan(Asked(("refund",), None, at("2027-01-01T00:00"))).rows == 0
