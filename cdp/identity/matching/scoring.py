"""Pairs with their weights, in bits: how much more likely one person than two, a column at a time."""

from collections.abc import Sequence
from typing import Any

from splink.backends.duckdb import DuckDBAPI

from .comparisons import Comparison, Side
from .training import Model, linker_of

# However much agrees about a household or about other things, it is worth no more than this.
MOST_HOUSEHOLD, MOST_OTHER = 14.0, 6.0
# Below this no pair is kept.
LEAST_WEIGHT = -7.0
_ONES_OWN = 3


def score(connection: Any, model: Model, pairs: str, into: str, least: float | None = LEAST_WEIGHT) -> None:
    """Make table `into` (l, r, weight, person, w_NAME…) of those in table `pairs` that weigh `least` or more.

    `person` is the weight of what is the person's own; what a family shares counts only beside it.
    """
    api = DuckDBAPI(connection)
    linker = linker_of(api, "records", model, frequencies=True)
    for comparison in model.comparisons:
        for level in comparison.levels:
            if not (column := level.frequency):
                continue
            _frequencies(connection, column, level.u)
            linker.table_management.register_term_frequency_lookup(api.register(f"often_{column}"), column)
    linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    scored = linker.inference.predict(threshold_match_weight=least).physical_name
    weighed = _weighed(model.comparisons, scored, model.chance)
    connection.execute(f"CREATE OR REPLACE TABLE {into} AS {weighed}").fetchall()
    connection.execute(f"DROP TABLE {scored}").fetchall()


def _frequencies(connection: Any, column: str, u: float) -> None:
    """How frequent values are, as they would be if nobody were there more than a few times.

    A value seen two or three times may be one person's, so it is taken to be no more frequent than any.
    """
    connection.execute(f"""
        CREATE OR REPLACE TABLE often_{column} AS
        WITH sizes AS (SELECT {column}, count(*) AS size FROM records WHERE {column} IS NOT NULL GROUP BY {column}),
        whole AS (SELECT sum(size) AS filled FROM sizes)
        SELECT {column}, greatest(size - {_ONES_OWN}, least({u} * filled, 1)) / filled AS tf_{column}
        FROM sizes, whole
    """).fetchall()


def _weighed(comparisons: Sequence[Comparison], scored: str, chance: float) -> str:
    own = {one.name: f"mw_{one.name}" + _adjustment(one) for one in comparisons}
    weights = ", ".join(f"{sql} AS w_{name}" for name, sql in own.items())
    sides = {side: [f"w_{one.name}" for one in comparisons if one.side == side] for side in Side}
    person, household, other = (" + ".join(sides[side]) or "0.0" for side in Side)
    if not sides[Side.PERSON]:
        person, household = household, "0.0"
    return f"""
        WITH columns AS (
            SELECT uid_l AS l, uid_r AS r, {weights} FROM {scored}
        )
        SELECT *, {person} AS person,
            log2({chance} / (1 - {chance})) + {person} + least({household}, {MOST_HOUSEHOLD})
            + least({other}, {MOST_OTHER}) AS weight
        FROM columns
    """


def _adjustment(comparison: Comparison) -> str:
    return f" + mw_tf_adj_{comparison.name}" if any(level.frequency for level in comparison.levels) else ""
