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


class Before(Protocol):
    """A result in use."""

    @property
    def key(self) -> tuple[int, str]:
        """The run it is of, and its claim."""

    @property
    def values(self) -> Mapping[str, BitMap]: ...


@dataclass(frozen=True)
class World:
    """One moment of the data, held still while a definition is evaluated. `tag` is whose definition it is,
    None for one that belongs to no tag yet; `before` its result in use, where that is of use."""

    evaluation: Evaluation
    universe: BitMap
    tag: str | None = None
    before: Before | None = None


@dataclass(frozen=True)
class Patch:
    """The numbers of a run's result with those of some customers replaced (`tags.tables.patched`)."""

    run: int
    numbers: pa.Table


@dataclass(frozen=True)
class Result:
    """Value → customers, in the definition's order; of some kinds each customer's number too (customer_id,
    value), and `details`: further columns beside customer_id. Tables are sorted by customer. In place of the
    numbers there may be a `patch` of those in use."""

    values: dict[str, BitMap]
    numbers: pa.Table | None = None
    details: pa.Table | None = None
    facts: Facts = field(default_factory=dict)
    patch: Patch | None = None

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
