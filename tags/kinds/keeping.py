"""The last value kept by who has none now: what all kinds do alike."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from .base import Result


def keep_values(result: Result, before: Result, universe: BitMap) -> dict[str, BitMap]:
    """The values with those who came out empty put back, as far as the definition still gives the value."""
    empty, nobody = universe - result.everyone(), BitMap()
    return {value: now | (before.values.get(value, nobody) & empty) for value, now in result.values.items()}


def keep_rows(now: pa.Table | None, before: pa.Table | None, kept: BitMap) -> pa.Table | None:
    """A table by customer with the earlier rows of the kept customers; alike columns only."""
    if now is None or before is None or before.schema != now.schema:
        return now
    rows = before.filter(pc.is_in(before["customer_id"], pa.array(np.array(kept.to_array(), np.uint32))))
    return pa.concat_tables([now, rows]).sort_by("customer_id")


def keep_all(definition: object, result: Result, before: Result, universe: BitMap) -> Result:
    """Values, numbers and details of before for who has no value now."""
    values = keep_values(result, before, universe)
    kept = BitMap.union(BitMap(), *values.values()) - result.everyone()
    return Result(
        values,
        keep_rows(result.numbers, before.numbers, kept),
        keep_rows(result.details, before.details, kept),
        result.facts,
    )


def keep_nothing(definition: object, result: Result, before: Result, universe: BitMap) -> Result:
    """Everyone has a value, or having none was somebody's decision."""
    return result
