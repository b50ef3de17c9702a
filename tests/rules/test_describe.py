"""Whatever can be asked can be read out, in every language, and says when and where."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from tags.rules.canonical import canonical, fingerprint
from tags.rules.describe import describe
from tags.rules.phrases import PHRASES
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests.tags.builder.rules import CATALOG, rules

MOMENT = Moment(datetime(2026, 11, 21, 12, tzinfo=UTC), "Asia/Shanghai")


@settings(max_examples=150, deadline=None)
@given(rules)
def test_every_rule_reads_in_every_language_and_keeps_its_meaning_in_canonical_form(rule: Any) -> None:
    node = read_rule(rule, CATALOG)
    for language in PHRASES:
        text = describe(node, CATALOG, MOMENT, language)
        assert text.strip()
        assert not re.search(r"\{[a-z]{2,}\}|Decimal\(|Unit\.", text)
    assert canonical(canonical(node)) == canonical(node)
    assert fingerprint(canonical(node)) == fingerprint(node)


BOUGHT = {"event": "purchase"}
QUIET = {"quiet": {"n": 30, "unit": "day"}, "after": {"n": 60, "unit": "day"}}


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        (
            {"sequence": [BOUGHT, BOUGHT], "within": {"n": 1, "unit": "day"}, "window": {"this": "day"}},
            ["11-21 00:00"],
        ),
        ({"regular": {**BOUGHT, "per": "year", "in": 1, "of": 2}}, ["2024-01-01 00:00", "2026-01-01 00:00"]),
        ({"first": {**BOUGHT, "window": {"previous": "year"}}}, ["2025-01-01 00:00", "2026-01-01 00:00"]),
        ({"stopped": {**BOUGHT, **QUIET}}, ["2026-08-23 00:00", "2026-10-22 00:00", "2026-11-21 20:00"]),
        ({"resumed": {**BOUGHT, **QUIET}}, ["2026-08-23 00:00", "2026-09-22 00:00", "2026-11-21 20:00"]),
        ({"rank": {"measure": {**BOUGHT, "window": {"this": "year"}}, "top": 3}}, ["2026-01-01 00:00"]),
        (
            {"attribute": "age", "op": ">", "value": {"measure": {**BOUGHT, "window": {"this": "year"}}}},
            ["2026-01-01 00:00"],
        ),
        ({"attribute": "birthday", "op": "within_last", "value": {"n": 7, "unit": "day"}}, ["2026-11-14 00:00"]),
    ],
)
@pytest.mark.parametrize("language", list(PHRASES))
def test_the_resolved_dates_and_the_zone_are_told(rule: Any, texts: list[str], language: str) -> None:
    said = describe(read_rule(rule, CATALOG), CATALOG, MOMENT, language)
    assert "Asia/Shanghai" in said
    assert [text for text in texts if text not in said] == []


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ([[30, 120], [30, 121], [31, 121], [31, 120]], "latitude 30 to 31, longitude 120 to 121"),
        ([[31, 120], [30, 120], [30, 121], [31, 121]], "latitude 30 to 31, longitude 120 to 121"),
        ([[30, 120], [31, 121], [30, 121], [31, 120]], "corners (30, 120), (31, 121), (30, 121), (31, 120)"),
        ([[n, n * n] for n in range(10)], "(7, 49) and more, 10 in all"),
    ],
)
def test_a_region_is_told_by_its_sides_or_its_corners(corners: Any, said: str) -> None:
    rule = {"attribute": "home", "op": "in_region", "value": {"polygon": corners}}
    assert said in describe(read_rule(rule, CATALOG), CATALOG, MOMENT, "en")
