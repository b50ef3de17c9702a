"""The results in use with some put in their place: what rules would see if these were the results."""

from collections.abc import Mapping

import pyarrow as pa
from pyroaring import BitMap

from .dependencies import SEGMENT, TAG, Ref
from .kinds import Result
from .membership import ANY, CurrentMembers
from .rules.evaluate import Members


class Overlay:
    """`put` holds a segment's members under the nameless value. Nothing of it is written anywhere."""

    def __init__(self, base: Members | None = None) -> None:
        self.base = base or CurrentMembers()
        self.put: dict[Ref, Result] = {}

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        own = self.put.get(Ref(TAG, slug))
        if own is None:
            return self.base.tag_values(slug)
        return {value: members for value, members in own.values.items() if value != ANY}

    def tag_numbers(self, slug: str) -> pa.Table | None:
        own = self.put.get(Ref(TAG, slug))
        return self.base.tag_numbers(slug) if own is None else own.numbers

    def segment(self, slug: str) -> BitMap:
        own = self.put.get(Ref(SEGMENT, slug))
        return self.base.segment(slug) if own is None else own.everyone()

    def list(self, slug: str) -> BitMap:
        return self.base.list(slug)
