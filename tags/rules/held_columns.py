"""The events' columns in memory: the live count of a form asks the same months again and again.

Of each part only the columns that were asked for are held, texts and other columns of few values as numbers of
their values: a filter is then worked out for each value, not for each row. What was tallied is held too, so that
another number to compare with reads nothing.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from .columns import Coded, Customers, Plain, coded, customers, plain
from .compile_columns import property_side, where_holds
from .held import Held
from .held_rows import Field, HeldRows, ranges
from .nodes import Node, Property
from .parts import Part, Parts, Reading, clipped, number_side
from .rows import numbers_of
from .sameness import relative, tests_in
from .sums import Added, added
from .tally import DAY, TIME, Tallied, Tally
from .walk import leaves
from .windows import Moment

READERS = 2
# About what a question may need of each row, with room for a second one.
ROW_BYTES = 12
CUSTOMER = "customer_id"
# The number of a row goes by a name that no property may take.
ROW = "event_id"
OF, DIFFERENT = "of", "different"

Work = Sequence[tuple[Part, list[Tally]]]


class HeldLake(Parts, Protocol):
    def content(self, part: Any) -> Hashable:
        """Equal for parts that hold the same rows in the same order."""

    def rows_of(self, part: Any, columns: Sequence[str]) -> pa.Table:
        """Stored columns of a part, always in the same order."""

    def over(self, expr: ir.Table, tables: dict[str, pa.Table]) -> pa.Table:
        """What an expression gives over these tables."""


@dataclass(frozen=True)
class Made:
    """A column worked out of a stored one; without a `key` it is another one at another moment."""

    name: str
    base: str
    of: Callable[[ir.Table], Any]
    key: Hashable | None


@dataclass
class Needed:
    """What one part is needed for: its stored columns, by name, and what is made of them for a reading."""

    part: Part
    using: list[Tally]
    content: Hashable
    keys: dict[str, Hashable]
    stored: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        return sorted(self.keys.keys() - self.stored.keys())

    @property
    def who(self) -> Customers:
        return self.stored[CUSTOMER]


class HeldColumns:
    """What is held, and the state of the lake that what is missing is read from."""

    def __init__(self, held: Held, lake: HeldLake) -> None:
        self.held, self.lake = held, lake

    def room(self, work: Work) -> bool:
        """Whether all that a question needs can be held; otherwise every question would read it anew."""
        return sum(part.rows for part, _ in work) * ROW_BYTES <= self.held.most

    def tallied(self, work: Work, reading: Reading, size: int) -> dict[Tally, Tallied | None]:
        """As `scan.tallied`, of what is held."""
        keys = {tally: self._key(tally, work, size) for tally in reading.tallies}
        found = {tally: None if key is None else self.held.get(key) for tally, key in keys.items()}
        missing = [tally for tally, one in found.items() if one is None]
        left = [(part, [tally for tally in using if tally in missing]) for part, using in work]
        rows = _Filled(self, reading, [(part, using) for part, using in left if using]).rows(size)
        for tally, one in added(missing, rows, reading, size).items():
            found[tally] = one
            if one is not None and keys[tally] is not None:
                self.held.put(keys[tally], one)
        return found

    def _key(self, tally: Tally, work: Work, size: int) -> Hashable | None:
        """Equal where the same rows are tallied; None for what has to be tallied anew at another moment."""
        if tally.what.where is not None and any(map(relative, tests_in(tally.what.where))):
            return None
        parts = [part for part, using in work if tally in using]
        return (clipped([tally], parts), size, tuple(map(self.lake.content, parts))) if parts else None

    def needed(self, part: Part, using: list[Tally], names: set[str]) -> Needed:
        """With the stored columns of these names that are held already."""
        content, types = self.lake.content(part), self.lake.tables.events.schema()
        needed = Needed(part, using, content, {name: (content, name, types[name]) for name in {CUSTOMER, *names}})
        found = {name: self.held.get(key) for name, key in needed.keys.items()}
        needed.stored = {name: column for name, column in found.items() if column is not None}
        return needed

    def read(self, needed: Needed) -> None:
        """What is missing."""
        missing = needed.missing
        table = self.lake.rows_of(needed.part, missing)
        if CUSTOMER in missing:
            needed.stored[CUSTOMER] = customers(table[CUSTOMER])
        for name in missing:
            if name != CUSTOMER:
                column = needed.who.ordered(table[name])
                as_it_is = name == TIME or pa.types.is_decimal(column.type)
                needed.stored[name] = plain(column) if as_it_is else coded(column)
            self.held.put(needed.keys[name], needed.stored[name])

    def row_by_row(self, needed: Needed, made: Made) -> Plain:
        """Of a column that has too many values to be worked out for each value."""
        stored = needed.stored[made.base]
        if made.key == OF and isinstance(stored, Plain):
            return stored
        key = None if made.key is None else (needed.content, made.base, made.key)
        found: Plain | None = None if key is None else self.held.get(key)
        if found is None:
            column = needed.who.ordered(self.lake.rows_of(needed.part, [made.base])[made.base])
            found = plain(self.asked(made.base, column, [made])[made.name])
            if key is not None:
                self.held.put(key, found)
        return found

    def asked(self, base: str, column: pa.ChunkedArray | pa.Array, made: Sequence[Made]) -> pa.Table:
        """What is worked out of each of these values, in their order."""
        kind = self.lake.tables.events[base].type()
        values = ibis.table({ROW: "int64", base: kind}, name="values")
        given = pa.table({ROW: np.arange(len(column)), base: column.cast(kind.to_pyarrow())})
        expr = values.select(ROW, **{one.name: one.of(values) for one in made})
        found = self.lake.over(expr, {"values": given})
        rows = found[ROW].to_numpy()
        return found if (np.diff(rows) > 0).all() else found.take(np.argsort(rows))


class _Filled:
    """One reading's columns, put together out of what is held."""

    def __init__(self, columns: HeldColumns, reading: Reading, work: Work) -> None:
        self._columns, self._reading, self._work = columns, reading, work
        self._leaves: dict[Node, str] = {}
        self._made = {made.name: made for made in self._all_made()}

    def _all_made(self) -> Iterator[Made]:
        moment = self._reading.moment
        for leaf in (leaf for where in self._reading.wheres.values() for leaf in leaves(where)):
            if isinstance(leaf, Property) and leaf not in self._leaves:
                self._leaves[leaf] = name = f"leaf {len(self._leaves)}"
                key = None if relative(leaf.test) else leaf
                yield Made(name, _base(leaf.slug), partial(_holds, leaf=leaf, moment=moment), key)
        for slug in self._reading.taken_of:
            yield Made(f"of {slug}", _base(slug), partial(number_side, slug=slug), OF)
        for slug in self._reading.told_apart:
            yield Made(f"different {slug}", _base(slug), partial(_side, slug=slug), DIFFERENT)

    def rows(self, size: int) -> Iterator[Added]:
        """The rows of every part, in ranges of customers."""
        everything = self._everything()
        for base in {made.base for made in self._made.values()}:
            self._by_value(base, [one for one in everything if isinstance(one.stored.get(base), Coded)])
        for one in everything:
            self._as_stored(one)
            self._row_by_row(one)
            for low, high in ranges(one.who.ids, size):
                fields = {name: made.cut(low, high) for name, made in one.fields.items()}
                ids = one.who.ids[low:high]
                yield one.part, one.using, HeldRows(ids, fields, one.kinds, self._reading.wheres, self._leaves)

    def _everything(self) -> list[Needed]:
        """What is not held yet is read by several threads."""
        found = [self._columns.needed(part, using, self._bases(part, using)) for part, using in self._work]
        if missing := [one for one in found if one.missing]:
            with ThreadPoolExecutor(READERS) as pool:
                for done in [pool.submit(copy_context().run, self._columns.read, one) for one in missing]:
                    done.result()
        return found

    def _bases(self, part: Part, using: list[Tally]) -> set[str]:
        names = set(self._reading.columns(part, using))
        return {made.base for made in self._made_for(names)} | (names & {TIME, DAY})

    def _made_for(self, names: set[str]) -> list[Made]:
        """What is made among, or behind, the columns of a reading."""
        found = names & self._made.keys()
        for name in names & self._reading.wheres.keys():
            found |= {self._leaves[leaf] for leaf in leaves(self._reading.wheres[name])}
        return [self._made[name] for name in found]

    def _by_value(self, base: str, needed: list[Needed]) -> None:
        """Work out for each value what is made of a column, for all parts at once."""
        made = [one for one in self._made.values() if one.base == base]
        stored: list[Coded] = [one.stored[base] for one in needed]
        if not stored:
            return
        found = self._columns.asked(base, pa.concat_arrays([one.values for one in stored]), made)
        for one in made:
            whole, kinds = _numbered(found[one.name]) if one.key == DIFFERENT else (plain(found[one.name]), None)
            start = 0
            for part, column in zip(needed, stored, strict=True):
                end = start + len(column.values)
                there = None if whole.there is None else whole.there[start:end]
                part.fields[one.name] = Field(whole.values[start:end], there, column.codes)
                if kinds is not None:
                    part.kinds[one.name] = kinds
                start = end

    def _as_stored(self, needed: Needed) -> None:
        if isinstance(times := needed.stored.get(TIME), Plain):
            needed.fields[TIME] = Field(times.values)
        if isinstance(days := needed.stored.get(DAY), Coded):
            needed.fields[DAY] = Field(numbers_of(pa.chunked_array([days.values])), None, days.codes)

    def _row_by_row(self, needed: Needed) -> None:
        for made in self._made_for(set(self._reading.columns(needed.part, needed.using))):
            if made.name not in needed.fields and made.key != DIFFERENT:
                found = self._columns.row_by_row(needed, made)
                needed.fields[made.name] = Field(found.values, found.there)


def _base(slug: str) -> str:
    """The stored column behind a property."""
    return DAY if slug == "weekday" else slug


def _holds(values: ir.Table, *, leaf: Property, moment: Moment) -> Any:
    return where_holds(leaf, values, moment).coalesce(False)


def _side(values: ir.Table, *, slug: str) -> Any:
    return property_side(values, slug)[0]


def _numbered(column: pa.ChunkedArray) -> tuple[Plain, int]:
    """The different values of a column numbered, and how many there are."""
    if pa.types.is_floating(column.type):
        # Zero and minus zero are one number.
        column = pa.chunked_array([pa.array(column.to_numpy() + 0.0, mask=column.is_null().to_numpy())])
    found = column.combine_chunks().dictionary_encode()
    there = found.is_valid().to_numpy(zero_copy_only=False) if found.null_count else None
    return Plain(found.indices.fill_null(0).to_numpy().astype(np.int64), there), len(found.dictionary)
