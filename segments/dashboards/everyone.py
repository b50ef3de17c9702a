"""What everybody is and did, as sets of customers by value, asked once for each state of the lake.

A group's figures are then the sizes of intersections, so the second segment looked at costs next to nothing. Of the
next state, only those are asked again who changed since.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from segments.personas.cohorts import firsts
from segments.personas.meaning import Meaning

from .answers import Numbers, Orders, Values, attribute_of, doers_between, goods_of, numbers_of, orders_of
from .deeds import Deeds, deeds_read, doers_by_month
from .orders import Asked, Bought, bought_by
from .reaching import reached_read
from .renewing import renewed
from .states import EVENTS, PROFILES, Changed, state_of
from .visits import done_by

T = TypeVar("T")
EPOCH = date(1970, 1, 1)

_beside = ThreadPoolExecutor(1, thread_name_prefix="everyone")


class Everyone:
    """Answers about all customers of one state of the lake; each is worked out once and kept for the next group.

    `properties` are those that may be asked of (`Meaning.properties`).
    """

    def __init__(self, lake: Any, properties: Collection[str] = ()) -> None:
        self._lake, self._whole, self._properties = lake, lake, properties
        self._state = state_of(lake)
        self._answers = self._state.answers

    def once(self, key: Any, work: Callable[[], T]) -> T:
        """What `work` gives, the first time of this state."""
        if (kept := self._kept(self._answers, key)) is None and key not in self._answers:
            self._answers[key] = kept = work()
        return kept

    def _told(self, key: Any, work: Callable[[Any], T], by: str) -> T:
        """What `work` gives of the lake, the first time of this state; `by` is the table it is told by."""

        def ask() -> T:
            again = self._again(key, work, by)
            return work(self._lake) if again is None else again

        return self.once(key, ask)

    def _again(self, key: Any, work: Callable[[Any], T], by: str) -> T | None:
        """Of those alone who changed since the state before, where it was told then; else None."""
        was, changed = self._earlier(key), None
        if was is not None:
            changed = self._changed(by)
        if changed is None:
            return None
        return renewed(was, work(self._some(changed)), changed.customers) if changed.customers else was

    def _earlier(self, key: Any) -> Any:
        before = self._state.before
        return None if before is None else self._kept(self._answers_of(before), key)

    def _answers_of(self, state: Any) -> dict[Any, Any]:
        return state.answers

    def _changed(self, by: str) -> Changed | None:
        return self._state.changed(self._whole, by, self._properties)

    def _some(self, changed: Changed) -> Any:
        return changed.lake(self._whole)

    @staticmethod
    def _kept(answers: dict[Any, Any], key: Any) -> Any:
        """What was begun beside all else is waited for, and forgotten if it failed."""
        if isinstance(begun := answers.get(key), Future):
            if begun.exception() is None:
                answers[key] = begun.result()
            else:
                answers.pop(key, None)
        return answers.get(key)

    def ahead(self, steps: tuple[str, ...]) -> None:
        """Begin, beside all else, to read who came to each of the events: reading leaves a core free."""
        key = ("reached", steps)
        if not steps or key in self._answers:
            return
        if self._earlier(key) is None or self._changed(EVENTS) is None:
            self._answers[key] = _beside.submit(reached_read, self._lake, steps)

    @property
    def events(self) -> frozenset[str]:
        """Of which anything is kept."""
        return frozenset(part.event for part in self._lake.parts())

    @property
    def deeds(self) -> Deeds:
        return self._told("deeds", deeds_read, EVENTS)

    def attribute(self, slug: str, kind: str) -> Values:
        return self._told(("attribute", slug, kind), lambda lake: attribute_of(lake, slug, kind), PROFILES)

    def numbers(self, slug: str) -> Numbers:
        return self._told(("numbers", slug), lambda lake: numbers_of(lake, slug), PROFILES)

    def orders(self, meaning: Meaning) -> Orders:
        """Of an organisation that has a purchase."""
        return self._told(("orders", meaning), lambda lake: orders_of(lake, meaning), EVENTS)

    def breadth(self) -> npt.NDArray[np.float64]:
        """On how many channels each was who did anything, in the order of `deeds.done`."""
        return self.once("breadth", self._breadth)

    def _breadth(self) -> npt.NDArray[np.float64]:
        customers = self.deeds.done.customers
        found = np.zeros(int(customers.max(initial=0)) + 1)
        for on in self.deeds.channels.values():
            found[ids_of_bitmap(on)] += 1
        return found[customers]

    def goods(self, purchase: str | None, slug: str, kind: str) -> Values:
        key = ("goods", purchase, slug, kind)
        return self._told(key, lambda lake: goods_of(lake, purchase, slug, kind), EVENTS)

    def bought(self, purchase: str) -> Mapping[str, BitMap]:
        """Month → who bought in it."""
        return self._told(("bought", purchase), lambda lake: doers_by_month(lake, purchase), EVENTS)

    def first_bought(self, purchase: str) -> Mapping[str, BitMap]:
        """Month → who bought in it and in none before."""
        return self.once(("first bought", purchase), lambda: firsts(self.bought(purchase)))

    def reached(self, steps: tuple[str, ...]) -> Sequence[BitMap]:
        """Who came to each of the events, one after the other in time."""
        return self._told(("reached", steps), lambda lake: reached_read(lake, steps), EVENTS)

    def done_by(self, customers: BitMap, months: Sequence[str]) -> Any:
        """What some customers did in these months; not kept, since it is theirs."""
        return done_by(self._lake, customers, months)

    def bought_by(self, asked: Asked, customers: BitMap, months: Sequence[str]) -> Bought:
        """Lines of their orders in these months; not kept, as above."""
        return bought_by(self._lake, asked, customers, months)

    def active(self, last: date, days: int) -> BitMap:
        """Who did anything on these days, the last one included."""
        done, until = self.deeds.done, (last - EPOCH).days
        if done.last.max(initial=until) > until:
            # Who did something later may have done something then, too.
            first = last - timedelta(days=days)
            return self._told(("active", last, days), lambda lake: doers_between(lake, first, last), EVENTS)
        return self.once(("active", last, days), lambda: bitmap_of_ids(done.customers[done.last > until - days]))
