"""Windows and dates become exact bounds: month ends, leap days, midnights, changing clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tags.rules.nodes import Ago, Ahead, Span, StartOf, Unit
from tags.rules.parse_windows import read_window
from tags.rules.reading import Reading
from tags.rules.sides import anniversary_ranges
from tags.rules.windows import (
    Bounds,
    Moment,
    covered,
    elapsed,
    last_span,
    next_span,
    periods,
    resolve,
    resumed_bounds,
    stopped_bounds,
)
from tests.world import ZONE, at


def bounds(window: Any, as_of: str, zone: str = ZONE) -> Bounds:
    read = read_window(Reading(), window, ())
    assert read is not None
    return resolve(read, at(as_of).replace(tzinfo=ZoneInfo(zone)), zone)


def days(n: int, unit: str = "day") -> dict[str, Any]:
    return {"last": n, "unit": unit}


@pytest.mark.parametrize(
    ("window", "as_of", "start", "end"),
    [
        (days(30), "2026-11-21 20:00", "2026-10-22 00:00", "2026-11-21 20:00"),
        (days(30) | {"complete": True}, "2026-11-21 20:00", "2026-10-22 00:00", "2026-11-21 00:00"),
        (days(1), "2026-11-21 00:00", "2026-11-20 00:00", "2026-11-21 00:00"),
        (days(0), "2026-11-21 20:00", "2026-11-21 00:00", "2026-11-21 20:00"),
        (days(2, "week"), "2026-11-21 20:00", "2026-11-07 00:00", "2026-11-21 20:00"),
        (days(36, "hour"), "2026-11-21 20:30", "2026-11-20 08:30", "2026-11-21 20:30"),
        (days(1, "month"), "2026-03-31 09:00", "2026-02-28 00:00", "2026-03-31 09:00"),
        (days(1, "month"), "2024-03-31 09:00", "2024-02-29 00:00", "2024-03-31 09:00"),
        (days(1, "quarter"), "2026-05-31 09:00", "2026-02-28 00:00", "2026-05-31 09:00"),
        (days(1, "year"), "2024-02-29 09:00", "2023-02-28 00:00", "2024-02-29 09:00"),
        (days(12, "month"), "2026-01-15 09:00", "2025-01-15 00:00", "2026-01-15 09:00"),
        ({"previous": "hour"}, "2026-11-21 20:30", "2026-11-21 19:00", "2026-11-21 20:00"),
        ({"previous": "day"}, "2026-01-01 00:00", "2025-12-31 00:00", "2026-01-01 00:00"),
        ({"previous": "week"}, "2026-11-22 23:00", "2026-11-09 00:00", "2026-11-16 00:00"),
        ({"previous": "month"}, "2026-03-31 09:00", "2026-02-01 00:00", "2026-03-01 00:00"),
        ({"previous": "quarter"}, "2026-01-02 09:00", "2025-10-01 00:00", "2026-01-01 00:00"),
        ({"previous": "year"}, "2026-01-02 09:00", "2025-01-01 00:00", "2026-01-01 00:00"),
        ({"this": "hour"}, "2026-11-21 20:30", "2026-11-21 20:00", "2026-11-21 20:30"),
        ({"this": "day"}, "2026-11-21 20:30", "2026-11-21 00:00", "2026-11-21 20:30"),
        ({"this": "week"}, "2026-11-22 20:30", "2026-11-16 00:00", "2026-11-22 20:30"),
        ({"this": "month"}, "2026-11-01 00:00", "2026-11-01 00:00", "2026-11-01 00:00"),
        ({"this": "quarter"}, "2026-12-31 20:30", "2026-10-01 00:00", "2026-12-31 20:30"),
        ({"this": "year"}, "2026-12-31 20:30", "2026-01-01 00:00", "2026-12-31 20:30"),
        ({"between_ago": [60, 30], "unit": "day"}, "2026-11-21 20:00", "2026-09-22 00:00", "2026-10-22 00:00"),
        ({"between_ago": [2, 1], "unit": "month"}, "2026-05-31 20:00", "2026-03-31 00:00", "2026-04-30 00:00"),
        ({"between_ago": [3, 1], "unit": "hour"}, "2026-11-21 20:30", "2026-11-21 17:30", "2026-11-21 19:30"),
        ({"from": "2026-06-01", "to": "2026-06-18"}, "2026-11-21 20:00", "2026-06-01 00:00", "2026-06-18 00:00"),
        ({"from": "2026-06-01 08:30"}, "2026-11-21 20:00", "2026-06-01 08:30", "2026-11-21 20:00"),
        ({"from": "2026-06-01", "to": "2027-01-01"}, "2026-11-21 20:00", "2026-06-01 00:00", "2026-11-21 20:00"),
    ],
)
def test_a_window_has_exact_bounds(window: Any, as_of: str, start: str, end: str) -> None:
    found = bounds(window, as_of)
    assert (found.start, found.end) == (at(start), at(end))
    # Shanghai is eight hours ahead all year.
    assert found.start_utc == at(start).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC).replace(tzinfo=None)
    assert (found.end - found.end_utc).total_seconds() == 8 * 3600


def test_ever_has_no_start_but_ends_at_as_of() -> None:
    found = bounds("ever", "2026-11-21 20:00")
    assert (found.start, found.start_utc, found.first_month) == (None, None, None)
    assert found.end_utc == at("2026-11-21 12:00")


def test_months_to_read_are_the_ones_the_window_touches() -> None:
    found = bounds(days(30), "2026-11-21 20:00")
    assert (found.first_month, found.last_month) == ("2026-10", "2026-11")
    # Midnight of the first belongs to the month before: the window ends there, exclusively.
    assert bounds({"previous": "month"}, "2026-11-01 00:00").last_month == "2026-10"


def test_a_day_of_23_hours_starts_at_its_own_midnight() -> None:
    """New York changes its clock on 8 March 2026."""
    found = bounds(days(1), "2026-03-09 12:00", "America/New_York")
    assert (found.start_utc, found.end_utc) == (at("2026-03-08 05:00"), at("2026-03-09 16:00"))
    rolled = bounds(days(24, "hour"), "2026-03-08 12:00", "America/New_York")
    assert (rolled.start_utc, rolled.start) == (at("2026-03-07 16:00"), at("2026-03-07 11:00"))


def stretch(found: Bounds) -> tuple:
    """Its two ends by the wall clock; in Shanghai UTC is always eight hours behind."""
    for local, utc in ((found.start, found.start_utc), (found.end, found.end_utc)):
        assert local is None or local - utc == timedelta(hours=8)
    return found.start, found.end


@pytest.mark.parametrize(
    ("quiet", "after", "as_of", "edges"),
    [
        (Span(30, Unit.DAY), Span(60, Unit.DAY), "2026-11-21 20:00", ("2026-08-23", "2026-10-22")),
        (Span(1, Unit.MONTH), Span(2, Unit.MONTH), "2026-03-31 09:00", ("2025-12-28", "2026-02-28")),
        (Span(1, Unit.YEAR), Span(1, Unit.WEEK), "2024-02-29 09:00", ("2023-02-21", "2023-02-28")),
        (Span(6, Unit.HOUR), Span(12, Unit.HOUR), "2026-11-21 08:30", ("2026-11-20 14:30", "2026-11-21 02:30")),
        (Span(10, Unit.HOUR), Span(1, Unit.DAY), "2026-11-21 08:30", ("2026-11-19", "2026-11-20 22:30")),
        (Span(1, Unit.DAY), Span(6, Unit.HOUR), "2026-11-21 08:30", ("2026-11-19 18:00", "2026-11-20")),
    ],
)
def test_who_stopped_was_active_before_the_silent_stretch(
    quiet: Span, after: Span, as_of: str, edges: tuple
) -> None:
    active, silent = stopped_bounds(quiet, after, Moment(at(as_of).replace(tzinfo=ZoneInfo(ZONE)), ZONE))
    assert stretch(active) == (at(edges[0]), at(edges[1]))
    assert stretch(silent) == (at(edges[1]), at(as_of))


def test_who_resumed_was_silent_before_the_active_stretch() -> None:
    moment = Moment(at("2026-11-21 20:00").replace(tzinfo=ZoneInfo(ZONE)), ZONE)
    before, silent, active = resumed_bounds(Span(60, Unit.DAY), Span(30, Unit.DAY), moment)
    assert stretch(before) == (None, at("2026-08-23"))
    assert stretch(silent) == (at("2026-08-23"), at("2026-10-22"))
    assert stretch(active) == (at("2026-10-22"), at("2026-11-21 20:00"))


@pytest.mark.parametrize(
    ("per", "of", "as_of", "edges"),
    [
        (Unit.MONTH, 3, "2026-02-28 23:59", ("2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01")),
        (Unit.MONTH, 1, "2026-03-01 00:00", ("2026-02-01", "2026-03-01")),
        (Unit.WEEK, 2, "2026-11-22 20:00", ("2026-11-02", "2026-11-09", "2026-11-16")),
        (Unit.DAY, 2, "2024-03-01 00:00", ("2024-02-28", "2024-02-29", "2024-03-01")),
        (Unit.QUARTER, 2, "2026-05-31 09:00", ("2025-10-01", "2026-01-01", "2026-04-01")),
        (Unit.YEAR, 1, "2026-12-31 23:59", ("2025-01-01", "2026-01-01")),
        (Unit.HOUR, 2, "2026-11-21 00:30", ("2026-11-20 22:00", "2026-11-20 23:00", "2026-11-21 00:00")),
    ],
)
def test_periods_are_the_complete_ones_before(per: Unit, of: int, as_of: str, edges: tuple) -> None:
    found = periods(per, of, Moment(at(as_of).replace(tzinfo=ZoneInfo(ZONE)), ZONE))
    assert [stretch(bounds) for bounds in found] == list(pairwise(map(at, edges)))


def test_periods_have_no_gap_where_the_clock_changes() -> None:
    """New York, 8 March 2026: Sunday has 23 hours."""
    moment = Moment(at("2026-03-09 12:00").replace(tzinfo=ZoneInfo("America/New_York")), "America/New_York")
    [saturday, sunday] = periods(Unit.DAY, 2, moment)
    assert (saturday.end_utc, sunday.start_utc) == (at("2026-03-08 05:00"), at("2026-03-08 05:00"))
    assert sunday.end_utc == at("2026-03-09 04:00")


def test_what_is_measured_from_an_event_has_a_fixed_length() -> None:
    assert elapsed(Span(36, Unit.HOUR)) == timedelta(hours=36)
    assert elapsed(Span(2, Unit.WEEK)) == timedelta(days=14)
    with pytest.raises(ValueError, match="no fixed length"):
        elapsed(Span(1, Unit.MONTH))


def test_as_of_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment(at("2026-11-21"), ZONE)


MOMENT = Moment(datetime(2026, 11, 21, 12, 30, tzinfo=UTC), ZONE)


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        (at("2026-06-18").date(), "2026-06-18 00:00", "2026-06-19 00:00"),
        (Ago(30, Unit.DAY), "2026-10-22 00:00", "2026-10-23 00:00"),
        (Ahead(7, Unit.DAY), "2026-11-28 00:00", "2026-11-29 00:00"),
        (Ago(9, Unit.MONTH), "2026-02-21 00:00", "2026-02-22 00:00"),
        (StartOf(Unit.QUARTER), "2026-10-01 00:00", "2026-10-02 00:00"),
        (Ago(2, Unit.HOUR), "2026-11-21 18:30", "2026-11-21 18:30:00.000001"),
        (StartOf(Unit.HOUR), "2026-11-21 20:00", "2026-11-21 20:00:00.000001"),
        (at("2026-06-18 08:00"), "2026-06-18 08:00", "2026-06-18 08:00:00.000001"),
    ],
)
def test_a_date_without_a_time_of_day_is_its_whole_day(value: Any, start: str, end: str) -> None:
    found = covered(value, MOMENT)
    assert (found.start, found.end) == (at(start), at(end))


def test_the_last_days_end_now_and_the_next_days_begin_today() -> None:
    last, coming = last_span(Span(7, Unit.DAY), MOMENT), next_span(Span(7, Unit.DAY), MOMENT)
    assert (last.start, last.end) == (at("2026-11-14"), at("2026-11-21 20:30"))
    assert (coming.start, coming.end) == (at("2026-11-21"), at("2026-11-29"))


@pytest.mark.parametrize(
    ("first", "last", "ranges"),
    [
        ("2026-11-21", "2026-11-28", ((1121, 1128),)),
        ("2026-12-28", "2027-01-04", ((1228, 1231), (101, 104))),
        ("2026-02-26", "2026-02-28", ((226, 229),)),
        ("2024-02-26", "2024-02-28", ((226, 228),)),
        ("2026-01-01", "2027-06-01", ((101, 1231),)),
    ],
)
def test_anniversaries_wrap_round_the_year(first: str, last: str, ranges: tuple) -> None:
    assert anniversary_ranges(at(first).date(), at(last).date()) == ranges
