"""Hundreds of published tags over the world of `bench tags`: two thirds labels, one third measures."""

import random
from typing import Any

from benchmarks.tags import MOMENT
from benchmarks.tags_rules import WINDOWS, rules
from benchmarks.tags_world import SEED

MEASURES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("purchase", {"agg": "sum", "property": "amount"}),
    ("purchase", {"agg": "count"}),
    ("purchase", {"agg": "avg", "property": "amount"}),
    ("browse", {"agg": "days"}),
    ("browse", {"agg": "days_since_last"}),
    ("add_to_cart", {"agg": "count"}),
    ("favourite", {"agg": "count"}),
    ("login", {"agg": "days"}),
)
BINS = ({"value": "low", "below": 3}, {"value": "middle", "below": 300}, {"value": "high"})


def tags_make(count: int) -> None:
    """Publish so many tags through the services, with different rules, none computed yet."""
    from django.contrib.auth.models import User

    from tags.services import tag_publish, tag_save

    actor = User.objects.create_superuser("bench")
    for number, (kind, definition) in enumerate(_definitions(count)):
        slug = f"tag{number:03d}"
        tag = tag_save(slug=slug, kind=kind, definition=definition, actor=actor, names={"en": f"Tag {number}"})
        tag_publish(tag=tag, actor=actor)


def _definitions(count: int) -> list[tuple[str, dict[str, Any]]]:
    dice = random.Random(SEED)
    asked = iter(rules(MOMENT, 2 * count, seed=SEED + 1))
    return [
        ("measure", _measure(dice))
        if number % 3 == 2
        else ("labels", _labels([next(asked).json for _ in range(2)]))
        for number in range(count)
    ]


def _labels(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    layers = [{"value": f"value{i}", "when": when} for i, when in enumerate(conditions)]
    return {"v": 1, "layers": layers}


def _measure(dice: random.Random) -> dict[str, Any]:
    event, measure = dice.choice(MEASURES)
    return {"v": 1, "measure": {"event": event, "window": dice.choice(WINDOWS), **measure}, "bins": list(BINS)}
