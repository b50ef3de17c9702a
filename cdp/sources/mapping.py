"""How the columns of a file are understood, as JSON people can keep in a file (docs/mapping.md).

`parse` refuses what it does not know and names every problem at once, with the nearest column names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

from cdp.errors import N_, Problem, UserError

from .column_steps import take_steps
from .mapping_parts import Also, Column, Mapping, Name, Time
from .readers.shape import header_text

__all__ = ["Also", "Column", "Mapping", "Name", "Time", "parse"]

KINDS = ("events", "customers")
LONGEST_LABEL = 60
ALSO_KEYS = {"name", "when", "time", "properties"}
VALUE_KINDS = ("text", "number", "money", "date", "boolean", "list", "geo")
CUSTOMER = "customer_id"
RESERVED = frozenset(("event_id", "origin_id", CUSTOMER, "event", "month", "time", "day", "hour", "weekday")) | {
    "received_at",
    "channel",
    "source",
    "batch_id",
    "extra",
}
EVENT_SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}")
FIELD_SLUG = re.compile(r"[^\W\d]\w{0,62}")
TYPE_SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KEYS = {
    "events": {
        "kind",
        "name",
        "time",
        "key",
        "identifiers",
        "attributes",
        "properties",
        "channel",
        "labels",
        "also",
    },
    "customers": {"kind", "identifiers", "attributes", "channel"},
}


def parse(data: Any, columns: Sequence[str] | None = None) -> Mapping:
    """Raises `UserError` with all problems. With `columns`, every column named must be one of them."""
    bare, steps, wrong = take_steps(data)
    reader = _Reader(columns)
    mapping = reader.mapping(bare)
    reader.problems += wrong
    if reader.problems or mapping is None:
        raise UserError(*reader.problems)
    return replace(mapping, steps=steps)


class _Reader:
    def __init__(self, columns: Sequence[str] | None):
        self.columns = columns
        self.problems: list[Problem] = []

    def refuse(self, path: Sequence[str | int], message: str, hint: str = "", **params: Any) -> None:
        self.problems.append(Problem(tuple(path), message, hint, params))

    def mapping(self, data: Any) -> Mapping | None:
        if not isinstance(data, dict) or data.get("kind") not in KINDS:
            self.refuse(
                ("kind",), N_("A mapping says what the rows are"), N_('Write "kind": "events" or "customers"')
            )
            return None
        kind = data["kind"]
        for unknown in data.keys() - _KEYS[kind]:
            self._unknown_key(unknown, kind)
        return Mapping(
            kind,
            self.identifiers(data.get("identifiers")),
            self.attributes(data.get("attributes")),
            self.properties(data.get("properties")),
            self.name(data.get("name")) if kind == "events" else None,
            self.time(data.get("time")) if kind == "events" else None,
            self.key(data.get("key")),
            self.channel(data.get("channel")),
            self.labels(data.get("labels")),
            self.also(data.get("also")) if kind == "events" else (),
        )

    def _unknown_key(self, key: str, kind: str) -> None:
        near = get_close_matches(key, _KEYS[kind], 1)
        hint = N_("Did you mean %(near)s?") if near else N_("Leave it out")
        self.refuse(
            (key,), N_("A mapping of %(kind)s has no %(key)s"), hint, kind=kind, key=key, near="".join(near)
        )

    def column(self, path: Sequence[str | int], value: Any) -> str:
        """The column's name as in the file; spaces around it do not matter."""
        if not isinstance(value, str) or not value.strip():
            self.refuse(path, N_("The name of a column is missing"), N_("Write the header of the column"))
            return ""
        name = header_text(value)
        if self.columns is None or name in self.columns:
            return name
        near = get_close_matches(name, self.columns, 3, 0.5)
        hint = N_("The nearest are: %(near)s") if near else N_("The file has: %(near)s")
        listed = near or list(self.columns[:12])
        self.refuse(path, N_("The file has no column named %(column)s"), hint, column=name, near=", ".join(listed))
        return name

    def items(self, path: str, value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            yield from value.items()
        elif value is not None:
            self.refuse(
                (path,), N_("This must be a list of names with a column each"), N_('Write {"name": "column"}')
            )

    def identifiers(self, value: Any) -> dict[str, str]:
        found = {}
        for slug, column in self.items("identifiers", value):
            if not TYPE_SLUG.fullmatch(slug):
                self.refuse(
                    ("identifiers", slug),
                    N_("%(slug)s cannot be the name of an identifier type"),
                    N_("Use small English letters, digits and underscores, such as member_no"),
                    slug=slug,
                )
            found[slug] = self.column(("identifiers", slug), column)
        if not found:
            self.refuse(
                ("identifiers",),
                N_("No column says who the customer is"),
                N_("Choose at least one column with a phone, an e-mail address, a member number or an account"),
            )
        return found

    def attributes(self, value: Any) -> dict[str, Column]:
        found = {}
        for slug, spec in self.items("attributes", value):
            if slug.lower() == CUSTOMER:
                self.refuse(
                    ("attributes", slug),
                    N_("%(slug)s is the number the system itself gives each customer"),
                    N_(
                        'Give it another name: {"other_name": "%(slug)s"}; or name the column among the identifiers'
                    ),
                    slug=slug,
                )
            found[slug] = self.field(("attributes",), slug, spec)
        return found

    def properties(self, value: Any, within: tuple[str | int, ...] = ()) -> dict[str, Column]:
        found = {}
        for slug, spec in self.items("properties", value):
            spec = {"column": slug, "kind": spec} if isinstance(spec, str) else spec
            slug = header_text(slug)
            if slug.lower() in RESERVED:
                self.refuse(
                    (*within, "properties", slug),
                    N_("%(slug)s is a name every event uses itself"),
                    N_('Give it another name: {"other_name": {"column": "%(slug)s", "kind": "text"}}'),
                    slug=slug,
                )
            found[slug] = self.field((*within, "properties"), slug, spec)
        return found

    def field(self, group: tuple[str | int, ...], slug: str, spec: Any) -> Column:
        path = (*group, slug)
        if not FIELD_SLUG.fullmatch(slug):
            self.refuse(
                path,
                N_("%(slug)s cannot be a name here"),
                N_('Use letters, digits and underscores: {"a_name": {"column": "%(slug)s", "kind": "text"}}'),
                slug=slug,
            )
        if not isinstance(spec, dict):
            return Column(self.column(path, spec))
        for unknown in spec.keys() - {"column", "values", "kind"}:
            self.refuse(
                (*path, unknown), N_("A column has no %(key)s"), N_("It has column, values, kind"), key=unknown
            )
        kind = spec.get("kind")
        if kind is not None and kind not in VALUE_KINDS:
            self._unknown_kind((*path, "kind"), kind)
        return Column(
            self.column((*path, "column"), spec.get("column")), self.values(path, spec.get("values")), kind
        )

    def _unknown_kind(self, path: Sequence[str | int], kind: Any) -> None:
        self.refuse(
            path,
            N_("There is no kind %(kind)s"),
            N_("Kinds are: %(kinds)s"),
            kind=kind,
            kinds=", ".join(VALUE_KINDS),
        )

    def values(self, path: Sequence[str | int], value: Any) -> dict[str, str | None] | None:
        if value is None:
            return None
        if not isinstance(value, dict) or not all(isinstance(v, str | int | float | None) for v in value.values()):
            self.refuse((*path, "values"), N_("Values are pairs of text"), N_('Write {"values": {"1": "male"}}'))
            return None
        return {str(k): v if v is None else str(v) for k, v in value.items()}

    def name(self, value: Any) -> Name | None:
        if isinstance(value, str):
            return Name(constant=self.event(("name",), value))
        if not isinstance(value, dict) or not value.keys() <= {"column", "values", "empty", "filled"}:
            self.refuse(
                ("name",),
                N_("It is not said which event a row is"),
                N_('Write "name": "purchase", or {"column": "type", "values": {"1": "browse"}}'),
            )
            return None
        column = self.column(("name", "column"), value.get("column"))
        if "empty" in value or "filled" in value:
            empty, filled = (self.event(("name", part), value.get(part)) for part in ("empty", "filled"))
            return Name(column=column, empty=empty, filled=filled)
        values = self.values(("name",), value.get("values"))
        named = {k: self.event(("name", "values", k), v) for k, v in values.items()} if values else None
        return Name(column=column, values=named)

    def event(self, path: Sequence[str | int], value: Any) -> str:
        if not isinstance(value, str) or not EVENT_SLUG.fullmatch(value):
            self.refuse(
                path,
                N_("%(event)s cannot be the name of an event"),
                N_("Use small English letters, digits and underscores, such as add_to_cart"),
                event=str(value),
            )
            return ""
        return value

    def labels(self, value: Any) -> dict[str, str]:
        """What people call the events this mapping names for the first time."""
        found = {}
        for slug, text in self.items("labels", value):
            if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_LABEL:
                hint = N_('Write {"add_to_cart": "加购"}')
                self.refuse(("labels", slug), N_("The name of an event is a text of at most 60 characters"), hint)
                continue
            found[self.event(("labels", slug), slug)] = text.strip()
        return found

    def time(self, value: Any) -> Time | None:
        spec = {"column": value} if isinstance(value, str) else value
        if not isinstance(spec, dict) or not spec.keys() <= {"column", "zone"}:
            self.refuse(
                ("time",),
                N_("It is not said when an event happened"),
                N_('Write "time": {"column": "…", "zone": "Asia/Shanghai"}'),
            )
            return None
        zone = spec.get("zone")
        if zone is not None and zone not in available_timezones():
            self.refuse(
                ("time", "zone"),
                N_("There is no time zone %(zone)s"),
                N_("Write one such as Asia/Shanghai"),
                zone=zone,
            )
            zone = None
        return Time(self.column(("time", "column"), spec.get("column")), zone)

    def key(self, value: Any) -> tuple[str, ...]:
        """A column, or several that only together tell a row from all others."""
        if value in (None, "", []):
            return ()
        if isinstance(value, list):
            return tuple(self.column(("key", place), column) for place, column in enumerate(value))
        return (self.column(("key",), value),)

    def also(self, value: Any) -> tuple[Also, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(
                ("also",),
                N_("More events of a row are written as a list"),
                N_('Write [{"name": "refund", "when": "the column of the amount paid back"}]'),
            )
            return ()
        return tuple(self.one_more(("also", place), one) for place, one in enumerate(value))

    def one_more(self, path: tuple[str | int, ...], value: dict[str, Any]) -> Also:
        for unknown in value.keys() - ALSO_KEYS:
            self.refuse(
                (*path, unknown),
                N_("One more event of a row has no %(key)s"),
                N_("It has name, when, time, properties"),
                key=unknown,
            )
        when = value.get("when")
        when = when if isinstance(when, dict) else {"column": when}
        values = when.get("values")
        if values is not None and not (isinstance(values, list) and values):
            self.refuse((*path, "when", "values"), N_("Values are a list of texts"), N_('Write ["已退款"]'))
            values = None
        return Also(
            self.event((*path, "name"), value.get("name")),
            self.column((*path, "when"), when.get("column")),
            None if values is None else tuple(str(text) for text in values),
            self.column((*path, "time"), value["time"]) if value.get("time") else None,
            self.properties(value.get("properties"), path),
        )

    def channel(self, value: Any) -> str:
        if value in (None, ""):
            return ""
        if not isinstance(value, str) or not EVENT_SLUG.fullmatch(value):
            self.refuse(
                ("channel",),
                N_("%(channel)s cannot be a channel"),
                N_("Write one such as app, web or store"),
                channel=str(value),
            )
            return ""
        return value
