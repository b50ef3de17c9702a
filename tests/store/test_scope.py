"""Which files of the lake a question needs."""

from datetime import datetime

import pytest

from cdp.store.delta import DataFile
from cdp.store.views import scoped


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
