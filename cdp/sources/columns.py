"""The columns of a file that nothing is decided about yet, and what their headers and values look like."""

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any
from zoneinfo import ZoneInfo

from cdp.cleaning.columns import CLEANERS, is_problem
from cdp.cleaning.compound import SEPARATORS
from cdp.cleaning.text import is_missing, normal

from .headers import LIST_WORDS, MONEY_WORDS, NUMBER_WORDS, Known
from .mapping import FIELD_SLUG, RESERVED
from .selectors import Sample

_ANY_ZONE = ZoneInfo("UTC")
_UNIT = re.compile(r"\((元|件|个|单位[^)]*|必填|选填|rmb|cny)\)$")


class Columns:
    """`free` are those not taken yet, in the order of the file."""

    def __init__(self, sample: Sample):
        self.sample = sample
        self.free = list(sample.columns)

    def take(self, known: Known, fits: Callable[[str], bool] = lambda column: True) -> str | None:
        """The first free column of one of the known headers; it is not free any more."""
        for header in known.headers:
            for column in self.free:
                if folded(column) == folded(header) and fits(column):
                    self.free.remove(column)
                    return column
        return None

    def values(self, column: str) -> list[str]:
        """Sample values, without those that mean nothing."""
        return [text for text in self.sample.values(column, 50) if not is_missing(text)]

    def share(self, column: str, kind: str) -> float:
        """How many of a column's sample values are of a kind, from 0 to 1."""
        values = self.values(column)
        good = sum(not is_problem(CLEANERS[kind].value(text, _ANY_ZONE)) for text in values)
        return good / len(values) if values else 0.0

    def is_time(self, column: str) -> bool:
        return self.share(column, "date") > 0.5

    def tells_apart(self, column: str) -> bool:
        """Whether most values are whole: those with asterisks in them are many people's."""
        values = self.sample.values(column, 50)
        return not values or sum("*" in text for text in values) * 2 < len(values)

    def has_whole(self, column: str) -> bool:
        values = self.sample.values(column, 50)
        return not values or any("*" not in text for text in values)

    def has_hidden(self, column: str) -> bool:
        return any("*" in text for text in self.sample.values(column, 50))

    def looks_like(self, column: str, kind: str) -> bool:
        values = self.values(column)
        shaped = (
            [text for text in values if "@" in text]
            if kind == "email"
            else [
                text for text in values if re.fullmatch(r"(\+?86)?[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", normal(text))
            ]
        )
        return bool(values) and len(shaped) * 10 >= len(values) * 8

    def rest(self, attributes: bool = False) -> dict[str, Any]:
        """Whatever is left and has values, under its own name."""
        found: dict[str, Any] = {}
        for column in self.free:
            if self.sample.values(column, 1):
                slug = _slug(column, found)
                spec = {"column": column, "kind": self.kind(column)}
                found[slug] = spec["kind"] if slug == column and not attributes else spec
        self.free = []
        return found

    def kind(self, column: str) -> str:
        header = column.lower()
        if any(word in header for word in MONEY_WORDS) and self.share(column, "money") > 0.9:
            return "money"
        if self._are_places(column):
            return "geo"
        if any(word in header for word in LIST_WORDS) and self._has_lists(column):
            return "list"
        decimals = any("." in text.removesuffix(".0") for text in self.sample.values(column, 50))
        if (decimals or any(word in header for word in NUMBER_WORDS)) and self.share(column, "number") > 0.9:
            return "number"
        dated = any(sign in text for text in self.sample.values(column, 5) for sign in "-/年:")
        return "date" if dated and self.share(column, "date") > 0.9 else "text"

    def _are_places(self, column: str) -> bool:
        """Two decimals a value: whole numbers with a comma are amounts."""
        values = self.values(column)
        return all(text.count(".") >= 2 for text in values) and self.share(column, "geo") > 0.9

    def _has_lists(self, column: str) -> bool:
        return any(SEPARATORS.search(normal(text)) for text in self.sample.values(column, 50))


def folded(column: str) -> str:
    """Order Time, order_time and order-time are one header; so are 实付金额（元） and 实付金额."""
    text = re.sub(r"[\s_*:-]", "", unicodedata.normalize("NFKC", column).lower())
    return _UNIT.sub("", text) or text


def _slug(column: str, taken: Collection[str]) -> str:
    slug = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", column)).strip("_")[:60]
    if not FIELD_SLUG.fullmatch(slug):
        slug = f"c_{slug}".rstrip("_")
    if slug.lower() in RESERVED or slug in taken:
        slug += "_2"
    return slug
