"""What is kept of the states of the data that were drawn last, and whose answers differ from one to the next."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from pyroaring import BitMap

from cdp.store.seen import Seen

from .some import Rows, SomeEvents, SomeProfiles, rows_read

EVENTS, PROFILES = "events", "profiles"
# A state and the one before it, for whoever is still being drawn.
STATES_KEPT = 2
# Cuts of a state that are kept beside it; another one pushes the one longest unused out.
CUTS_KEPT = 6
# If more than one of so many customers changed, asking of all of them anew is as quick.
WORTH_ONE_OF = {EVENTS: 20, PROFILES: 2}


@dataclass(frozen=True)
class Changed:
    """Who may be told otherwise since the state before; what they did, where that is what is told."""

    customers: BitMap
    rows: Rows | None = None

    def lake(self, lake: Any) -> Any:
        """Of a state as a whole, these customers."""
        return SomeEvents(lake, self.customers, self.rows) if self.rows else SomeProfiles(lake, self.customers)


@dataclass
class State:
    """Answers by question, of everything and of each cut; `profiles` are the files of that table by path."""

    seen: Seen
    profiles: Mapping[str, Any]
    before: "State | None" = None
    answers: dict[Any, Any] = field(default_factory=dict)
    cuts: "OrderedDict[str, dict[Any, Any]]" = field(default_factory=OrderedDict)
    _changed: dict[str, Changed | None] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def cut(self, key: str) -> dict[Any, Any]:
        with self._lock:
            answers = self.cuts.setdefault(key, {})
            self.cuts.move_to_end(key)
            while len(self.cuts) > CUTS_KEPT:
                self.cuts.popitem(last=False)
        return answers

    def changed(self, lake: Any, told: str, properties: Collection[str]) -> Changed | None:
        """Since the state before; None where nobody can tell, or where it is too many."""
        with self._lock:
            if told not in self._changed:
                self._changed[told] = self._compared(lake, told, properties)
        return self._changed[told]

    def settle(self) -> None:
        """Another state follows: this one is not told by the one before it any more."""
        with self._lock:
            self.before = None
            self._changed.clear()

    def _compared(self, lake: Any, told: str, properties: Collection[str]) -> Changed | None:
        before = self.before
        if before is None:
            return None
        events = told == EVENTS
        customers = lake.changed_since(before.seen) if events else self._written_anew(before)
        if customers is None or len(customers & self.seen.universe) * WORTH_ONE_OF[told] > len(self.seen.universe):
            return None
        return Changed(customers, rows_read(lake, customers, properties) if events and customers else None)

    def _written_anew(self, before: "State") -> BitMap:
        """The customers whose profiles lie in other files than before."""
        found = BitMap()
        for path in self.profiles.keys() ^ before.profiles.keys():
            file = self.profiles.get(path) or before.profiles[path]
            found.add_range(int(file.low["customer_id"]), int(file.high["customer_id"]) + 1)
        return found


_kept: "OrderedDict[str, State]" = OrderedDict()
_lock = Lock()


def state_of(lake: Any) -> State:
    """What is kept of the state a lake is of."""
    with _lock:
        if lake.version not in _kept:
            before = next(reversed(_kept.values()), None)
            if before is not None:
                before.settle()
            _kept[lake.version] = State(lake.seen(), {file.path: file for file in lake.profiles}, before)
        _kept.move_to_end(lake.version)
        while len(_kept) > STATES_KEPT:
            _kept.popitem(last=False)
        return _kept[lake.version]


def forget() -> None:
    """As a new process begins."""
    with _lock:
        _kept.clear()
