"""What a kind of tag is: one module with these functions, one row in the registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
from pyroaring import BitMap

from tags.rules.catalog import Catalog
from tags.rules.evaluate import Evaluation
from tags.rules.windows import Moment

Facts: TypeAlias = Mapping[str, Any]
"""What a run worked out beside the customers, as JSON: `cuts`, `means`. Kept with the run."""


@dataclass(frozen=True)
class World:
    """One moment of the data, held still while a definition is evaluated. `tag` is whose definition it is,
    None for one that belongs to no tag yet."""

    evaluation: Evaluation
    universe: BitMap
    tag: str | None = None


@dataclass(frozen=True)
class Result:
    """Value → customers, in the definition's order; of some kinds each customer's number too (customer_id,
    value), and `details`: further columns beside customer_id. Tables are sorted by customer."""

    values: dict[str, BitMap]
    numbers: pa.Table | None = None
    details: pa.Table | None = None
    facts: Facts = field(default_factory=dict)

    def everyone(self) -> BitMap:
        return BitMap.union(*self.values.values()) if self.values else BitMap()


@dataclass(frozen=True)
class Sentence:
    """One value of a definition and how it comes about, in words. Without a value it is about all of them."""

    value: str
    text: str


class ReadOut(Protocol):
    def __call__(
        self, definition: Any, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
    ) -> list[Sentence]:
        """A definition as sentences; with the facts of a run also what that run worked out."""


def no_note(row: Mapping[str, Any], language: str) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """Definitions come parsed (`tags.rules.definition`). `keep(definition, result, before, universe)` fills the
    customers who came out empty from the result before. `note` puts one customer's details into words."""

    slug: str
    evaluate: Callable[[Any, World], Result]
    keep: Callable[[Any, Result, Result, BitMap], Result]
    read_out: ReadOut
    note: Callable[[Mapping[str, Any], str], str] = no_note
