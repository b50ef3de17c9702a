"""Files of texts → one table of comparable columns.

Every distinct text is cleaned once; the rest is done by the engine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from . import values
from .roles import MOST, Column, Role

# Each role's cleaner, and columns derived from what it gives: suffix → function.
Clean = Callable[[str], str | None]
DERIVED: dict[Role, dict[str, Clean]] = {
    Role.NAME: {"sound": values.sound, "sorted": values.sorted_sound, "ends": values.ends},
    Role.GIVEN: {"sound": values.part_sound},
    Role.SURNAME: {"sound": values.part_sound},
    Role.EMAIL: {"local": values.local, "digits": values.local_digits},
    Role.BIRTHDAY: {"sorted": values.letters},
    Role.ID: {"sorted": values.letters},
    Role.MEMBER: {"sorted": values.letters},
    Role.PHONE: {"sorted": values.letters},
    Role.ADDRESS: {"digits": values.digits, "sound": values.letter_sound},
    **{
        role: {"sound": values.letter_sound}
        for role in (Role.SUBURB, Role.CITY, Role.STATE, Role.COMPANY, Role.OTHER)
    },
}
CLEAN: dict[Role, Clean] = {
    Role.NAME: values.name,
    Role.GIVEN: values.name,
    Role.SURNAME: values.name,
    Role.GENDER: values.gender,
    Role.BIRTHDAY: values.birthday,
    Role.AGE: values.number,
    Role.ID: values.code,
    Role.MEMBER: values.code,
    Role.PHONE: values.phone,
    Role.EMAIL: values.email,
    Role.STREET_NO: values.text,
    Role.ADDRESS: values.address,
    Role.SUBURB: values.place,
    Role.CITY: values.place,
    Role.POSTCODE: values.code,
    Role.STATE: values.place,
    Role.COMPANY: values.text,
    Role.OTHER: values.text,
}
SIGNIFICANT = 0.02
MOST_OTHERS = 8
FEW = 20


@dataclass(frozen=True)
class Records:
    """What is to be matched: a table of texts, what its columns are, and the column that names its rows."""

    table: pa.Table
    columns: tuple[Column, ...]
    key: str | None = None


@dataclass(frozen=True)
class Prepared:
    """`table` has `uid` (0…n-1 through all files), `file`, and clean columns; `fields` says what those are."""

    table: pa.Table
    fields: dict[str, Role]
    titles: dict[str, str]


def prepare(files: Sequence[Records]) -> Prepared:
    slots = [_slots(one) for one in files]
    shared = _shared(slots)
    if not {Role.GIVEN, Role.SURNAME} <= set(shared.values()):
        slots = [_whole_names(one) for one in slots]
        shared = _shared(slots)
    tables, start = [], 0
    for place, one in enumerate(files):
        tables.append(_cleaned(one, slots[place], shared, place, start))
        start += one.table.num_rows
    table = pa.concat_tables(tables)
    fields = _telling(table, shared)
    titles = {name: next((s[name][0] for s in slots if name in s), name) for name in fields}
    return Prepared(_with_derived(table, fields), fields, titles)


def _slots(records: Records) -> dict[str, list[str]]:
    """Comparable column → the file's columns it is made of."""
    found: dict[str, list[str]] = {}
    taken: dict[Role, int] = {}
    for column in records.columns:
        role = column.role
        if role in (Role.RECORD, Role.NONE) or column.name == records.key:
            continue
        most = MOST.get(role, 1)
        if role == Role.OTHER or taken.get(role, 0) >= most:
            if role == Role.ADDRESS:
                found[f"address_{most}"].append(column.name)
            else:
                found[f"other_{values.slug(column.name)}"] = [column.name]
            continue
        taken[role] = taken.get(role, 0) + 1
        found[f"{role}_{taken[role]}" if most > 1 else str(role)] = [column.name]
    return found


def _shared(slots: Sequence[dict[str, list[str]]]) -> dict[str, Role]:
    """Columns that every file has, or two of several."""
    need = min(len(slots), 2)
    names = {name: sum(name in one for one in slots) for one in slots for name in one}
    return {name: _role(name) for name, count in names.items() if count >= need}


def _role(slot: str) -> Role:
    for role in Role:
        if role and (slot == role or (slot.startswith(f"{role}_") and (role == Role.OTHER or slot[-1].isdigit()))):
            return role
    raise KeyError(slot)


def _whole_names(slots: dict[str, list[str]]) -> dict[str, list[str]]:
    """One whole name, put together where a file has it in parts."""
    parts = [column for slot in ("given", "surname") for column in slots.get(slot, ())]
    rest = {slot: columns for slot, columns in slots.items() if slot not in ("given", "surname")}
    return rest if "name" in rest or not parts else {"name": parts} | rest


def _cleaned(
    records: Records, slots: dict[str, list[str]], shared: dict[str, Role], file: int, start: int
) -> pa.Table:
    count = records.table.num_rows
    arrays: dict[str, pa.Array] = {
        "uid": pa.array(range(start, start + count), pa.int64()),
        "file": pa.array([file], pa.int32()).take(pa.array([0] * count, pa.int32())),
    }
    for slot, role in shared.items():
        arrays[slot] = mapped(_joined(records.table, slots.get(slot, []), count, role), CLEAN[role])
    return pa.table(arrays)


def _joined(table: pa.Table, columns: list[str], count: int, role: Role) -> pa.ChunkedArray:
    if not columns:
        return pa.chunked_array([pa.nulls(count, pa.string())])
    texts = [pc.cast(table[column], pa.string()) for column in columns]
    if len(texts) == 1:
        return texts[0]
    if role == Role.NAME:
        return _joined_names(texts)
    return pc.binary_join_element_wise(*texts, " ", null_handling="skip")


def _joined_names(texts: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Given and surname in one; a Chinese surname goes first, without a space."""
    given, surname = (pc.fill_null(text, "") for text in texts)
    chinese = pc.match_substring_regex(surname, r"[\x{3400}-\x{9fff}]")
    latin = pc.binary_join_element_wise(given, surname, " ")
    return pc.if_else(chinese, pc.binary_join_element_wise(surname, given, ""), latin)


def mapped(column: pa.ChunkedArray, clean: Clean) -> pa.Array:
    """A function of texts over a column, once for each distinct text."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.chunked_array([encoded.chunk(0)]).combine_chunks() if encoded.num_chunks else pa.nulls(0)
    cleaned = pa.array(
        [None if value is None else clean(value) for value in encoded.dictionary.to_pylist()], pa.string()
    )
    return cleaned.take(encoded.indices)


def _telling(table: pa.Table, shared: dict[str, Role]) -> dict[str, Role]:
    """The columns that say something; of other ones, the few that are filled best."""
    fields = {name: role for name, role in shared.items() if _says_something(table[name])}
    others = sorted(
        (name for name in fields if fields[name] == Role.OTHER), key=lambda name: table[name].null_count
    )
    return {name: role for name, role in fields.items() if name not in others[MOST_OTHERS:]}


def _says_something(column: pa.ChunkedArray) -> bool:
    """Filled for a few at least, and not the same for all of many."""
    filled = len(column) - column.null_count
    is_filled = filled >= max(2, SIGNIFICANT * len(column))
    return is_filled and (len(column) < FEW or pc.count_distinct(column, mode="only_valid").as_py() > 1)


def _with_derived(table: pa.Table, fields: dict[str, Role]) -> pa.Table:
    kept = table.select(["uid", "file", *fields])
    for slot, role in fields.items():
        for suffix, derive in DERIVED.get(role, {}).items():
            kept = kept.append_column(f"{slot}_{suffix}", mapped(kept[slot], derive))
    return kept
