"""Links that were refused, on their way to a person: by pair of customers, with the identifiers concerned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cdp.engine import workspace
from cdp.store.bulk import rows_delete
from cdp.store.models import Batch

from .graph import Why
from .models import Review, ReviewKind, ReviewState
from .reviewing import reviews_open

KINDS = {Why.APART: ReviewKind.APART, Why.LIMIT: ReviewKind.LIMIT, Why.SHARED: ReviewKind.SHARED}
# An identifier that more than so many people show is no question about two of them; it wants to be blocked.
MOST_PAIRS = 20


@dataclass(frozen=True)
class Refused:
    """Each refused link: the two customers, why, and the identifier that came with both."""

    one: np.ndarray
    other: np.ndarray
    why: np.ndarray
    types: Sequence[str]
    values: Sequence[str]

    def table(self) -> pa.Table:
        columns = {"one": self.one, "other": self.other, "why": self.why.astype(np.int64)}
        return pa.table(
            columns | {"type": pa.array(self.types, pa.string()), "value": pa.array(self.values, pa.string())}
        )

    def without(self, customers: np.ndarray) -> "Refused":
        kept = np.flatnonzero(~np.isin(self.one, customers) & ~np.isin(self.other, customers))
        return Refused(
            self.one[kept],
            self.other[kept],
            self.why[kept],
            [self.types[place] for place in kept.tolist()],
            [self.values[place] for place in kept.tolist()],
        )


def refusals_review(
    refused: Refused, *, batch: Batch | None, state: str = ReviewState.OPEN, verdict: int = 0
) -> int:
    """Open a review of each pair, unless it was asked about these identifiers before. Returns how many."""
    if not len(refused.one):
        return 0
    with workspace() as workbench:
        workbench.register("refused", refused.table())
        kinds = " ".join(f"WHEN {int(why)} THEN '{kind.value}'" for why, kind in KINDS.items())
        pairs = workbench.sql(
            f"""
            WITH pairs AS (
                SELECT DISTINCT least(one, other) AS one, greatest(one, other) AS other, why, type, value
                FROM refused WHERE one <> other
            ),
            few AS (
                SELECT * FROM pairs
                QUALIFY row_number() OVER (PARTITION BY type, value ORDER BY one, other) <= {MOST_PAIRS}
            )
            SELECT one, other, CASE min(why) {kinds} END AS kind, NULL::DOUBLE AS score, to_json({{
                'identifiers': list({{'type': type, 'value': value}} ORDER BY type, value)
            }})::VARCHAR AS evidence
            FROM few GROUP BY one, other ORDER BY one, other
            """
        ).to_arrow_table()
    return reviews_open(pairs=pairs, batch=batch, state=state, verdict=verdict)


def reviews_of_batch_drop(batch: Batch) -> None:
    """What a batch that is taken back asked, as long as nobody has answered it."""
    waiting = Review.objects.filter(batch=batch, state__in=(ReviewState.OPEN, ReviewState.ASKED))
    rows_delete(Review, list(waiting.values_list("pk", flat=True)))
