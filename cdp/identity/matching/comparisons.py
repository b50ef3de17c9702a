"""What may agree between two records, and how well: levels of each column, the best first.

`m` and `u` are what is known beforehand of how often people's records, and strangers' records, agree that
well; they stand in where the data at hand has too little to say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .prepare import DERIVED, Prepared
from .roles import Role


class Side(StrEnum):
    """What a column tells about: the person, the family they live with, or something else."""

    PERSON = "person"
    HOUSEHOLD = "household"
    OTHER = "other"


@dataclass(frozen=True)
class Level:
    """`sql` is over `{c}_l` and `{c}_r`. `frequency` is the column whose frequent values count for less."""

    sql: str
    m: float
    u: float
    frequency: str = ""


@dataclass(frozen=True)
class Comparison:
    """One or more columns compared as one. The last level, anything else, has no SQL."""

    name: str
    role: Role
    side: Side
    columns: tuple[str, ...]
    missing: str
    levels: tuple[Level, ...]

    def settings(self) -> dict[str, Any]:
        """As Splink wants it."""
        nothing = {"sql_condition": self.missing, "label_for_charts": "missing", "is_null_level": True}
        found = [nothing]
        for level in self.levels:
            one: dict[str, Any] = {
                "sql_condition": level.sql or "ELSE",
                "label_for_charts": level.sql or "else",
                "m_probability": level.m,
                "u_probability": level.u,
            }
            if level.frequency:
                one["tf_adjustment_column"] = level.frequency
            found.append(one)
        return {"output_column_name": self.name, "comparison_levels": found}

    def with_probabilities(self, m: Iterable[float], u: Iterable[float]) -> "Comparison":
        both = zip(self.levels, m, u, strict=True)
        return replace(self, levels=tuple(replace(level, m=one, u=other) for level, one, other in both))


def comparisons_of(prepared: Prepared) -> list[Comparison]:
    """In the order of the fields. Age is left out beside a birthday, a whole name beside its parts."""
    roles = set(prepared.fields.values())
    left_out = {Role.AGE} if Role.BIRTHDAY in roles else set()
    if {Role.GIVEN, Role.SURNAME} <= roles:
        left_out.add(Role.NAME)
    found = []
    for slot, role in prepared.fields.items():
        if role in left_out or slot == "phone_2":
            continue
        found.append(_BUILDERS.get(role, _other)(slot, role, prepared.fields))
    return found


Spec = tuple[str, float, float, str] | tuple[str, float, float]
Builder = Callable[[str, Role, dict[str, Role]], Comparison]


def _compare(slot: str, role: Role, side: Side, *levels: Spec) -> Comparison:
    """One column; `c` in the levels' SQL is written {c}."""
    made = tuple(Level(one[0].replace("{c}", slot), one[1], one[2], *one[3:]) for one in levels)
    return Comparison(slot, role, side, (slot,), f"{slot}_l IS NULL OR {slot}_r IS NULL", made)


EXACT = "{c}_l = {c}_r"
# One slip of the keyboard, two letters in the wrong order included; of names, letters in common from the beginning.
# The engine's own distance with transpositions takes ten times as long.
ONE_SLIP = (
    "length({c}_l) >= 3 AND (levenshtein({c}_l, {c}_r) <= 1"
    " OR {c}_sorted_l = {c}_sorted_r AND levenshtein({c}_l, {c}_r) <= 2)"
)
NEAR = "jaro_winkler_similarity({c}_l, {c}_r) >= 0.9"
ALIKE = "jaro_winkler_similarity({c}_l, {c}_r) >= 0.8"
BEGINS = "starts_with({c}_l, {c}_r) OR starts_with({c}_r, {c}_l)"
WITHIN = "length({c}_l) >= 4 AND contains({c}_r, {c}_l) OR length({c}_r) >= 4 AND contains({c}_l, {c}_r)"


def _named(sql: str, column: str) -> str:
    return sql.replace("{c}", column)


def _part(other: Role) -> Builder:
    """A given name or surname; it may have changed places with the other."""

    def build(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
        heard = f"{slot}_sound"
        levels: list[Spec] = [
            (EXACT, 0.8, 0.01, slot),
            (_named(EXACT, heard), 0.02, 0.002),
            (_named(NEAR, heard), 0.08, 0.005),
            (f"{_named(ALIKE, heard)} OR {_named(BEGINS, heard)}", 0.05, 0.03),
            ("", 0.05, 0.95),
        ]
        if other in fields.values():
            swapped = f"{slot}_l = {other}_r AND {slot}_r = {other}_l"
            half = f"({slot}_l = {other}_r OR {slot}_r = {other}_l)"
            levels.insert(1, (f"({swapped}) OR {half}", 0.02, 0.001))
        return _compare(slot, role, Side.PERSON if role == Role.GIVEN else Side.HOUSEHOLD, *levels)

    return build


def _name(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    heard = f"{slot}_sound"
    return _compare(
        slot,
        role,
        Side.PERSON,
        (EXACT, 0.75, 0.002, slot),
        (_named(EXACT, f"{slot}_sorted"), 0.08, 0.001),
        (f"{_named(NEAR, heard)} OR {_named(NEAR, f'{slot}_ends')}", 0.08, 0.005),
        (f"{_named(ALIKE, heard)} OR {_named(WITHIN, heard)}", 0.05, 0.05),
        ("", 0.04, 0.94),
    )


def _birthday(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    parts = ((1, 4), (5, 2), (7, 2))
    year, month, day = (f"substr({slot}_l, {at}, {size}) = substr({slot}_r, {at}, {size})" for at, size in parts)
    crossed = (f"substr({slot}_{one}, 5, 2) = substr({slot}_{other}, 7, 2)" for one, other in ("lr", "rl"))
    swapped = " AND ".join((year, *crossed))
    two = f"({year}) AND ({month}) OR ({year}) AND ({day}) OR ({month}) AND ({day})"
    return _compare(
        slot,
        role,
        Side.PERSON,
        (EXACT, 0.86, 0.0001, slot),
        (swapped, 0.02, 0.0001),
        (ONE_SLIP, 0.05, 0.002),
        (f"{two} OR levenshtein({{c}}_l, {{c}}_r) <= 2", 0.04, 0.02),
        ("", 0.03, 0.98),
    )


def _age(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    apart = f"abs(TRY_CAST({slot}_l AS DOUBLE) - TRY_CAST({slot}_r AS DOUBLE))"
    return _compare(
        slot,
        role,
        Side.PERSON,
        (f"{apart} <= 1", 0.85, 0.05),
        (f"{apart} <= 3", 0.08, 0.06),
        ("", 0.07, 0.89),
    )


def _id(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    sure = role == Role.ID
    return _compare(
        slot,
        role,
        Side.PERSON,
        (EXACT, 0.85 if sure else 0.6, 0.00001, slot),
        (f"length({{c}}_l) >= 5 AND {ONE_SLIP}", 0.08, 0.0001),
        ("length({c}_l) >= 6 AND levenshtein({c}_l, {c}_r) <= 2", 0.03, 0.002),
        ("", 0.04 if sure else 0.3, 0.998),
    )


def _phone(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    """Any of one's phones with any of the other's."""
    slots = [one for one in ("phone_1", "phone_2") if one in fields]

    def some(sql: str) -> str:
        each = (sql.replace("{a}", one).replace("{b}", other) for one in slots for other in slots)
        return " OR ".join(f"({one})" for one in each)

    left, right = (f"coalesce({', '.join(f'{one}_{side}' for one in slots)}) IS NULL" for side in "lr")
    long = "length({a}_l) >= 7"
    slip = "levenshtein({a}_l, {b}_r) <= 1 OR {a}_sorted_l = {b}_sorted_r AND levenshtein({a}_l, {b}_r) <= 2"
    hidden = "(contains({a}_l, '*') OR contains({b}_r, '*'))"
    levels = (
        Level(some("{a}_l = {b}_r"), 0.7, 0.00001, slot if len(slots) == 1 else ""),
        Level(some(f"{long} AND right({{a}}_l, 7) = right({{b}}_r, 7)"), 0.03, 0.00002),
        Level(some(f"{long} AND ({slip})"), 0.07, 0.0001),
        Level(
            some(f"{hidden} AND left({{a}}_l, 3) = left({{b}}_r, 3) AND right({{a}}_l, 4) = right({{b}}_r, 4)"),
            0.05,
            0.00005,
        ),
        Level("", 0.15, 0.999),
    )
    return Comparison("phone", role, Side.HOUSEHOLD, tuple(slots), f"{left} OR {right}", levels)


def _email(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    heard = f"{slot}_local"
    return _compare(
        slot,
        role,
        Side.PERSON,
        (EXACT, 0.7, 0.00001, slot),
        (_named(EXACT, heard), 0.05, 0.0005),
        (
            "levenshtein({c}_l, {c}_r) <= 2 AND coalesce({c}_digits_l, '') = coalesce({c}_digits_r, '')",
            0.08,
            0.0001,
        ),
        ("", 0.17, 0.999),
    )


def _address(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    others = [one for one, kind in fields.items() if kind == Role.ADDRESS and one != slot]
    crossed = " OR ".join(f"{slot}_l = {one}_r OR {one}_l = {slot}_r" for one in others)
    heard = "{c}_sound"
    digits = "{c}_digits_l = {c}_digits_r"
    near = f"{_named(NEAR, heard)} AND coalesce({digits}, true)"
    within = f"{WITHIN} OR {digits} AND jaccard({{c}}_sound_l, {{c}}_sound_r) >= 0.8"
    levels: list[Spec] = [
        (EXACT, 0.6, 0.0005, slot),
        (near, 0.12, 0.001),
        (f"{within}{' OR ' + crossed if crossed else ''}", 0.08, 0.002),
        (_named(ALIKE, heard), 0.05, 0.01),
        ("", 0.15, 0.98),
    ]
    return _compare(slot, role, Side.HOUSEHOLD, *levels)


def _place(m: float, u: float) -> Builder:
    def build(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
        heard = f"{slot}_sound" if "sound" in DERIVED.get(role, {}) else slot
        return _compare(
            slot,
            role,
            Side.HOUSEHOLD,
            (EXACT, m, u, slot),
            (
                f"{_named(NEAR, heard)} OR length({heard}_l) >= 3 AND levenshtein({heard}_l, {heard}_r) <= 1",
                0.08,
                u,
            ),
            ("", 0.92 - m, 1 - 2 * u),
        )

    return build


def _gender(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    return _compare(slot, role, Side.PERSON, (EXACT, 0.97, 0.5), ("", 0.03, 0.5))


def _other(slot: str, role: Role, fields: dict[str, Role]) -> Comparison:
    return _compare(
        slot,
        role,
        Side.OTHER,
        (EXACT, 0.5, 0.1, slot),
        (_named(NEAR, f"{slot}_sound"), 0.05, 0.02),
        ("", 0.45, 0.88),
    )


_BUILDERS: dict[Role, Builder] = {
    Role.NAME: _name,
    Role.GIVEN: _part(Role.SURNAME),
    Role.SURNAME: _part(Role.GIVEN),
    Role.BIRTHDAY: _birthday,
    Role.AGE: _age,
    Role.ID: _id,
    Role.MEMBER: _id,
    Role.PHONE: _phone,
    Role.EMAIL: _email,
    Role.STREET_NO: _place(0.75, 0.02),
    Role.ADDRESS: _address,
    Role.SUBURB: _place(0.75, 0.005),
    Role.CITY: _place(0.8, 0.05),
    Role.POSTCODE: _place(0.75, 0.003),
    Role.STATE: _place(0.85, 0.2),
    Role.GENDER: _gender,
    Role.COMPANY: _other,
}
