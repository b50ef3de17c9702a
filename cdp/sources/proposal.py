"""A first mapping for a file: by what its headers are called and what its values look like."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cdp.cleaning.columns import CLEANERS, is_problem
from cdp.cleaning.compound import SEPARATORS
from cdp.cleaning.text import is_missing, normal
from cdp.errors import N_, Problem

from .headers import (
    ATTRIBUTES,
    CREATED,
    EVENT_WORDS,
    IDENTIFIERS,
    JD_GENDERS,
    JD_HEADERS,
    JD_TYPES,
    KEY,
    LIST_WORDS,
    MONEY_WORDS,
    NAME,
    NUMBER_WORDS,
    PAID,
    PROPERTIES,
    Known,
)
from .mapping import EVENT_SLUG, FIELD_SLUG, RESERVED
from .selectors import Sample

_ANY_ZONE = ZoneInfo("UTC")
NO_CUSTOMER = Problem(
    ("identifiers",),
    N_("No column of this file says who the customer is, so its rows cannot be linked to customers"),
    N_("Choose a column with a phone, an e-mail address, a member number or an account if there is one"),
)
ORDER_AS_CUSTOMER = Problem(
    ("identifiers",),
    N_(
        "No column of this file says who the customer is. Proposed instead: every order counts as a customer"
        " of its own (%(column)s), so tags and segments describe orders and nothing is linked to other files"
    ),
    N_("Choose a column that identifies the customer if there is one, or confirm to go on"),
)
NO_TIME = Problem(
    ("time",),
    N_(
        "%(column)s is called like a time, and what is in it cannot be read as one (%(sample)s)."
        " Proposed instead: every row describes a customer, nothing that happened"
    ),
    N_("If the rows are things that happened, write the times like 2024-05-31 14:30:00 and upload the file again"),
)
ORDER_TYPE = "order_no"


@dataclass(frozen=True)
class Proposal:
    """`mapping` is mapping JSON to be confirmed or corrected; `warnings` are to be shown with it."""

    mapping: dict[str, Any]
    warnings: tuple[Problem, ...] = ()


def propose(sample: Sample, kind: str = "") -> Proposal:
    """`kind` when it is said what the rows are; else a file with times is of events."""
    return _Proposer(sample).proposal(kind)


class _Proposer:
    def __init__(self, sample: Sample):
        self.sample = sample
        self.free = list(sample.columns)
        self.warnings: list[Problem] = []
        headers = {_folded(column) for column in sample.columns}
        self.is_jd = any({_folded(header) for header in expected} <= headers for expected in JD_HEADERS)

    def proposal(self, kind: str) -> Proposal:
        identifiers = self._identifiers()
        time, paid = (None, None) if kind == "customers" else self._times()
        if time is None and kind != "events":
            if not kind:
                self._without_time()
            attributes = self._attributes() | self._rest(attributes=True)
            mapping: dict[str, Any] = {"kind": "customers", "identifiers": identifiers, "attributes": attributes}
        else:
            mapping = self._events(identifiers, time, paid)
        if not mapping["identifiers"]:
            self._without_customer(mapping)
        return Proposal(mapping, tuple(self.warnings))

    def _times(self) -> tuple[str | None, str | None]:
        """The columns of when it happened and of when it was paid."""
        paid = self.take(PAID)
        time = self.take(CREATED, self._is_time)
        return (paid, None) if time is None else (time, paid)

    def _without_time(self) -> None:
        """A column that is called like a time and holds something else is why rows are not taken for events."""
        called = {_folded(header) for header in CREATED.headers}
        column = next((c for c in self.free if _folded(c) in called and self.sample.values(c, 1)), None)
        if column:
            sample = self.sample.values(column, 1)[0][:40]
            params = {"column": column, "sample": sample}
            self.warnings.append(Problem(NO_TIME.path, NO_TIME.message, NO_TIME.hint, params))

    def take(self, known: Known, fits: Callable[[str], bool] = lambda column: True) -> str | None:
        """The first free column of one of the known headers; it is not free any more."""
        for header in known.headers:
            for column in self.free:
                if _folded(column) == _folded(header) and fits(column):
                    self.free.remove(column)
                    return column
        return None

    def share(self, column: str, kind: str) -> float:
        """How many of a column's sample values are of a kind, from 0 to 1."""
        values = [text for text in self.sample.values(column, 50) if not is_missing(text)]
        good = sum(not is_problem(CLEANERS[kind].value(text, _ANY_ZONE)) for text in values)
        return good / len(values) if values else 0.0

    def _is_time(self, column: str) -> bool:
        return self.share(column, "date") > 0.5

    def _identifiers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for known in IDENTIFIERS:
            if known.slug == "app_user" and self.is_jd:
                known = Known("identifier", "jd_user", "", known.headers)
            if known.slug not in found and (column := self.take(known, self._tells_apart)):
                found[known.slug] = column
        for slug in ("phone", "email"):
            looks = (column for column in self.free if self._looks_like(column, slug))
            if slug not in found and (column := next(looks, None)):
                self.free.remove(column)
                found[slug] = column
        return found

    def _tells_apart(self, column: str) -> bool:
        values = self.sample.values(column, 50)
        return not values or sum("*" in text for text in values) * 2 < len(values)

    def _looks_like(self, column: str, kind: str) -> bool:
        values = [text for text in self.sample.values(column, 50) if not is_missing(text)]
        shaped = (
            [text for text in values if "@" in text]
            if kind == "email"
            else [text for text in values if re.fullmatch(r"(\+?86)?[- ]?1[3-9]\d[- ]?\d{4}[- ]?\d{4}", text)]
        )
        return bool(values) and len(shaped) * 10 >= len(values) * 8

    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for known in ATTRIBUTES:
            if column := self.take(known):
                slug = "age_band" if known.slug == "age" and self.share(column, "number") < 0.5 else known.slug
                found[slug] = self._gender(column) if slug == "gender" else column
        return found

    def _gender(self, column: str) -> Any:
        digits = {text.removesuffix(".0") for text in self.sample.values(column, 20)} - {"-1"}
        if digits and digits <= JD_GENDERS.keys():
            return {"column": column, "values": dict(JD_GENDERS)}
        return column

    def _events(self, identifiers: dict[str, str], time: str | None, paid: str | None) -> dict[str, Any]:
        key, named = self.take(KEY), self.take(NAME, self._is_event_column)
        name: Any = self._name(named) if named else "purchase"
        if named is None and paid:
            name = {"column": paid, "empty": "order_unpaid", "filled": "purchase"}
        attributes, properties = self._attributes(), {}
        for known in PROPERTIES:
            if column := self.take(known):
                properties[known.slug] = {"column": column, "kind": known.kind}
        return {
            "kind": "events",
            "name": name,
            "time": {"column": time} if time else None,
            "key": key,
            "identifiers": identifiers,
            "attributes": attributes,
            "properties": properties | self._rest(),
        }

    def _is_event_column(self, column: str) -> bool:
        values = self.sample.values(column, 50)
        return self.is_jd or all(text in EVENT_WORDS or EVENT_SLUG.fullmatch(text) for text in values)

    def _name(self, column: str) -> dict[str, Any]:
        values = self.sample.values(column, 50)
        if self.is_jd and all(text.removesuffix(".0") in JD_TYPES for text in values):
            return {"column": column, "values": dict(JD_TYPES)}
        words = {text: EVENT_WORDS.get(text, text) for text in values}
        return {"column": column, "values": words}

    def _rest(self, attributes: bool = False) -> dict[str, Any]:
        """Whatever is left and has values, under its own name."""
        found: dict[str, Any] = {}
        for column in self.free:
            if self.sample.values(column, 1):
                slug = _slug(column, found)
                spec = {"column": column, "kind": self._kind(column)}
                found[slug] = spec["kind"] if slug == column and not attributes else spec
        self.free = []
        return found

    def _kind(self, column: str) -> str:
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
        values = [text for text in self.sample.values(column, 50) if not is_missing(text)]
        return all(text.count(".") >= 2 for text in values) and self.share(column, "geo") > 0.9

    def _has_lists(self, column: str) -> bool:
        return any(SEPARATORS.search(normal(text)) for text in self.sample.values(column, 50))

    def _without_customer(self, mapping: dict[str, Any]) -> None:
        if column := mapping.get("key"):
            mapping["identifiers"] = {ORDER_TYPE: column}
            warning = ORDER_AS_CUSTOMER
            self.warnings.append(Problem(warning.path, warning.message, warning.hint, {"column": column}))
        else:
            self.warnings.append(NO_CUSTOMER)


def _folded(column: str) -> str:
    """Order Time, order_time and order-time are one header."""
    return re.sub(r"[\s_-]", "", column.lower())


def _slug(column: str, taken: Sequence[str] | dict[str, Any]) -> str:
    slug = re.sub(r"\W+", "_", column).strip("_")[:60]
    if not FIELD_SLUG.fullmatch(slug):
        slug = f"c_{slug}".rstrip("_")
    if slug.lower() in RESERVED or slug in taken:
        slug += "_2"
    return slug
