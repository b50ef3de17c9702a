"""What agreement is worth: u from pairs of a sample, m by expectation maximisation over several rules.

Where the data at hand says little (few rows, few people twice), what is known beforehand prevails.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from .comparisons import Comparison, Side
from .prepare import Prepared
from .roles import Role

SEED = 20_261_129
SAMPLE = 1_500
RULE_PAIRS = 50_000
LEAST_RULE_PAIRS = 3
# So many pairs of strangers, and of the same person, is what is known beforehand worth.
STRANGERS_BEFORE, MATCHES_BEFORE = 200.0, 10.0
LEAST, LEAST_SHARE = 1e-7, 0.01
# One's own name or birthday is seldom quite another: more than this, and EM took families for persons.
MOST_ELSE = 3.0
# Records that agree in one of these are worth learning from.
_TELLING = (Role.ID, Role.MEMBER, Role.PHONE, Role.EMAIL, Role.BIRTHDAY, Role.NAME)
log = logging.getLogger(__name__)
logging.getLogger("splink").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Model:
    """Comparisons with their probabilities, and how likely two records taken at random are one person."""

    comparisons: tuple[Comparison, ...]
    chance: float


@dataclass(frozen=True)
class Session:
    """What one rule taught: about so many pairs of one person, and m of the levels by comparison."""

    matches: float
    m: dict[str, list[float]]


def linker_of(api: DuckDBAPI, table: str, model: Model, *, frequencies: bool) -> Linker:
    comparisons = model.comparisons if frequencies else [_without_frequencies(one) for one in model.comparisons]
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "comparisons": [comparison.settings() for comparison in comparisons],
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": model.chance,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
        "max_iterations": 20,
    }
    return Linker(api.register(table), settings, log_level=None, validate_settings=False)


def _without_frequencies(comparison: Comparison) -> Comparison:
    return replace(comparison, levels=tuple(replace(level, frequency="") for level in comparison.levels))


def train(connection: Any, prepared: Prepared, comparisons: Sequence[Comparison]) -> Model:
    """Over table `records`."""
    count = prepared.table.num_rows
    strangers, pairs = _strangers(connection, comparisons, count)
    known = [
        one.with_probabilities([level.m for level in one.levels], u)
        for one, u in zip(comparisons, strangers, strict=True)
    ]
    sessions = [
        session
        for of, columns in rules(prepared.fields)
        if (session := _session(connection, known, of, columns)) is not None
    ]
    total = max(count * (count - 1) / 2, 1)
    twice = min(0.3, max([session.matches for session in sessions], default=0.0) / total)
    learnt = (_learnt(one, before, sessions, twice, pairs) for one, before in zip(known, comparisons, strict=True))
    return Model(tuple(learnt), max(twice, 0.1 / max(count, 2)))


def rules(fields: dict[str, Role]) -> list[tuple[set[str], list[str]]]:
    """Comparisons a rule is about, and the columns that must be equal."""
    found = [
        ({slot, "phone"} if role == Role.PHONE else {slot}, [slot])
        for slot, role in fields.items()
        if role in _TELLING
    ]
    if {"given", "surname"} <= set(fields):
        found = [rule for rule in found if rule[1] != ["name"]]
        found.append(({"given", "surname"}, ["given", "surname"]))
    return found


def _strangers(connection: Any, comparisons: Sequence[Comparison], count: int) -> tuple[list[list[float]], int]:
    """u of every level, from all pairs of a sample of the records, and how many pairs those are."""
    chosen = np.sort(np.random.default_rng(SEED).permutation(count)[:SAMPLE])
    connection.register("chosen", pa.table({"uid": chosen}))
    connection.execute(
        "CREATE OR REPLACE TABLE sampled AS SELECT records.* FROM records JOIN chosen USING (uid)"
    ).fetchall()
    connection.unregister("chosen")
    linker = linker_of(DuckDBAPI(connection), "sampled", Model(tuple(comparisons), 0.5), frequencies=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
    found = _probabilities(linker, "u_probability")
    pairs = len(chosen) * (len(chosen) - 1) // 2
    return [
        _mixed([level.u for level in one.levels], STRANGERS_BEFORE, [(found[one.name], pairs)])
        for one in comparisons
    ], pairs


def _session(
    connection: Any, comparisons: Sequence[Comparison], of: set[str], columns: list[str]
) -> Session | None:
    """EM over pairs that agree in these columns, of the rarest values; None when too few do.

    As many pairs of strangers are put among them: EM finds two kinds only where there are two.
    """
    value = " || '|' || ".join(columns)
    connection.execute(f"""
        CREATE OR REPLACE TABLE trained AS
        WITH sizes AS (SELECT {value} AS rule_value, count(*) AS size FROM records GROUP BY ALL HAVING size > 1),
        kept AS (
            SELECT *, sum(size * (size - 1) // 2) OVER (ORDER BY size, hash(rule_value), rule_value) AS upto
            FROM sizes
        )
        SELECT records.*, rule_value FROM records JOIN kept ON {value} = rule_value WHERE upto <= {RULE_PAIRS}
    """).fetchall()
    pairs, count = connection.execute("""
        SELECT coalesce(sum(size * (size - 1) // 2), 0)::BIGINT, (SELECT count(*) FROM records)
        FROM (SELECT count(*) AS size FROM trained GROUP BY rule_value)
    """).fetchall()[0]
    rest = tuple(one for one in comparisons if one.name not in of)
    if pairs < LEAST_RULE_PAIRS or not rest:
        return None
    strangers = min(int(pairs), count // 2)
    connection.execute(f"""
        INSERT INTO trained
        SELECT records.* REPLACE (uid + {count} AS uid), '~' || row_number() OVER (ORDER BY hash(uid), uid) // 2
        FROM records ORDER BY hash(uid), uid LIMIT {2 * strangers}
    """).fetchall()
    linker = linker_of(DuckDBAPI(connection), "trained", Model(rest, 0.3), frequencies=False)
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            "l.rule_value = r.rule_value",
            estimate_without_term_frequencies=True,
            populate_probability_two_random_records_match_from_trained_values=True,
        )
    except ValueError:
        # Nobody is there twice, so EM runs towards zero until Splink stops it: nothing to learn here.
        log.debug("nothing to learn from %s", columns)
        return None
    settings = linker.misc.save_model_to_json()
    return Session(
        settings["probability_two_random_records_match"] * (pairs + strangers),
        _probabilities(linker, "m_probability"),
    )


def _probabilities(linker: Linker, which: str) -> dict[str, list[float]]:
    """By comparison, of its levels but the missing one; 0 for what was never seen."""
    return {
        comparison["output_column_name"]: [
            _number(level.get(which)) for level in comparison["comparison_levels"] if not level.get("is_null_level")
        ]
        for comparison in linker.misc.save_model_to_json()["comparisons"]
    }


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _mixed(before: list[float], weight: float, found: Sequence[tuple[list[float], float]]) -> list[float]:
    """Probabilities that sum to 1: what was known, and what was found, by how much each is worth."""
    total = np.array(before) / sum(before) * weight
    for probabilities, worth in found:
        total = total + np.array(probabilities) * worth
    return list(np.maximum(total / total.sum(), LEAST))


def _without_excess(m: list[float], most: float) -> list[float]:
    """What the last level has beyond `most` goes to the others."""
    if m[-1] <= most:
        return m
    return [one / (1 - m[-1]) * (1 - most) for one in m[:-1]] + [most]


def _learnt(
    known: Comparison, before: Comparison, sessions: Sequence[Session], twice: float, pairs: int
) -> Comparison:
    """`known` has u of the sample; `twice` is the share of all pairs that are one person."""
    found = [(session.m[known.name], session.matches) for session in sessions if known.name in session.m]
    likely = [level.m for level in before.levels]
    m = _mixed(likely, MATCHES_BEFORE, found)
    if known.side == Side.PERSON:
        m = _without_excess(m, MOST_ELSE * likely[-1])
    # Some pairs of the sample are of one person; what those agree in is no coincidence.
    least = 0.5 / (pairs + STRANGERS_BEFORE)
    u = [
        max((level.u - twice * own) / (1 - twice), min(level.u, max(least, LEAST_SHARE * first.u)), LEAST)
        for level, own, first in zip(known.levels, m, before.levels, strict=True)
    ]
    return known.with_probabilities(m, u)
