"""A preset laid over a file: the mapping it gives, and what has to be said about it."""

from typing import Any

from cdp.cleaning.text import normal
from cdp.errors import N_, Problem

from ..columns import Columns
from ..proposal import Proposal, customer_or_warning
from ..selectors import Sample
from .preset import Preset

UNKNOWN_STATUS = Problem(
    ("name",),
    N_("%(column)s has words that are not known to mean an event: %(words)s"),
    N_("Say beside the column which event each of them is; rows with others are refused"),
)
NO_TIME = Problem(
    ("time",),
    N_("No column of this file is known to say when it happened"),
    N_("Mark the column that does as the time of the event"),
)


def applied(preset: Preset, sample: Sample) -> Proposal:
    """Mapping JSON for a file that is what the preset says, whatever its columns are called this year."""
    return _Applier(preset, sample).proposal()


class _Applier(Columns):
    def __init__(self, preset: Preset, sample: Sample):
        super().__init__(sample)
        self.preset = preset
        self.warnings: list[Problem] = []
        self.paid_at: dict[str, Any] = {}

    def proposal(self) -> Proposal:
        identifiers, hints = self._identifiers()
        mapping: dict[str, Any] = {"kind": self.preset.kind, "identifiers": identifiers}
        if self.preset.kind == "events":
            mapping |= self._happened()
        mapping["attributes"] = hints | self._attributes()
        if self.preset.kind == "events":
            mapping["properties"] = self._properties() | self.paid_at
        self._leave_out()
        rest = self.rest(attributes=self.preset.kind == "customers")
        group = mapping["properties" if self.preset.kind == "events" else "attributes"]
        group |= {slug: spec for slug, spec in rest.items() if slug not in group}
        if not mapping["identifiers"]:
            self.warnings.append(customer_or_warning(mapping))
        return Proposal(mapping, tuple(self.warnings), self.preset)

    def _identifiers(self) -> tuple[dict[str, str], dict[str, str]]:
        """Identifiers; and the hint that hidden phones are, beside the phone where some are whole."""
        found: dict[str, str] = {}
        hints: dict[str, str] = {}
        for known in self.preset.of("identifier"):
            fits = self.has_whole if known.slug == "phone" else self.tells_apart
            if known.slug not in found and (column := self.take(known, fits)):
                found[known.slug] = column
            if known.slug == "phone" and "phone" not in found and (column := self.take(known, self.has_hidden)):
                hints["phone_hint"] = column
        if "phone" in found and self.has_hidden(found["phone"]):
            hints["phone_hint"] = found["phone"]
        return found, hints

    def _happened(self) -> dict[str, Any]:
        times = [column for known in self.preset.of("time") if (column := self._time(known))]
        paid = next((column for known in self.preset.of("paid") if (column := self.take(known))), None)
        time = times[0] if times else paid
        if time is None:
            self.warnings.append(NO_TIME)
        key = self._key()
        name = self._name(paid if times else None)
        if paid and paid != time and not (isinstance(name, dict) and name["column"] == paid):
            self.paid_at = {"paid_at": {"column": paid, "kind": "date"}}
        return {
            "name": name,
            "time": {"column": time} if time else None,
            "key": key[0] if len(key) == 1 else key or None,
            **self._also(),
        }

    def _time(self, known: Any) -> str | None:
        return self.take(known, self.is_time) or self.take(known, lambda column: not self.values(column))

    def _name(self, paid: str | None) -> Any:
        status = next((column for known in self.preset.of("status") if (column := self.take(known))), None)
        if status:
            unknown = [text for text in self.values(status) if normal(text) not in self.preset.statuses]
            if unknown:
                params = {"column": status, "words": ", ".join(unknown)}
                self.warnings.append(
                    Problem(UNKNOWN_STATUS.path, UNKNOWN_STATUS.message, UNKNOWN_STATUS.hint, params)
                )
            return {"column": status, "values": dict(self.preset.statuses)}
        if paid:
            return {"column": paid, "empty": "order_unpaid", "filled": "purchase"}
        return self.preset.event

    def _key(self) -> list[str]:
        """The order; and where an order has several rows in the file, what tells them apart."""
        order = next((column for known in self.preset.of("key") if (column := self.take(known))), None)
        if order is None:
            return []
        values = self._cells(order)
        if len(set(values)) == len(values):
            return [order]
        line = next((column for known in self.preset.of("line") if (column := self.take(known))), None)
        if line is None:
            return [order]
        # It is a property of the event as well.
        self.free.insert(0, line)
        return [order, line]

    def _cells(self, column: str) -> list[str]:
        index = self.sample.columns.index(column)
        return [row[index].strip() for row in self.sample.rows if index < len(row) and row[index].strip()]

    def _also(self) -> dict[str, Any]:
        """Money paid back is an event of its own, in the row of the order it was paid for."""
        refund, status, time = (self._first(role) for role in ("refund", "refund_status", "refund_time"))
        when: Any = refund
        if when is None and status:
            when = {"column": status, "values": list(self.preset.refunded)}
        if when is None:
            return {}
        one = {"name": "refund", "when": when} | ({"time": time} if time else {})
        if refund:
            one["properties"] = {"amount": {"column": refund, "kind": "money"}}
        return {"also": [one]}

    def _first(self, role: str) -> str | None:
        """A column that stays free: what it says of the order is kept with the order too."""
        taken = next((column for known in self.preset.of(role) if (column := self.take(known))), None)
        if taken:
            self.free.append(taken)
        return taken

    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for known in self.preset.of("attribute"):
            if known.slug not in found and (column := self.take(known)):
                found[known.slug] = self._attribute(known.slug, known.kind, column)
        return found

    def _attribute(self, slug: str, kind: str, column: str) -> Any:
        digits = {text.removesuffix(".0") for text in self.values(column)}
        if slug == "gender" and digits and digits <= {"0", "1", "2"}:
            return {"column": column, "values": {"1": "male", "2": "female", "0": "unknown"}}
        return {"column": column, "kind": kind} if kind != "text" else column

    def _properties(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for known in self.preset.of("property"):
            if known.slug not in found and (column := self.take(known)):
                found[known.slug] = {"column": column, "kind": known.kind}
        return found

    def _leave_out(self) -> None:
        for known in self.preset.of("left_out"):
            while self.take(known):
                pass
