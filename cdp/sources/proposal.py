"""A first mapping for a file: by what its headers are called and what its values look like."""

from dataclasses import dataclass
from typing import Any

from cdp.errors import N_, Problem

from .columns import Columns, folded
from .headers import (
    ATTRIBUTES,
    CREATED,
    EVENT_WORDS,
    IDENTIFIERS,
    JD_GENDERS,
    JD_HEADERS,
    JD_TYPES,
    KEY,
    NAME,
    PAID,
    PROPERTIES,
    Known,
)
from .mapping import EVENT_SLUG
from .presets.preset import Preset
from .selectors import Sample

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
    preset: Preset | None = None


def propose(sample: Sample, kind: str = "") -> Proposal:
    """`kind` when it is said what the rows are; else a file with times is of events."""
    return _Proposer(sample).proposal(kind)


class _Proposer(Columns):
    def __init__(self, sample: Sample):
        super().__init__(sample)
        self.warnings: list[Problem] = []
        headers = {folded(column) for column in sample.columns}
        self.is_jd = any({folded(header) for header in expected} <= headers for expected in JD_HEADERS)

    def proposal(self, kind: str) -> Proposal:
        identifiers = self._identifiers()
        time, paid = (None, None) if kind == "customers" else self._times()
        if time is None and kind != "events":
            if not kind:
                self._without_time()
            attributes = self._attributes() | self.rest(attributes=True)
            mapping: dict[str, Any] = {"kind": "customers", "identifiers": identifiers, "attributes": attributes}
        else:
            mapping = self._events(identifiers, time, paid)
        if not mapping["identifiers"]:
            self.warnings.append(customer_or_warning(mapping))
        return Proposal(mapping, tuple(self.warnings))

    def _times(self) -> tuple[str | None, str | None]:
        """The columns of when it happened and of when it was paid."""
        paid = self.take(PAID)
        time = self.take(CREATED, self.is_time)
        return (paid, None) if time is None else (time, paid)

    def _without_time(self) -> None:
        """A column that is called like a time and holds something else is why rows are not taken for events."""
        called = {folded(header) for header in CREATED.headers}
        column = next((c for c in self.free if folded(c) in called and self.sample.values(c, 1)), None)
        if column:
            sample = self.sample.values(column, 1)[0][:40]
            params = {"column": column, "sample": sample}
            self.warnings.append(Problem(NO_TIME.path, NO_TIME.message, NO_TIME.hint, params))

    def _identifiers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for known in IDENTIFIERS:
            if known.slug == "app_user" and self.is_jd:
                known = Known("identifier", "jd_user", "", known.headers)
            if known.slug not in found and (column := self.take(known, self.tells_apart)):
                found[known.slug] = column
        for slug in ("phone", "email"):
            looks = (column for column in self.free if self.looks_like(column, slug))
            if slug not in found and (column := next(looks, None)):
                self.free.remove(column)
                found[slug] = column
        return found

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
            "properties": properties | self.rest(),
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


def customer_or_warning(mapping: dict[str, Any]) -> Problem:
    """What to say of a file that names nobody: with a key, its orders are made customers of their own."""
    key = mapping.get("key")
    if not key:
        return NO_CUSTOMER
    column = key if isinstance(key, str) else key[0]
    mapping["identifiers"] = {ORDER_TYPE: column}
    warning = ORDER_AS_CUSTOMER
    return Problem(warning.path, warning.message, warning.hint, {"column": column})
