"""What a kind of tag is: one module with these functions, one row in the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyroaring import BitMap

from tags.rules.catalog import Catalog
from tags.rules.evaluate import Evaluation
from tags.rules.windows import Moment


@dataclass(frozen=True)
class World:
    """One moment of the data, held still while a definition is evaluated."""

    evaluation: Evaluation
    universe: BitMap


@dataclass(frozen=True)
class Result:
    """Value → customers, in the definition's order; for a measure also each customer's number."""

    values: dict[str, BitMap]
    numbers: pa.Table | None = None

    def everyone(self) -> BitMap:
        return BitMap.union(*self.values.values()) if self.values else BitMap()


@dataclass(frozen=True)
class Sentence:
    """One value of a definition and how it comes about, in words. The value of a measure is empty."""

    value: str
    text: str


@dataclass(frozen=True)
class Kind:
    """Definitions come parsed (`tags.rules.definition`). `keep(definition, result, before, universe)` fills the
    customers who came out empty from the result before; `read_out` gives a definition as sentences."""

    slug: str
    evaluate: Callable[[Any, World], Result]
    keep: Callable[[Any, Result, Result, BitMap], Result]
    read_out: Callable[[Any, Catalog, Moment, str], list[Sentence]]
