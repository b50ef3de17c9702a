"""Which pairs are looked at: those that share a key. No key may ask for more pairs than its budget.

All pairs of a small file are looked at. Else each key (a column, a part of it, two together) makes pairs of
the records that share its value, the rarest values first, until its budget is spent; values that are too
frequent for one column alone are looked at together with a second one.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .prepare import Prepared
from .roles import Role

EVERY_PAIR = 2_000_000
LEAST_BUDGET = 300_000
BUDGET_A_RECORD = 5
_NOT_ALONE = {Role.GENDER, Role.AGE, Role.OTHER, Role.STATE}
_NEVER = {Role.GENDER, Role.OTHER}


@dataclass(frozen=True)
class Key:
    """`sql` over the records gives the value; NULL takes no part. `of` is the field it is made of."""

    sql: str
    of: str


def keys_of(fields: dict[str, Role]) -> list[Key]:
    found: list[Key] = []
    for slot, role in fields.items():
        if role in _NOT_ALONE:
            continue
        found += [Key(sql.replace("{c}", slot), slot) for sql in (*_PARTS.get(role, ()), "{c}")]
    if {"given", "surname"} <= set(fields):
        both = "given_sound || surname_sound"
        found.append(Key(_SORTED.replace("{c}", f"({both})"), "given+surname"))
    return found


_SORTED = "list_aggregate(list_sort(string_split(replace({c}, ' ', ''), '')), 'string_agg', '')"
_FIRST_HALF = "CASE WHEN length({c}) >= 6 THEN left({c}, length({c}) // 2) END"
_SECOND_HALF = "CASE WHEN length({c}) >= 6 THEN right({c}, length({c}) - length({c}) // 2) END"
_PARTS: dict[Role, tuple[str, ...]] = {
    Role.ID: (_FIRST_HALF, _SECOND_HALF),
    Role.MEMBER: (_FIRST_HALF, _SECOND_HALF),
    Role.PHONE: ("right({c}, 7)", "CASE WHEN length({c}) >= 7 THEN left({c}, length({c}) - 4) END"),
    Role.EMAIL: ("{c}_local", "left({c}_local, 6)"),
    Role.NAME: ("{c}_sorted", "{c}_sound"),
    Role.GIVEN: ("{c}_sound",),
    Role.SURNAME: ("{c}_sound",),
    Role.BIRTHDAY: ("{c}_sorted", "right({c}, 4)", "left({c}, 6)"),
    Role.ADDRESS: ("left({c}, 8)", "right({c}, 8)"),
}
# What is taken together with another column: the beginning is enough.
_BEGINNINGS: dict[Role, str] = {
    Role.NAME: "left({c}_sound, 4)",
    Role.GIVEN: "left({c}_sound, 3)",
    Role.SURNAME: "left({c}_sound, 3)",
    Role.BIRTHDAY: "left({c}, 4)",
    Role.ADDRESS: "left({c}, 5)",
    Role.SUBURB: "left({c}, 4)",
    Role.CITY: "left({c}, 4)",
    Role.PHONE: "right({c}, 4)",
    Role.ID: "left({c}, 3)",
    Role.EMAIL: "left({c}, 4)",
}


def double_keys(fields: dict[str, Role]) -> list[Key]:
    """The beginnings of two columns together."""
    slots = [(slot, role) for slot, role in fields.items() if role not in _NEVER]
    found = []
    for (one, its), (other, theirs) in combinations(slots, 2):
        first = _BEGINNINGS.get(its, "{c}").replace("{c}", one)
        second = _BEGINNINGS.get(theirs, "{c}").replace("{c}", other)
        found.append(Key(f"{first} || '|' || {second}", f"{one}+{other}"))
    return found


def block(connection: Any, prepared: Prepared) -> int:
    """Make table `pairs` (match_key, join_key_l < join_key_r) over table `records`; how many there are."""
    count = prepared.table.num_rows
    if count * (count - 1) // 2 <= EVERY_PAIR:
        _every_pair(connection)
    else:
        budget = max(LEAST_BUDGET, BUDGET_A_RECORD * count)
        connection.execute("CREATE TABLE found (l BIGINT, r BIGINT)").fetchall()
        for key in (*keys_of(prepared.fields), *double_keys(prepared.fields)):
            _pairs_of(connection, key, budget)
        connection.execute(
            "CREATE TABLE pairs AS SELECT DISTINCT 0 AS match_key, l AS join_key_l, r AS join_key_r FROM found"
        ).fetchall()
        connection.execute("DROP TABLE found").fetchall()
    return int(connection.execute("SELECT count(*) FROM pairs").fetchall()[0][0])


def _every_pair(connection: Any) -> None:
    connection.execute(
        "CREATE TABLE pairs AS SELECT 0 AS match_key, l.uid AS join_key_l, r.uid AS join_key_r"
        " FROM records l JOIN records r ON l.uid < r.uid AND (l.fresh OR r.fresh)"
    ).fetchall()


def _pairs_of(connection: Any, key: Key, budget: int) -> None:
    connection.execute(f"""
        CREATE OR REPLACE TABLE keyed AS
        WITH given AS (SELECT uid, fresh, {key.sql} AS value FROM records),
        sizes AS (SELECT value, count(*) AS size FROM given WHERE value IS NOT NULL AND value <> '' GROUP BY value),
        kept AS (
            SELECT value, sum(size * (size - 1) // 2) OVER (ORDER BY size, value) AS upto FROM sizes WHERE size > 1
        )
        SELECT uid, fresh, value FROM given JOIN kept USING (value) WHERE upto <= {budget}
    """).fetchall()
    connection.execute("""
        INSERT INTO found SELECT l.uid, r.uid FROM keyed l JOIN keyed r ON l.value = r.value AND l.uid < r.uid
            AND (l.fresh OR r.fresh)
    """).fetchall()
