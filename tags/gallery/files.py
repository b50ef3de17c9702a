"""The files of the gallery: texts in three languages, a rule as JSON. Read once a process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..rules.catalog import Catalog, Field, Names

HERE = Path(__file__).parent


@dataclass(frozen=True)
class ReadyRule:
    """A rule somebody may begin with. `finds`: in one sentence, whom."""

    slug: str
    position: int
    icon: str
    names: Names
    finds: Names
    rule: Mapping[str, Any]

    @property
    def as_tag(self) -> dict[str, Any]:
        """The definition of a tag that says just this."""
        layer = {"value": self.names["zh-hans"], "names": dict(self.names), "when": rule_bare(self.rule)}
        return {"v": 1, "layers": [layer]}


def rule_bare(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as it stands within another: the number of its language belongs to the whole."""
    return {key: value for key, value in rule.items() if key != "v"}


@cache
def ready_rules() -> dict[str, ReadyRule]:
    """By short name, the most wanted first."""
    found = [ReadyRule(slug=path.stem, **json_read(path)) for path in (HERE / "rules").glob("*.json")]
    return {ready.slug: ready for ready in sorted(found, key=lambda ready: (ready.position, ready.slug))}


@cache
def words() -> Catalog:
    """What files like these may be built on, as if everything were there: kinds and names."""
    told = json_read(HERE / "words.json")
    return Catalog(
        attributes={slug: Field(word["kind"], word["names"]) for slug, word in told["attributes"].items()},
        events={slug: word["names"] for slug, word in told["events"].items()},
        properties={slug: Field(word["kind"], word["names"]) for slug, word in told["properties"].items()},
    )


def json_read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
