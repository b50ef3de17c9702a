"""Conditions that the form has no controls for: kept as they are written, and shown as their sentence."""

import json
from typing import Any

from cdp.errors import UserError
from tags.json_text import json_read
from tags.rules.catalog import Catalog
from tags.rules.describe import describe
from tags.rules.parse import CONDITIONS
from tags.rules.parse_groups import read_condition
from tags.rules.parse_measures import PROPERTIES
from tags.rules.reading import Reading
from tags.rules.validate import validate
from tags.rules.windows import Moment

PATTERNS = ("first", "stopped", "resumed", "regular")
DRAWN = ("attribute", "event", "property", "tag", "segment", "list", "sample", "rank", "sequence", *PATTERNS)


def is_drawn(rule: dict[str, Any]) -> bool:
    """Whether the form has controls for a single condition."""
    return any(kind in rule for kind in DRAWN)


def kept_text(rule: dict[str, Any]) -> str:
    return json.dumps(rule, ensure_ascii=False)


def kept_rule(text: str) -> dict[str, Any] | None:
    """The condition again; None for a text that is none, which only a tampered form can send."""
    try:
        rule = json_read(text)
    except (UserError, json.JSONDecodeError):
        return None
    return rule if isinstance(rule, dict) else None


def kept_sentence(text: str, catalog: Catalog, moment: Moment, language: str) -> str:
    """How it reads; as it is written while it names what is no longer there."""
    return rule_sentence(kept_rule(text), catalog, moment, language) or text


def rule_sentence(rule: object, catalog: Catalog, moment: Moment, language: str) -> str:
    """How a condition or group reads; nothing for one that cannot be read."""
    reading = Reading()
    node = read_condition(reading, rule, (), {**CONDITIONS, **PROPERTIES})
    if node is None or reading.problems or validate(node, catalog):
        return ""
    return describe(node, catalog, moment, language)
