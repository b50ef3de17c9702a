"""The rows of a part out of columns in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_, or_

import numpy as np

from .nodes import All, AnyOf, Node, Not
from .rows import PartRows
from .tally import DAY

# So many rows are worked on at a time that what is made of them stays in the processor's memory.
BLOCK = 2**16
# Up to so many values are looked for one by one, rather than looking up every row's.
FEW = 6


@dataclass(frozen=True)
class Field:
    """A column by rows; or with `codes`, which are by rows, its values by their numbers. `there` goes with
    `values`."""

    values: np.ndarray
    there: np.ndarray | None = None
    codes: np.ndarray | None = None

    def column(self) -> np.ndarray:
        if self.codes is None:
            return self.values
        if self.values.dtype == bool and len(self.values) <= 2**8:
            return _chosen(self.values, self.codes)
        return self.values.take(self.codes)

    def valid(self) -> np.ndarray | None:
        return self.there if self.codes is None or self.there is None else self.there.take(self.codes)

    def cut(self, low: int, high: int) -> "Field":
        if self.codes is not None:
            return Field(self.values, self.there, self.codes[low:high])
        return Field(self.values[low:high], None if self.there is None else self.there[low:high])


def _chosen(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Where the value of a number is true."""
    true = np.flatnonzero(values)
    if len(true) > FEW >= len(values) - len(true):
        return ~_chosen(~values, codes)
    if len(true) > FEW:
        return values.take(codes)
    found = np.zeros(len(codes), bool)
    for number in true:
        found |= codes == codes.dtype.type(number)
    return found


class HeldRows(PartRows):
    """`wheres` say by which filter a flag is made, `leaves` under which name it is known where one of its
    conditions holds."""

    def __init__(
        self,
        customers: np.ndarray,
        fields: Mapping[str, Field],
        kinds: Mapping[str, int],
        wheres: Mapping[str, Node],
        leaves: Mapping[Node, str],
    ) -> None:
        super().__init__()
        self.customers = customers
        self._fields, self._kinds, self._wheres, self._leaves = fields, kinds, wheres, leaves
        self._columns: dict[str, np.ndarray] = {}

    def column(self, name: str) -> np.ndarray:
        if name not in self._columns:
            where = self._wheres.get(name)
            self._columns[name] = self._fields[name].column() if where is None else self._holds(where)
        return self._columns[name]

    def there(self, name: str) -> np.ndarray | None:
        return self._fields[name].valid()

    def days_told_apart(self) -> np.ndarray:
        codes = self._fields[DAY].codes
        return self.column(DAY) if codes is None else codes

    def kinds(self, name: str) -> int | None:
        return self._kinds.get(name)

    def _holds(self, where: Node) -> np.ndarray:
        match where:
            case All(items):
                return reduce(and_, map(self._holds, items))
            case AnyOf(items):
                return reduce(or_, map(self._holds, items))
            case Not(item):
                return ~self._holds(item)
            case _:
                return self.column(self._leaves[where])


def ranges(ids: np.ndarray, size: int) -> Iterator[tuple[int, int]]:
    """Rows from and to, of customers below `size`: about BLOCK rows each, a customer's rows in one of them."""
    rows = int(ids.searchsorted(ids.dtype.type(size)))
    starts = [int(ids.searchsorted(ids[row])) for row in range(BLOCK, rows, BLOCK)]
    return ((low, high) for low, high in pairwise([0, *starts, rows]) if low < high)
