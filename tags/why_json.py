"""Explanations as JSON, for the API and the command."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from .rules.explain import Explained
from .why import TagExplained


def rule_json(rule: Explained) -> dict[str, Any]:
    """A condition and those inside it."""
    return plain(rule)


def tag_json(found: TagExplained) -> dict[str, Any]:
    return {
        "tag": found.tag.slug,
        "name": found.tag.name,
        "customer_id": found.customer_id,
        "as_of": localtime(found.as_of).isoformat(),
        "values": list(found.values),
        "labels": list(found.labels),
        "detail": found.detail,
        "differs": found.differs,
        "notes": list(found.notes),
        "layers": plain(found.layers),
        "rest": found.rest,
        "measure": plain(found.measure),
        "sentences": plain(found.sentences),
    }


def plain(value: Any) -> Any:
    """Frozen nodes as objects of their fields. Decimals are numbers, times ISO 8601 by the business's clock."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
